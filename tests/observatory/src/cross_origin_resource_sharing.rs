//! The test `cross-origin-resource-sharing`: whether any origin may read the
//! response with the user's credentials, because the answer repeats the
//! request's `Origin`.
//! Source: `src/analyzer/tests/cors.js`.

use crate::Response;

/// Which result of the test a response has.
#[must_use]
pub fn result(response: &Response) -> &'static str {
    let Some(allowed) = response.field("access-control-allow-origin") else {
        return "cross-origin-resource-sharing-not-implemented";
    };
    if allowed.trim() == "*" {
        "cross-origin-resource-sharing-implemented-with-public-access"
    } else if response.request_origin.as_ref() == Some(&allowed) && allows_credentials(response) {
        "cross-origin-resource-sharing-implemented-with-universal-access"
    } else {
        "cross-origin-resource-sharing-implemented-with-restricted-access"
    }
}

fn allows_credentials(response: &Response) -> bool {
    let value = response.field("access-control-allow-credentials");
    value.is_some_and(|value| value.trim().eq_ignore_ascii_case("true"))
}
