//! The test `cross-origin-opener-policy`: who keeps a handle on the window.
//! Source: `src/analyzer/tests/cross-origin-opener-policy.js`.

use crate::{Response, structured_field};

/// Which result of the test a response has.
#[must_use]
pub fn result(response: &Response) -> &'static str {
    let Some(value) = response.field("cross-origin-opener-policy") else {
        return "coop-not-implemented";
    };
    match structured_field::token(value.trim()) {
        Some("same-origin") => "coop-implemented-with-same-origin",
        Some("same-origin-allow-popups") => "coop-implemented-with-same-origin-allow-popups",
        Some("noopener-allow-popups") => "coop-implemented-with-noopener-allow-popups",
        Some("unsafe-none") => "coop-implemented-with-unsafe-none",
        Some(_) | None => "coop-header-invalid",
    }
}
