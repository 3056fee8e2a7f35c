//! Requests and answers against the OpenAPI document.

use super::{Table, get};
use crate::up::issuer::Issuer;
use crate::up::issuer::keys::{Algorithm, KeyError};
use crate::up::promise::{Filter, Outgoing, Promise};

const ORDERS: &str = "/api/v1/orders";
const PROFILE: &str = "/api/v1/user/alice/profile";
const EVERY_SCOPE: &str = "orders:read orders:write profile:read profile:write";

/// What the document allows, and each kind of denial.
///
/// # Errors
/// Where a token can't be signed.
pub fn rows(issuer: &Issuer) -> Result<Vec<Promise>, KeyError> {
    let token = issuer.token(Algorithm::Es256, EVERY_SCOPE)?;
    let mut rows = parameters(&token);
    rows.extend(bodies(&token));
    Ok(rows)
}

fn parameters(token: &str) -> Vec<Promise> {
    let mut schema = Table::new(Filter::Schema);
    let listing = get("/api/v1/orders?status=open&limit=10").bearer(token);
    schema.allow("parameters as documented", 200, listing);
    let mut deny = |name, status, reason, request: Outgoing| {
        schema.deny(name, status, reason, request.bearer(token));
    };
    deny(
        "no such path",
        404,
        "schema_path",
        get("/api/v1/orders/ord_00000001/history"),
    );
    deny(
        "no such method",
        405,
        "schema_method",
        Outgoing::new("DELETE", PROFILE),
    );
    deny(
        "`limit` over its maximum",
        400,
        "schema_parameter",
        get("/api/v1/orders?limit=1000"),
    );
    deny(
        "an unknown query parameter",
        400,
        "schema_parameter",
        get("/api/v1/orders?debug=true"),
    );
    deny(
        "an id of another form",
        400,
        "schema_parameter",
        get("/api/v1/orders/42"),
    );
    deny(
        "the API breaks its contract",
        502,
        "schema_response",
        get("/api/v1/orders/ord_00000001/invoice"),
    );
    schema.rows
}

fn bodies(token: &str) -> Vec<Promise> {
    let post = || Outgoing::new("POST", ORDERS).bearer(token);
    let json = |body| post().content("application/json", body);
    let mut schema = Table::new(Filter::Schema);
    schema.allow(
        "an order",
        201,
        json(r#"{"item":"coffee-beans","quantity":2}"#),
    );
    let profile = Outgoing::new("PUT", PROFILE).bearer(token).content(
        "application/json",
        r#"{"name":"Alice","email":"alice@example.com","newsletter":false,"birthday":null}"#,
    );
    schema.allow("a profile", 200, profile);
    schema.deny("no body", 400, "schema_body_missing", post());
    schema.deny(
        "a body that isn't JSON by type",
        415,
        "schema_content_type",
        post().content("text/plain", "two bags of beans"),
    );
    schema.deny(
        "cut-off JSON",
        400,
        "schema_body_syntax",
        json(r#"{"item":"coffee-beans","quantity":2"#),
    );
    schema.deny(
        "`quantity` below its minimum",
        400,
        "schema_body",
        json(r#"{"item":"coffee-beans","quantity":0}"#),
    );
    schema.deny(
        "an unknown member",
        400,
        "schema_body",
        json(r#"{"item":"coffee-beans","quantity":2,"total_cents":1}"#),
    );
    schema.deny(
        "SQL in a note",
        403,
        "schema_injection",
        json(r#"{"item":"coffee-beans","quantity":2,"note":"x' or '1'='1"}"#),
    );
    schema.deny(
        "script in a note",
        403,
        "schema_injection",
        json(r#"{"item":"coffee-beans","quantity":2,"note":"<script>alert(1)</script>"}"#),
    );
    schema.deny(
        "nested too deeply",
        400,
        "schema_limit",
        json("[[[[[[[[[1]]]]]]]]]"),
    );
    schema.rows
}
