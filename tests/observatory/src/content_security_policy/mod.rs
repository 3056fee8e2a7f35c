//! The test `content-security-policy`: what the policies of a response, taken
//! together, still allow.
//! Source: `src/analyzer/tests/csp.js`.

mod merge;
mod policy;
mod source;

use crate::Response;
use policy::Policy;
use std::collections::BTreeSet;

/// What is found in the policies of a response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Analysis {
    /// The result of the test.
    pub result: &'static str,
    /// How many policies there are.
    pub policies: usize,
    /// Which of [`PROPERTIES`] they have; `None` where there is nothing to judge.
    pub properties: Option<BTreeSet<&'static str>>,
    /// Whether they say who may frame the page.
    pub frame_ancestors: bool,
}

/// The published names of what a policy can be.
pub const PROPERTIES: [&str; 11] = [
    "antiClickjacking",
    "defaultNone",
    "insecureBaseUri",
    "insecureFormAction",
    "insecureSchemeActive",
    "insecureSchemePassive",
    "strictDynamic",
    "unsafeEval",
    "unsafeInline",
    "unsafeInlineStyle",
    "unsafeObjects",
];

/// The property that decides is the first of these.
const DECISIVE: [(&str, &str); 6] = [
    ("unsafeInline", "csp-implemented-with-unsafe-inline"),
    (
        "insecureSchemeActive",
        "csp-implemented-with-insecure-scheme",
    ),
    ("unsafeEval", "csp-implemented-with-unsafe-eval"),
    (
        "insecureSchemePassive",
        "csp-implemented-with-insecure-scheme-in-passive-content-only",
    ),
    (
        "unsafeInlineStyle",
        "csp-implemented-with-unsafe-inline-in-style-src-only",
    ),
    (
        "defaultNone",
        "csp-implemented-with-no-unsafe-default-src-none",
    ),
];

/// What gives way to the warning that `report-uri` or `report-to` comes twice.
const PASSING: [&str; 4] = [
    "csp-implemented-with-insecure-scheme-in-passive-content-only",
    "csp-implemented-with-no-unsafe",
    "csp-implemented-with-no-unsafe-default-src-none",
    "csp-implemented-with-unsafe-inline-in-style-src-only",
];

/// What has no effect in a `<meta>`. HTML §4.2.5.3.
const OF_FIELDS_ONLY: [&str; 3] = ["frame-ancestors", "report-uri", "sandbox"];

/// Which result of the test a response has.
#[must_use]
pub fn result(response: &Response) -> &'static str {
    analyse(response).result
}

/// Reads the policies of a response.
#[must_use]
pub fn analyse(response: &Response) -> Analysis {
    let of_fields = split(&response.lines("content-security-policy"));
    let of_metas = split(&response.metas().policies);
    let all = [&of_fields[..], &of_metas[..]].concat();
    let bare = |result| Analysis {
        result,
        policies: all.len(),
        properties: None,
        frame_ancestors: false,
    };
    let Ok(combined) = Policy::of(&all) else {
        return bare("csp-header-invalid");
    };
    let of_fields = Policy::of(&of_fields).unwrap_or_default();
    let of_metas = Policy::of(&of_metas).unwrap_or_default();
    let works_in_meta = |name: &str| !OF_FIELDS_ONLY.contains(&name);
    if of_fields.names().next().is_none() && !of_metas.names().any(works_in_meta) {
        return bare(without_any(response));
    }
    judge(combined, &of_fields, response, all.len())
}

fn without_any(response: &Response) -> &'static str {
    match response.field("content-security-policy-report-only") {
        Some(_) => "csp-not-implemented-but-reporting-enabled",
        None => "csp-not-implemented",
    }
}

/// A comma ends a policy. CSP Level 3 §2.2.
fn split(values: &[String]) -> Vec<String> {
    let policies = values.iter().flat_map(|value| value.split(','));
    policies.map(|policy| policy.trim().to_owned()).collect()
}

fn judge(mut policy: Policy, of_fields: &Policy, response: &Response, policies: usize) -> Analysis {
    for directive in ["script-src", "style-src"] {
        if policy.sources(directive).any(source::is_nonce_or_hash) {
            policy.drop_from(directive, |source| source == "'unsafe-inline'");
        }
    }
    let dynamic = policy
        .sources("script-src")
        .any(|source| source == "'strict-dynamic'");
    let trusted = policy.sources("script-src").any(source::is_nonce_or_hash);
    if dynamic && trusted {
        policy.drop_from("script-src", source::is_overruled_by_strict_dynamic);
    }
    let mut properties = properties(&policy, of_fields, response);
    properties.extend((dynamic && trusted).then_some("strictDynamic"));
    let mut result = if dynamic && !trusted {
        "csp-header-invalid"
    } else {
        decided(&properties)
    };
    if policy.repeats_reporting && PASSING.contains(&result) {
        result = "csp-implemented-but-duplicate-directives";
    }
    Analysis {
        result,
        policies,
        properties: Some(properties),
        frame_ancestors: policy.names().any(|name| name == "frame-ancestors"),
    }
}

fn properties(policy: &Policy, of_fields: &Policy, response: &Response) -> BTreeSet<&'static str> {
    let is_https = response.connection.is_https();
    let any = |directive, test: fn(&str) -> bool| policy.sources(directive).any(test);
    let evaluates = |source: &str| source == "'unsafe-eval'";
    let found = [
        (
            "antiClickjacking",
            !of_fields.sources("frame-ancestors").any(source::is_broad),
        ),
        ("defaultNone", policy.is_none_by_default()),
        (
            "insecureBaseUri",
            any("base-uri", source::is_broad_or_inline),
        ),
        ("insecureFormAction", any("form-action", source::is_broad)),
        (
            "insecureSchemeActive",
            is_https && policy.active().any(source::is_insecure),
        ),
        (
            "insecureSchemePassive",
            is_https && policy.passive().any(source::is_insecure),
        ),
        (
            "unsafeEval",
            any("script-src", evaluates) || any("style-src", evaluates),
        ),
        (
            "unsafeInline",
            any("script-src", source::is_broad_or_inline) || any("object-src", source::is_broad),
        ),
        (
            "unsafeInlineStyle",
            any("style-src", source::is_broad_or_inline),
        ),
        ("unsafeObjects", any("object-src", source::is_broad)),
    ];
    let found = found.into_iter().filter(|(_, holds)| *holds);
    found.map(|(name, _)| name).collect()
}

fn decided(properties: &BTreeSet<&str>) -> &'static str {
    let first = DECISIVE
        .iter()
        .find(|(property, _)| properties.contains(property));
    first.map_or("csp-implemented-with-no-unsafe", |(_, result)| result)
}
