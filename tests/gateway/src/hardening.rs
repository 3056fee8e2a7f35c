//! What the `api` profile makes of a response.

use tollgate_rig::Response;

/// Each of these once, over TLS and in the clear.
const FIELDS: &[(&str, &str)] = &[
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    (
        "content-security-policy",
        "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    ),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-resource-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("x-permitted-cross-domain-policies", "none"),
    ("cache-control", "no-store"),
];
/// Over TLS only, RFC 6797 §7.2.
const TRANSPORT: (&str, &str) = (
    "strict-transport-security",
    "max-age=63072000; includeSubDomains",
);
/// What tells which software answers.
const FINGERPRINTS: &[&str] = &["server", "x-powered-by", "x-envoy-upstream-service-time"];

/// What is wrong with the response of a gate that speaks in the clear.
pub fn faults_in_the_clear(response: &Response) -> Vec<String> {
    faults(response, &[])
}

/// What is wrong with the response of a gate that speaks TLS.
pub fn faults_over_tls(response: &Response) -> Vec<String> {
    faults(response, &[TRANSPORT.1])
}

fn faults(response: &Response, transport: &[&str]) -> Vec<String> {
    let found = |name: &str| {
        let values = response.values(name).into_iter();
        let text = values.map(|value| String::from_utf8_lossy(value).into_owned());
        text.collect::<Vec<_>>()
    };
    let wanted = FIELDS.iter().map(|(name, value)| (*name, vec![*value]));
    let unwanted = FINGERPRINTS.iter().map(|name| (*name, Vec::new()));
    let transport = std::iter::once((TRANSPORT.0, transport.to_vec()));
    let fault = |(name, values): (&str, Vec<&str>)| {
        let found = found(name);
        (found != values).then(|| format!("{name}: {found:?}"))
    };
    wanted
        .chain(unwanted)
        .chain(transport)
        .filter_map(fault)
        .collect()
}
