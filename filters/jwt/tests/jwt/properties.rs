//! What holds for every token: changed at random it is refused, also by a filter
//! that has just accepted the right one; and bytes of any kind are judged, and
//! never pass.

use crate::filter::{Asked, cases};
use crate::keys::encode;
use crate::one_bit::{ALGORITHMS, dpop_filter, filter, good, is_denied, is_refused, warmed};
use jsonwebtoken::Algorithm;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Value, json};

/// A change of one byte.
#[derive(Debug, Clone)]
enum Change {
    Replace(Index, u8),
    Insert(Index, u8),
    Remove(Index),
    Swap(Index),
}

fn byte() -> impl Strategy<Value = u8> {
    prop_oneof![
        any::<u8>(),
        select(b"ABCQghwxyz0189-_+/=., \t\r\n\0".to_vec())
    ]
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        (any::<Index>(), byte()).prop_map(|(at, byte)| Change::Replace(at, byte)),
        (any::<Index>(), byte()).prop_map(|(at, byte)| Change::Insert(at, byte)),
        any::<Index>().prop_map(Change::Remove),
        any::<Index>().prop_map(Change::Swap),
    ]
}

fn changed(token: &[u8], change: &Change) -> Vec<u8> {
    let mut other = token.to_vec();
    match change {
        Change::Replace(at, byte) => other[at.index(token.len())] = *byte,
        Change::Insert(at, byte) => other.insert(at.index(token.len() + 1), *byte),
        Change::Remove(at) => drop(other.remove(at.index(token.len()))),
        Change::Swap(at) => {
            let at = at.index(token.len() - 1);
            other.swap(at, at + 1);
        }
    }
    other
}

/// Fields of a header or of claims, most of them with a meaning.
fn object() -> impl Strategy<Value = Value> {
    let name = select(
        "alg kid typ crit b64 jwk jku x5u x5c iss aud sub exp nbf iat jti cnf htm htu ath scope"
            .split(' ')
            .collect::<Vec<_>>(),
    );
    let value = prop_oneof![
        select(vec![
            json!("RS256"),
            json!("ES256"),
            json!("EdDSA"),
            json!("none"),
            json!("dpop+jwt"),
            json!("corp"),
            json!("api"),
            json!(["api"]),
            json!({ "jkt": "" }),
            json!(null),
            json!(1_700_000_000),
            json!(-1),
            json!(1e300),
            json!("GET"),
            json!("https://a/"),
        ]),
        any::<String>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
    ];
    vec((name, value), 0..8).prop_map(|members| {
        let members = members
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value));
        Value::Object(members.collect())
    })
}

/// Bytes of any kind, and texts of the form of a token.
fn anything() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        vec(any::<u8>(), 0..200),
        vec(select(b"eyJhbGciOiJ9.-_=, ;&%".to_vec()), 0..100),
        (object(), object(), vec(any::<u8>(), 0..300)).prop_map(|(header, claims, signature)| {
            let part = |value: &Value| encode(value.to_string().as_bytes());
            format!("{}.{}.{}", part(&header), part(&claims), encode(&signature)).into_bytes()
        }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(cases(256)) })]

    #[test]
    fn a_changed_token_is_refused(which in 0..5_usize, changes in vec(change(), 1..4)) {
        let token = good(ALGORITHMS[which].0);
        let mut other = token.clone();
        for change in &changes {
            other = changed(&other, change);
        }
        // Spaces and tabs around a field's value are no part of it.
        let text = String::from_utf8_lossy(&other);
        prop_assume!(text.trim_matches([' ', '\t']).as_bytes() != token);
        prop_assert!(is_refused(&filter(), &other), "{}", other.escape_ascii());
        prop_assert!(is_refused(&warmed(&token), &other), "{}", other.escape_ascii());
    }

    #[test]
    fn the_signature_of_one_token_is_none_of_another(which in 0..5_usize, other in object()) {
        let token = good(ALGORITHMS[which].0);
        let parts: Vec<&str> = std::str::from_utf8(&token).unwrap().split('.').collect();
        let (header, payload, signature) = (parts[0], parts[1], parts[2]);
        let other = encode(other.to_string().as_bytes());
        for forged in [
            format!("{header}.{other}.{signature}"),
            format!("{other}.{payload}.{signature}"),
        ] {
            prop_assume!(forged.as_bytes() != token);
            prop_assert!(is_refused(&warmed(&token), forged.as_bytes()), "{forged}");
        }
    }

    #[test]
    fn bytes_of_any_kind_never_pass(bytes in anything()) {
        let bearer = [b"Bearer ", bytes.as_slice()].concat();
        let cookie = [b"t=", bytes.as_slice()].concat();
        let query = [b"/?t=", bytes.as_slice()].concat();
        for filter in [filter(), dpop_filter()] {
            for asked in [
                Asked::get("/").with("authorization", &bytes),
                Asked::get("/").with("authorization", &bearer),
                Asked::get("/").with("cookie", &bytes),
                Asked::get("/").with("cookie", &cookie),
                Asked::get(&bytes),
                Asked::get(&query),
            ] {
                let outcome = filter.outcome(&asked);
                prop_assert!(is_denied(outcome), "{outcome}: {}", bytes.escape_ascii());
            }
        }
    }

    #[test]
    fn proofs_of_any_kind_never_pass(bytes in anything()) {
        let token = String::from_utf8(good(Algorithm::ES256)).unwrap();
        let asked = Asked::get("/").with("authorization", format!("DPoP {token}"));
        let outcome = dpop_filter().outcome(&asked.with("dpop", &bytes));
        prop_assert_eq!(outcome, "jwt_sender", "{}", bytes.escape_ascii());
    }
}
