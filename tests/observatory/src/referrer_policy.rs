//! The test `referrer-policy`: the last policy that is known holds, and one in
//! a `<meta>` comes after the field.
//! Source: `src/analyzer/tests/referrer-policy.js`.

use crate::Response;

const PRIVATE: [&str; 4] = [
    "no-referrer",
    "same-origin",
    "strict-origin",
    "strict-origin-when-cross-origin",
];
const UNSAFE: [&str; 4] = [
    "no-referrer-when-downgrade",
    "origin",
    "origin-when-cross-origin",
    "unsafe-url",
];

/// Which result of the test a response has.
#[must_use]
pub fn result(response: &Response) -> &'static str {
    let mut values = response.lines("referrer-policy");
    values.extend(response.metas().referrer);
    if values.is_empty() {
        return "referrer-policy-not-implemented";
    }
    let policies = values.iter().rev().flat_map(|value| value.rsplit(','));
    policies
        .map(|policy| policy.trim().to_ascii_lowercase())
        .find_map(|policy| known(&policy))
        .unwrap_or("referrer-policy-header-invalid")
}

fn known(policy: &str) -> Option<&'static str> {
    if PRIVATE.contains(&policy) {
        Some("referrer-policy-private")
    } else if UNSAFE.contains(&policy) {
        Some("referrer-policy-unsafe")
    } else {
        None
    }
}
