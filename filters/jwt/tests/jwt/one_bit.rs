//! A token with one bit or one byte less right is refused, also by a filter that
//! has just accepted the right one: every bit of one token for each algorithm.

use crate::filter::{Asked, Filter};
use crate::keys::{Signer, decode, encode};
use crate::pss;
use jsonwebtoken::Algorithm;
use serde_json::{Value, json};

pub const ALGORITHMS: [(Algorithm, &str); 5] = [
    (Algorithm::RS256, "rsa2048e65537"),
    (Algorithm::PS256, "rsa2048e65537"),
    (Algorithm::ES256, "p256"),
    (Algorithm::ES384, "p384"),
    (Algorithm::EdDSA, "ed25519"),
];

/// Takes every algorithm and key of them all, wherever a token may stand.
pub fn filter() -> Filter {
    Filter::trusting(provider(&json!({
        "from": [{ "header": "authorization", "scheme": "Bearer" }, { "cookie": "t" }, { "query": "t" }],
    })))
}

pub fn dpop_filter() -> Filter {
    Filter::trusting(provider(&json!({ "sender": "dpop" })))
}

fn provider(others: &Value) -> Value {
    let names: Vec<String> = ALGORITHMS
        .iter()
        .map(|(algorithm, _)| format!("{algorithm:?}"))
        .collect();
    let keys: Vec<Value> = ["rsa2048e65537", "p256", "p384", "ed25519"]
        .iter()
        .map(|name| Signer::named(name).jwk)
        .collect();
    let mut provider = json!({
        "name": "corp", "issuer": "corp", "audiences": ["api"], "algorithms": names,
        "jwks": { "inline": { "keys": keys } }, "require": ["sub"],
    });
    for (name, value) in others.as_object().unwrap() {
        provider[name] = value.clone();
    }
    provider
}

pub fn claims() -> Value {
    let jkt = "x".repeat(43);
    json!({ "iss": "corp", "aud": "api", "sub": "ann", "cnf": { "jkt": jkt } })
}

pub fn good(algorithm: Algorithm) -> Vec<u8> {
    let (_, key) = ALGORITHMS
        .iter()
        .find(|(known, _)| *known == algorithm)
        .unwrap();
    Signer::named(key).token(algorithm, &claims()).into_bytes()
}

/// A filter that has just accepted a token.
pub fn warmed(token: &[u8]) -> Filter {
    let filter = filter();
    assert_eq!(filter.outcome(&Asked::bearing(token)), "allow");
    assert_eq!(filter.outcome(&Asked::bearing(token)), "allow");
    filter
}

pub fn is_refused(filter: &Filter, token: &[u8]) -> bool {
    is_denied(filter.outcome(&Asked::bearing(token)))
}

/// For a reason of this filter, rather than because of something unexpected.
pub fn is_denied(outcome: &str) -> bool {
    outcome.starts_with("jwt_")
}

/// Every bit of a token that was accepted, one at a time.
fn no_bit_is_spare(algorithm: Algorithm) {
    let token = good(algorithm);
    let filter = warmed(&token);
    for at in 0..token.len() {
        for bit in 0..8 {
            let mut other = token.clone();
            other[at] ^= 1 << bit;
            let text = String::from_utf8_lossy(&other);
            assert!(
                is_refused(&filter, &other),
                "bit {bit} of byte {at}: {text}"
            );
        }
    }
    assert_eq!(filter.outcome(&Asked::bearing(&token)), "allow");
}

#[test]
fn no_bit_of_an_rs256_token_is_spare() {
    no_bit_is_spare(Algorithm::RS256);
}

#[test]
fn no_bit_of_a_ps256_token_is_spare() {
    no_bit_is_spare(Algorithm::PS256);
}

#[test]
fn no_bit_of_an_es256_token_is_spare() {
    no_bit_is_spare(Algorithm::ES256);
}

#[test]
fn no_bit_of_an_es384_token_is_spare() {
    no_bit_is_spare(Algorithm::ES384);
}

#[test]
fn no_bit_of_an_eddsa_token_is_spare() {
    no_bit_is_spare(Algorithm::EdDSA);
}

#[test]
fn no_byte_of_a_token_can_be_left_out() {
    for (algorithm, _) in ALGORITHMS {
        let token = good(algorithm);
        let filter = warmed(&token);
        for at in 0..token.len() {
            let mut other = token.clone();
            other.remove(at);
            assert!(
                is_refused(&filter, &other),
                "{algorithm:?} without byte {at}"
            );
        }
    }
}

#[test]
fn unused_bits_of_the_last_character_are_not_ignored() {
    // 64 bytes end in a character of which four bits are used.
    let token = good(Algorithm::EdDSA);
    let last = *token.last().unwrap();
    let filter = warmed(&token);
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    for byte in alphabet.iter().filter(|byte| **byte != last) {
        let mut other = token.clone();
        *other.last_mut().unwrap() = *byte;
        assert!(is_refused(&filter, &other), "{}", char::from(*byte));
    }
    let (_, signature) = std::str::from_utf8(&token)
        .unwrap()
        .rsplit_once('.')
        .unwrap();
    assert_eq!(decode(signature).len(), 64);
}

/// RFC 8017 §8.2.2: as long as the modulus, and less than it.
#[test]
fn an_rsa_signature_has_one_form() {
    // The highest bit of 2049 is alone in its byte, so that sums have room there.
    let signer = Signer::named("rsa2049e65537");
    let filter = Filter::trusting(json!({
        "name": "corp", "issuer": "corp", "audiences": ["api"], "algorithms": ["RS256", "PS256"],
        "jwks": { "inline": { "keys": [signer.jwk] } }, "require": ["sub"],
    }));
    let modulus = decode(signer.jwk["n"].as_str().unwrap());
    for algorithm in [Algorithm::RS256, Algorithm::PS256] {
        let token = signer.token(algorithm, &claims());
        let (input, signature) = token.rsplit_once('.').unwrap();
        let signature = decode(signature);
        assert_eq!(filter.outcome(&Asked::bearing(&token)), "allow");
        for other in [
            pss::sum(&modulus, &signature).unwrap(),
            [&[0], signature.as_slice()].concat(),
            signature[1..].to_vec(),
        ] {
            let token = format!("{input}.{}", encode(&other));
            let outcome = filter.outcome(&Asked::bearing(&token));
            assert_eq!(
                outcome,
                "jwt_signature",
                "{algorithm:?}: {} bytes",
                other.len()
            );
        }
    }
}

#[test]
fn only_spaces_and_tabs_around_a_token_are_no_part_of_it() {
    let token = good(Algorithm::EdDSA);
    let filter = warmed(&token);
    for byte in 0..=255 {
        let before = [&[byte], token.as_slice()].concat();
        let behind = [token.as_slice(), &[byte]].concat();
        // The scheme ends at a space (RFC 6750 §2.1).
        assert_eq!(is_refused(&filter, &before), byte != b' ', "{byte} before");
        let is_space = matches!(byte, b' ' | b'\t');
        assert_eq!(is_refused(&filter, &behind), !is_space, "{byte} behind");
    }
}
