//! Project Wycheproof's vectors: JSON web signatures and keys, and the raw
//! signatures of the algorithms that the filter takes.
//!
//! A vector that is valid is accepted, one that is invalid refused, and one that is
//! acceptable either. Where the filter differs on purpose the list says why.

use crate::keys::encode;
use crate::published::{Different, Suite, holds, is_signed, key_set, read};
use serde_json::{Value, json};
use tollgate_jwt::algorithm::{self, Algorithm};

const SIGNATURES: &[Different] = &[
    (
        &["1", "348", "352", "357", "358", "359", "376", "377"],
        "an HMAC is no signature, and never accepted",
    ),
    (
        &["372", "373"],
        "an HMAC, and base64url with other characters in it",
    ),
    (&["347", "351"], "P-521 is not verified by Envoy"),
    (
        &["346", "350"],
        "the header says PS384, and the key that it is for PS256 alone (RFC 7517 §4.4)",
    ),
];

const KEYS: &[Different] = &[
    (
        &["2", "13", "14", "15"],
        "an HMAC is no signature, and never accepted",
    ),
    (&["7"], ROCA),
];

const CRYPTO: &[Different] = &[
    (&["1", "48"], "an HMAC is no signature, and never accepted"),
    (&["46"], ROCA),
    (&["50", "67"], "a JWE is encrypted, and no signature"),
];

const ROCA: &str = "how an issuer made its primes is not looked into (CVE-2017-15361)";

#[test]
fn json_web_signatures_are_judged_right() {
    tokens(
        "wycheproof-json-web-signature",
        "json_web_signature",
        401,
        SIGNATURES,
    );
}

#[test]
fn json_web_keys_are_judged_right() {
    tokens("wycheproof-json-web-key", "json_web_key", 26, KEYS);
}

#[test]
fn json_web_crypto_is_judged_right() {
    tokens("wycheproof-json-web-crypto", "json_web_crypto", 83, CRYPTO);
}

#[test]
fn rsa_signatures_are_judged_right() {
    raw(
        "wycheproof-rs256",
        "rsa_signature_2048_sha256",
        "RS256",
        259,
    );
}

#[test]
fn pss_signatures_are_judged_right() {
    raw(
        "wycheproof-ps256",
        "rsa_pss_2048_sha256_mgf1_32",
        "PS256",
        108,
    );
}

#[test]
fn p256_signatures_are_judged_right() {
    raw(
        "wycheproof-es256",
        "ecdsa_secp256r1_sha256_p1363",
        "ES256",
        262,
    );
}

#[test]
fn p384_signatures_are_judged_right() {
    raw(
        "wycheproof-es384",
        "ecdsa_secp384r1_sha384_p1363",
        "ES384",
        280,
    );
}

#[test]
fn ed25519_signatures_are_judged_right() {
    raw("wycheproof-eddsa", "ed25519", "EdDSA", 151);
}

/// A file of tokens with the keys to try on them.
fn tokens(suite: &'static str, file: &str, count: usize, different: &'static [Different]) {
    run(suite, file, count, different, |group, test| {
        let keys = key_set(group.get("public").unwrap_or(&group["private"]));
        let vector = test.get("jws").unwrap_or(&test["jwe"]);
        let text = vector.as_str().map_or(vector.to_string(), str::to_owned);
        is_signed(&text, &keys)
    });
}

/// A file of signatures by the keys of one algorithm.
fn raw(suite: &'static str, file: &str, name: &str, count: usize) {
    let algorithm = algorithm::named(name).unwrap();
    run(suite, file, count, &[], |group, test| {
        let bytes = |member: &str| hex(test[member].as_str().unwrap());
        holds(
            &jwk(group, algorithm),
            algorithm,
            &bytes("msg"),
            &bytes("sig"),
        )
    });
}

fn run(
    suite: &'static str,
    file: &str,
    count: usize,
    different: &'static [Different],
    accepts: impl Fn(&Value, &Value) -> bool,
) {
    let path = format!("wycheproof/testvectors_v1/{file}_test.json");
    let Some(vectors) = read(suite, &path, count) else {
        return;
    };
    let mut totals = Suite::new(suite, different);
    for group in vectors["testGroups"].as_array().unwrap() {
        for test in group["tests"].as_array().unwrap() {
            let found = accepts(group, test);
            let expected = match test["result"].as_str().unwrap() {
                "valid" => true,
                "invalid" => false,
                "acceptable" => found,
                other => panic!("{other}"),
            };
            totals.judge(&test["tcId"].to_string(), expected, found);
        }
    }
    totals.finish(count);
}

/// The key of a group of raw signatures.
fn jwk(group: &Value, algorithm: Algorithm) -> Value {
    let key = &group["publicKey"];
    let number = |member: &str, length: usize| {
        let digits = key[member].as_str().unwrap().trim_start_matches("00");
        encode(&hex(&format!("{digits:0>width$}", width = length * 2)))
    };
    let point = |curve: &str, length: usize| json!({ "kty": "EC", "crv": curve, "x": number("wx", length), "y": number("wy", length) });
    match algorithm {
        Algorithm::Rs(_) | Algorithm::Ps(_) => {
            json!({ "kty": "RSA", "n": number("modulus", 256), "e": number("publicExponent", 3) })
        }
        Algorithm::Es256 => point("P-256", 32),
        Algorithm::Es384 => point("P-384", 48),
        Algorithm::EdDsa => {
            json!({ "kty": "OKP", "crv": "Ed25519", "x": number("pk", 32) })
        }
    }
}

fn hex(digits: &str) -> Vec<u8> {
    let pairs = digits.as_bytes().chunks(2);
    let byte = |pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
    pairs.map(byte).collect()
}
