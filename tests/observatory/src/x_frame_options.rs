//! The test `x-frame-options`: who may frame the page. `frame-ancestors` of a
//! Content-Security-Policy is taken instead, whatever it allows.
//! Source: `src/analyzer/tests/x-frame-options.js`.

use crate::Response;
use crate::content_security_policy;

/// Which result of the test a response has.
#[must_use]
pub fn result(response: &Response) -> &'static str {
    if content_security_policy::analyse(response).frame_ancestors {
        return "x-frame-options-implemented-via-csp";
    }
    let Some(value) = response.field("x-frame-options") else {
        return "x-frame-options-not-implemented";
    };
    match value.trim().to_ascii_lowercase().as_str() {
        "deny" | "sameorigin" => "x-frame-options-sameorigin-or-deny",
        value if value.starts_with("allow-from") => "x-frame-options-allow-from-origin",
        _ => "x-frame-options-header-invalid",
    }
}
