//! What holds for every message: nothing panics, what no rule names stays as it
//! was, and what is done once needn't be done again.

use crate::section::{
    Connection, Pairs, owned, requested, responded, response_edits, stage, values,
};
use proptest::collection::vec;
use proptest::prelude::*;
use tollgate_headers::{fingerprints, profile};
use tollgate_kit::fields::Fields;

const POLICIES: [&str; 4] = [
    r#"{"profile": "api"}"#,
    r#"{"profile": "web", "set": [{"name": "x-set", "value": "1"}], "remove": ["x-removed"]}"#,
    r#"{"profile": "none", "fingerprints": "remove", "request": {"remove": ["x_user"]}}"#,
    r#"{"profile": "none", "request": {"duplicate_singletons": "allow", "override_headers": "keep"}}"#,
];

/// Names that some rule is about; any other is a stranger.
const NAMED: [&str; 18] = [
    ":method",
    ":authority",
    "host",
    "authorization",
    "content-type",
    "origin",
    "user-agent",
    "x-http-method-override",
    "x_http_method-override",
    "x-user",
    "x_user",
    "x-set",
    "x-removed",
    "x-envoy-anything",
    "x-powered-by",
    "strict-transport-security",
    "x-frame-options",
    "content-security-policy",
];

fn name() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        3 => proptest::sample::select(NAMED.to_vec()).prop_map(|name| name.as_bytes().to_vec()),
        1 => proptest::sample::select(row_names()).prop_map(|name| name.as_bytes().to_vec()),
        2 => vec(any::<u8>(), 0..12),
    ]
}

fn row_names() -> Vec<&'static str> {
    let web = profile::find("web").unwrap();
    web.rows.iter().map(|row| row.name).collect()
}

fn value() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        vec(any::<u8>(), 0..40),
        vec(
            proptest::sample::select(b"abB=\",;\\ \t/123\xff".to_vec()),
            0..40
        ),
        proptest::sample::select(vec![
            "GET",
            "text/plain",
            "Bearer a, Basic b",
            "DENY",
            "max-age=63072000; includeSubDomains",
            "no-store",
            "",
        ])
        .prop_map(|value| value.as_bytes().to_vec()),
    ]
}

fn message() -> impl Strategy<Value = Pairs> {
    vec((name(), value()), 0..12)
}

fn borrowed(pairs: &Pairs) -> Vec<(&[u8], &[u8])> {
    pairs
        .iter()
        .map(|(name, value)| (name.as_slice(), value.as_slice()))
        .collect()
}

fn is_stranger(name: &[u8]) -> bool {
    let mut named = NAMED
        .into_iter()
        .chain(row_names())
        .chain(fingerprints::NAMES.iter().copied());
    !name.starts_with(b"x-") && !named.any(|named| named.as_bytes() == name)
}

fn strangers(pairs: &Pairs) -> Pairs {
    let is = |pair: &&(Vec<u8>, Vec<u8>)| is_stranger(&pair.0);
    pairs.iter().filter(is).cloned().collect()
}

proptest! {
    #[test]
    fn requests_that_pass_keep_what_no_rule_names(pairs in message()) {
        for policy in POLICIES {
            let stage = stage(policy);
            if let Ok(passed) = requested(stage.as_ref(), &borrowed(&pairs)) {
                prop_assert_eq!(strangers(&passed), strangers(&pairs));
                prop_assert!(values(&passed, "x_http_method-override").is_empty() || policy.contains("keep"));
                let again = requested(stage.as_ref(), &borrowed(&passed));
                prop_assert_eq!(again.ok(), Some(passed));
            }
        }
    }

    #[test]
    fn a_stranger_changes_no_verdict(pairs in message(), value in value()) {
        for policy in POLICIES {
            let stage = stage(policy);
            let mut more = pairs.clone();
            more.push((b"stranger".to_vec(), value.clone()));
            let slug = |pairs: &Pairs| {
                requested(stage.as_ref(), &borrowed(pairs)).err().map(|denial| denial.reason.slug)
            };
            prop_assert_eq!(slug(&pairs), slug(&more));
        }
    }

    #[test]
    fn responses_keep_what_no_rule_names_and_are_hardened_once(pairs in message()) {
        for policy in POLICIES {
            let stage = stage(policy);
            for connection in [Connection::Tls, Connection::Plain] {
                let passed = responded(stage.as_ref(), connection, &borrowed(&pairs));
                prop_assert_eq!(strangers(&passed), strangers(&pairs));
                let fields = Fields::from_pairs(borrowed(&passed));
                let again = response_edits(stage.as_ref(), connection, &fields);
                prop_assert!(again.is_empty(), "{:?}", again);
                prop_assert_eq!(owned(&fields), passed);
            }
        }
    }

    #[test]
    fn there_is_one_of_each_in_the_end(pairs in message()) {
        for name in ["api", "web"] {
            let stage = stage(&format!(r#"{{"profile": "{name}"}}"#));
            let passed = responded(stage.as_ref(), Connection::Tls, &borrowed(&pairs));
            for row in profile::find(name).unwrap().rows {
                prop_assert_eq!(values(&passed, row.name).len(), 1, "{}", row.name);
            }
            for name in fingerprints::NAMES {
                prop_assert!(values(&passed, name).is_empty(), "{}", name);
            }
        }
    }

    #[test]
    fn report_mode_changes_nothing(pairs in message()) {
        let stage = stage(r#"{"profile": "api", "mode": "report", "remove": ["x-removed"]}"#);
        if let Ok(passed) = requested(stage.as_ref(), &borrowed(&pairs)) {
            prop_assert_eq!(&passed, &pairs);
        }
        let passed = responded(stage.as_ref(), Connection::Tls, &borrowed(&pairs));
        prop_assert_eq!(passed, pairs);
    }
}
