//! Signatures that only a lax verifier takes, made for these tests.

use crate::keys::{Signer, decode, encode};
use crate::published::holds;
use serde_json::{Value, json};
use tollgate_jwt::algorithm::Algorithm;
use tollgate_kit::host::Digest;

/// The encoded message has one bit less than the modulus, and all above are 0
/// (RFC 8017 §9.1.2, steps 6 and 9): within its first byte, or in one before it.
#[test]
fn no_bit_is_set_above_an_encoded_message() {
    let signatures: Vec<Value> = serde_json::from_str(include_str!("forgeries.json")).unwrap();
    assert_eq!(signatures.len(), 8);
    for entry in signatures {
        let signer = Signer::named(entry["key"].as_str().unwrap());
        let signature = decode(entry["signature"].as_str().unwrap());
        let algorithm = Algorithm::Ps(Digest::Sha256);
        let expected = entry["what"] == "as it should be";
        let found = holds(&signer.jwk, algorithm, b"message", &signature);
        assert_eq!(found, expected, "{} {}", entry["key"], entry["what"]);
    }
}

/// With a key that is the neutral point one signature is good for every message
/// (RFC 8032 §8.4 and §8.9).
#[test]
fn a_key_of_small_order_verifies_nothing() {
    let mut neutral = [0; 32];
    neutral[0] = 1;
    let signature = [neutral, [0; 32]].concat();
    let jwk = json!({ "kty": "OKP", "crv": "Ed25519", "x": encode(&neutral) });
    for message in [&b""[..], b"message", b"another"] {
        assert!(!holds(&jwk, Algorithm::EdDsa, message, &signature));
    }
}
