//! The test `cross-origin-embedder-policy`: what the page may embed.
//! Source: `src/analyzer/tests/cross-origin-embedder-policy.js`.

use crate::{Response, structured_field};

/// Which result of the test a response has.
#[must_use]
pub fn result(response: &Response) -> &'static str {
    let Some(value) = response.field("cross-origin-embedder-policy") else {
        return "coep-not-implemented";
    };
    match structured_field::token(value.trim()) {
        Some("require-corp") => "coep-implemented-with-require-corp",
        Some("credentialless") => "coep-implemented-with-credentialless",
        Some("unsafe-none") => "coep-implemented-with-unsafe-none",
        Some(_) | None => "coep-header-invalid",
    }
}
