//! The tables of reasons: what holds for every row.

use std::collections::BTreeSet;
use tollgate_kit::reason::Challenge;
use tollgate_tidy::reasons::{all, tables};
use tollgate_tidy::{files, text};

#[test]
fn slugs_are_unique_and_begin_with_their_filter() {
    let mut seen = BTreeSet::new();
    for (filter, table) in tables() {
        for reason in table {
            let what = reason.slug.strip_prefix(filter);
            assert!(
                what.is_some_and(|what| what.starts_with('_')),
                "{}",
                reason.slug
            );
            let plain = |byte: u8| byte.is_ascii_lowercase() || byte == b'_';
            assert!(reason.slug.bytes().all(plain), "{}", reason.slug);
            assert!(seen.insert(reason.slug), "{} is there twice", reason.slug);
        }
    }
}

/// RFC 9110 §15.5.2: a 401 names how to authenticate. RFC 6750 §3.1: without
/// credentials the challenge carries no error code.
#[test]
fn every_401_has_a_challenge_and_no_token_has_a_bare_one() {
    for reason in all() {
        if reason.statuses.contains(&401) {
            assert_ne!(reason.challenge, Challenge::None, "{}", reason.slug);
        }
    }
    assert_eq!(tollgate_jwt::reason::MISSING.challenge, Challenge::Bare);
}

#[test]
fn every_reason_is_reached_by_a_case() {
    let cases: String = files("tests/cases", "yaml")
        .iter()
        .map(|case| text(case))
        .collect();
    let reached = |slug: &str| cases.contains(&format!("reason: {slug}\n"));
    let missing: Vec<&str> = all()
        .map(|reason| reason.slug)
        .filter(|slug| !reached(slug))
        .collect();
    assert_eq!(missing, Vec::<&str>::new());
}
