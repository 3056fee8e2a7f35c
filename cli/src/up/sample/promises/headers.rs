//! Hardening and hygiene. The filter stands first, so that none of its denials needs a token.

use super::{Table, get};
use crate::up::promise::{Filter, Outgoing, Promise};

/// A hardened answer, and each kind of denial.
#[must_use]
pub fn rows() -> Vec<Promise> {
    let mut headers = Table::new(Filter::Headers);
    let override_method = get("/healthz").header("x-http-method-override", "DELETE");
    headers.allow(
        "a hardened answer; the override of the method is taken off",
        200,
        override_method.show_head(),
    );
    headers.deny(
        "TRACE",
        405,
        "headers_method",
        Outgoing::new("TRACE", "/healthz"),
    );
    let twice = get("/healthz")
        .header("origin", "https://a.example")
        .header("origin", "https://b.example");
    headers.deny(
        "two values where there may be one",
        400,
        "headers_duplicate",
        twice,
    );
    let malformed = get("/healthz").header("content-type", "json");
    headers.deny(
        "a content type that isn't one",
        400,
        "headers_malformed",
        malformed,
    );
    headers.rows
}
