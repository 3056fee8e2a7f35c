//! The test `x-content-type-options`: `nosniff`, or nothing.
//! Source: `src/analyzer/tests/x-content-type-options.js`.

use crate::Response;

/// Which result of the test a response has.
#[must_use]
pub fn result(response: &Response) -> &'static str {
    match response.field("x-content-type-options") {
        None => "x-content-type-options-not-implemented",
        Some(value) if value.trim().eq_ignore_ascii_case("nosniff") => {
            "x-content-type-options-nosniff"
        }
        Some(_) => "x-content-type-options-header-invalid",
    }
}
