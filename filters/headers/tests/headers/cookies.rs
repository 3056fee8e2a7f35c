//! Cookies: each rule by example, and a maintained parser as the judge of what a
//! hardened cookie says.

use crate::section::{Connection, responded, stage};
use cookie::Cookie;
use proptest::collection::vec;
use proptest::prelude::*;

/// The values of `Set-Cookie` as the client gets them.
fn hardened(section: &str, values: &[&[u8]]) -> Vec<Vec<u8>> {
    let pairs: Vec<(&[u8], &[u8])> = values
        .iter()
        .map(|value| (&b"set-cookie"[..], *value))
        .collect();
    responded(stage(section).as_ref(), Connection::Tls, &pairs)
        .into_iter()
        .filter(|(name, _)| name == b"set-cookie")
        .map(|(_, value)| value)
        .collect()
}

#[track_caller]
fn check(section: &str, value: &str, expected: &str) {
    let found = hardened(section, &[value.as_bytes()]);
    let found: Vec<String> = found
        .iter()
        .map(|value| String::from_utf8(value.clone()).unwrap())
        .collect();
    assert_eq!(found, [expected], "{value}");
}

const API: &str = r#"{"profile": "api"}"#;

#[test]
fn what_is_missing_is_added_behind_the_rest() {
    check(API, "sid=1", "sid=1; Secure; HttpOnly; SameSite=Lax");
    check(
        API,
        "sid=1; Path=/a",
        "sid=1; Path=/a; Secure; HttpOnly; SameSite=Lax",
    );
    check(
        API,
        "sid=1; secure",
        "sid=1; secure; HttpOnly; SameSite=Lax",
    );
    check(
        API,
        "sid=1;HTTPONLY=x;",
        "sid=1;HTTPONLY=x; Secure; SameSite=Lax",
    );
    check(API, "=1", "=1; Secure; HttpOnly; SameSite=Lax");
    check(API, "1", "1; Secure; HttpOnly; SameSite=Lax");
}

#[test]
fn what_is_there_stays_as_it_came() {
    for value in [
        "sid=1; Secure; HttpOnly; SameSite=Lax",
        "sid=\"a b\"; samesite=STRICT ;httponly; SECURE; Priority=High; Expires=Wed, 21 Oct 2026 07:28:00 GMT",
        "",
        " ",
    ] {
        check(API, value, value);
    }
}

#[test]
fn a_weaker_or_unknown_same_site_is_raised_and_a_stricter_one_stays() {
    for (floor, own, expected) in [
        ("Lax", "None", "Lax"),
        ("Lax", "Relaxed", "Lax"),
        ("Lax", "", "Lax"),
        ("Lax", "Lax", "Lax"),
        ("Lax", "Strict", "Strict"),
        ("Strict", "Lax", "Strict"),
        ("None", "None", "None"),
        ("None", "Lax", "Lax"),
        ("None", "x", "None"),
    ] {
        let section = format!(r#"{{"profile": "api", "cookies": {{"same_site": "{floor}"}}}}"#);
        check(
            &section,
            &format!("a=1; Secure; HttpOnly; SameSite={own}"),
            &format!("a=1; Secure; HttpOnly; SameSite={expected}"),
        );
    }
}

/// Of two, browsers take the last.
#[test]
fn the_last_of_two_counts() {
    check(
        API,
        "a=1; Secure; SameSite=Strict; HttpOnly; SameSite=None",
        "a=1; Secure; HttpOnly; SameSite=Lax",
    );
    let value = "a=1; Secure; SameSite=None; HttpOnly; SameSite=Strict";
    check(API, value, value);
}

#[test]
fn same_site_none_is_never_without_secure() {
    let section = r#"{"profile": "api", "cookies": {"secure": false, "http_only": false, "same_site": "keep"}}"#;
    check(section, "a=1; SameSite=None", "a=1; SameSite=None; Secure");
    check(section, "a=1; SameSite=Lax", "a=1; SameSite=Lax");
    check(section, "a=1", "a=1");
}

#[test]
fn a_prefix_is_made_to_keep_what_it_promises() {
    let flags = "Secure; HttpOnly; SameSite=Lax";
    for (value, expected) in [
        ("__Host-a=1", format!("__Host-a=1; Path=/; {flags}")),
        (
            "__host-a=1; Path=/x; Domain=a.example",
            format!("__host-a=1; Path=/; {flags}"),
        ),
        (
            "__Host-a=1; Path=/; Domain",
            format!("__Host-a=1; Path=/; {flags}"),
        ),
        ("__Host-a=1; Path=/", format!("__Host-a=1; Path=/; {flags}")),
        (
            "__Host-a=1; Path=/a; Path=/",
            format!("__Host-a=1; Path=/a; Path=/; {flags}"),
        ),
        (
            "__Secure-a=1; Domain=a.example",
            format!("__Secure-a=1; Domain=a.example; {flags}"),
        ),
        ("__Hosta=1; Path=/x", format!("__Hosta=1; Path=/x; {flags}")),
    ] {
        check(API, value, &expected);
    }
    let kept = r#"{"profile": "none", "cookies": {"prefixes": "enforce"}}"#;
    check(kept, "__Secure-a=1", "__Secure-a=1; Secure");
    check(kept, "a=1", "a=1");
}

#[test]
fn excepted_names_and_profile_none_change_nothing() {
    let section = r#"{"profile": "api", "cookies": {"except": ["csrf"]}}"#;
    check(section, "csrf=1", "csrf=1");
    check(section, "Csrf=1", "Csrf=1; Secure; HttpOnly; SameSite=Lax");
    check(r#"{"profile": "none"}"#, "__Host-a=1", "__Host-a=1");
    check(r#"{"profile": "api", "mode": "report"}"#, "a=1", "a=1");
}

#[test]
fn several_cookies_stay_apart_and_in_order() {
    let good = &b"b=2; Secure; HttpOnly; SameSite=Lax"[..];
    let found = hardened(API, &[b"a=\xff,1", good, b"c=3"]);
    assert_eq!(
        found,
        [
            &b"a=\xff,1; Secure; HttpOnly; SameSite=Lax"[..],
            good,
            b"c=3; Secure; HttpOnly; SameSite=Lax"
        ]
    );
}

/// Pieces that cookies are made of, and some that they aren't.
fn piece() -> impl Strategy<Value = String> {
    proptest::sample::select(vec![
        "Secure",
        "secure ",
        "HttpOnly",
        "SameSite=None",
        "samesite=strict",
        "SameSite",
        "Path=/",
        "Path=/a",
        "path",
        "Domain=a.example",
        "Max-Age=60",
        "Priority=High",
        "Partitioned",
        "x=y",
        "",
        " ",
        "=",
        "Expires=Wed, 21 Oct 2026 07:28:00 GMT",
        "\"q\"",
        "Secure=0",
    ])
    .prop_map(str::to_owned)
}

proptest! {
    /// RFC 6265bis as the `cookie` crate reads it: the same cookie, hardened.
    #[test]
    fn a_hardened_cookie_says_what_it_said_and_more(
        name in "(__Host-|__Secure-)?[a-z]{1,4}",
        value in "[a-z0-9]{0,5}",
        pieces in vec(piece(), 0..6),
    ) {
        let text = format!("{name}={value}{}", pieces.iter().map(|piece| format!(";{piece}")).collect::<String>());
        let found = hardened(API, &[text.as_bytes()]);
        prop_assert_eq!(found.len(), 1);
        let found = String::from_utf8(found[0].clone()).unwrap();
        let (before, after) = (Cookie::parse(text).unwrap(), Cookie::parse(found.clone()).unwrap());
        prop_assert_eq!(before.name_value(), after.name_value());
        prop_assert_eq!(after.secure(), Some(true));
        prop_assert_eq!(after.http_only(), Some(true));
        prop_assert_eq!(before.max_age(), after.max_age());
        prop_assert_eq!(before.partitioned(), after.partitioned());
        if name.starts_with("__Host-") {
            prop_assert_eq!(after.path(), Some("/"));
            prop_assert_eq!(after.domain(), None);
        } else {
            prop_assert_eq!(before.path(), after.path());
            prop_assert_eq!(before.domain(), after.domain());
        }
        // Hardened once is hardened.
        prop_assert_eq!(hardened(API, &[found.as_bytes()]), [found.into_bytes()]);
    }

    #[test]
    fn any_bytes_are_only_ever_added_to(value in vec(any::<u8>().prop_filter("controls", |byte| !matches!(byte, 0 | b'\r' | b'\n')), 0..40)) {
        let section = r#"{"profile": "api", "cookies": {"same_site": "keep", "prefixes": "keep"}}"#;
        let found = hardened(section, &[&value]);
        prop_assert_eq!(found.len(), 1);
        prop_assert!(found[0].starts_with(&value));
    }
}
