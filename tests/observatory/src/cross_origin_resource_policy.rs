//! The test `cross-origin-resource-policy`: who may load the response. Unlike a
//! browser it takes the value in any case.
//! Source: `src/analyzer/tests/cross-origin-resource-policy.js`.

use crate::Response;

/// Which result of the test a response has.
#[must_use]
pub fn result(response: &Response) -> &'static str {
    let value = response.field("cross-origin-resource-policy");
    let value = value.unwrap_or_default().trim().to_ascii_lowercase();
    match value.as_str() {
        "" => "corp-not-implemented",
        "same-site" => "corp-implemented-with-same-site",
        "same-origin" => "corp-implemented-with-same-origin",
        "cross-origin" => "corp-implemented-with-cross-origin",
        _ => "corp-header-invalid",
    }
}
