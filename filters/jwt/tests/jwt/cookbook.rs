//! The examples of RFC 7520 (JOSE cookbook), with RFC 8037 and RFC 7797, and those
//! of RFC 7515 and RFC 7638.

use crate::filter::{Asked, Filter};
use crate::published::{self, Different, Suite, is_signed, key_set, read};
use serde_json::{Value, json};
use tollgate_jwt::sender::thumbprint;
use tollgate_jwt::token::Token;
use tollgate_kit::json::{Limits, OwnedDocument};

const HMAC: &str = "an HMAC is no signature, and never accepted";
const P521: &str = "P-521 is not verified by Envoy";

const COOKBOOK: &[Different] = &[
    (&["4_3/compact", "4_3/signatures[0]"], P521),
    (
        &[
            "4_4/compact",
            "4_4/signatures[0]",
            "4_5/compact",
            "4_5/signatures[0]",
            "4_6/signatures[0]",
            "4_8/signatures[2]",
        ],
        HMAC,
    ),
    (
        &["4_7/signatures[0]", "4_8/signatures[1]"],
        "a header that is not signed names the algorithm",
    ),
    (
        &[
            "rfc7797/compact",
            "rfc7797/signatures[0]",
            "rfc7797-4_2/signatures[0]",
        ],
        "a payload that is not encoded (RFC 7797) has no form as a token",
    ),
];

const RFCS: &[Different] = &[(&["rfc7515-a1-hs256"], HMAC), (&["rfc7515-a4-es512"], P521)];

/// Files and what they are called here.
const FILES: &[(&str, &str)] = &[
    ("jws/4_1.rsa_v15_signature.json", "4_1"),
    ("jws/4_2.rsa-pss_signature.json", "4_2"),
    ("jws/4_3.ecdsa_signature.json", "4_3"),
    ("jws/4_4.hmac-sha2_integrity_protection.json", "4_4"),
    ("jws/4_5.signature_with_detached_content.json", "4_5"),
    ("jws/4_6.protecting_specific_header_fields.json", "4_6"),
    ("jws/4_7.protecting_content_only.json", "4_7"),
    ("jws/4_8.multiple_signatures.json", "4_8"),
    ("curve25519/jws.json", "curve25519"),
    ("rfc7797/hmac-sha2_b64_false.json", "rfc7797"),
    ("rfc7797/4.2.hmac-sha2_b64_false.json", "rfc7797-4_2"),
];

const COOKBOOK_VECTORS: usize = 41;
const RFC_VECTORS: usize = 14;

#[test]
fn the_cookbook_is_met() {
    let suite = "jose-cookbook";
    let mut totals = Suite::new(suite, COOKBOOK);
    for (file, name) in FILES {
        let file = format!("jose-cookbook/{file}");
        let Some(example) = read(suite, &file, COOKBOOK_VECTORS) else {
            return;
        };
        let keys = public(&example["input"]["key"]);
        let output = &example["output"];
        if let Some(compact) = output["compact"].as_str() {
            totals.judge(
                &format!("{name}/compact"),
                true,
                is_signed(compact, &key_set(&keys)),
            );
        }
        for form in ["json", "json_flat"] {
            if let Some(json) = output.get(form) {
                totals.judge(
                    &format!("{name}/{form}"),
                    false,
                    is_token(&json.to_string()),
                );
            }
        }
        for (at, compact) in signatures(&output["json"]).iter().enumerate() {
            let found = is_signed(compact, &key_set(&keys));
            totals.judge(&format!("{name}/signatures[{at}]"), true, found);
        }
    }
    totals.finish(COOKBOOK_VECTORS);
}

#[test]
fn the_tokens_of_the_rfcs_are_met() {
    let suite = "rfc-jws";
    let Some(file) = read(suite, "rfc-vectors/jws.json", RFC_VECTORS) else {
        return;
    };
    let vectors = file["vectors"].as_array().unwrap();
    let keys: Vec<&Value> = vectors
        .iter()
        .filter_map(|vector| vector.get("jwk"))
        .collect();
    let keys = json!({ "keys": keys });
    let mut totals = Suite::new(suite, RFCS);
    for vector in vectors {
        let id = vector["id"].as_str().unwrap();
        let Some(token) = vector["token"].as_str() else {
            let jws = &vector["jws"];
            totals.judge(id, false, is_token(&jws.to_string()));
            for (at, compact) in signatures(jws).iter().enumerate() {
                let found = is_signed(compact, &key_set(&keys));
                totals.judge(&format!("{id}/signatures[{at}]"), true, found);
            }
            continue;
        };
        let own = vector.get("jwk").unwrap_or(&keys);
        let valid = vector["expected"] == "valid signature";
        totals.judge(id, valid, is_signed(token, &key_set(own)));
    }
    totals.finish(RFC_VECTORS);
}

#[test]
fn the_tokens_of_rfc_7515_fail_for_their_audience_alone() {
    let Some(file) = read("rfc-7515-decisions", "rfc-vectors/jws.json", 2) else {
        return;
    };
    let mut passed = 0;
    for (id, algorithm) in [("rfc7515-a2-rs256", "RS256"), ("rfc7515-a3-es256", "ES256")] {
        let vectors = file["vectors"].as_array().unwrap();
        let vector = vectors.iter().find(|vector| vector["id"] == id).unwrap();
        let filter = Filter::trusting(json!({
            "name": "joe", "issuer": "joe", "audiences": ["api"], "algorithms": [algorithm],
            "jwks": { "inline": { "keys": [vector["jwk"]] } },
        }));
        let token = vector["token"].as_str().unwrap();
        assert_eq!(
            filter.outcome(&Asked::bearing(token)),
            "jwt_audience",
            "{id}"
        );
        let (input, _) = token.rsplit_once('.').unwrap();
        let unsigned = format!("{input}.");
        assert_eq!(
            filter.outcome(&Asked::bearing(unsigned)),
            "jwt_signature",
            "{id}"
        );
        passed += 1;
    }
    println!("suite rfc-7515-decisions: {passed} passed, 0 failed, 0 skipped");
}

#[test]
fn the_thumbprints_of_the_rfcs_are_met() {
    let suite = "rfc-thumbprints";
    let Some(file) = read(suite, "rfc-vectors/jwk-thumbprint.json", 3) else {
        return;
    };
    let mut totals = Suite::new(suite, &[]);
    for vector in file["vectors"].as_array().unwrap() {
        let jwk = vector["jwk"].to_string().into_bytes();
        let jwk = OwnedDocument::parse(jwk, &Limits::DEFAULT).unwrap();
        let found = thumbprint(jwk.root());
        let id = vector["id"].as_str().unwrap();
        totals.judge(id, true, found.as_deref() == vector["sha256"].as_str());
    }
    totals.finish(3);
}

#[test]
fn the_private_keys_of_the_cookbook_are_no_keys_to_verify_with() {
    let suite = "jose-cookbook-keys";
    let mut totals = Suite::new(suite, &[(&["3_1.ec_public_key"], P521)]);
    for (file, usable) in [
        ("3_1.ec_public_key", true),
        ("3_2.ec_private_key", false),
        ("3_3.rsa_public_key", true),
        ("3_4.rsa_private_key", false),
        ("3_5.symmetric_key_mac_computation", false),
        ("3_6.symmetric_key_encryption", false),
    ] {
        let path = format!("jose-cookbook/jwk/{file}.json");
        let Some(jwk) = read(suite, &path, 6) else {
            return;
        };
        totals.judge(file, usable, published::key(&jwk).is_some());
    }
    totals.finish(6);
}

fn is_token(text: &str) -> bool {
    Token::parse(text.as_bytes()).is_ok()
}

/// The signatures of a JWS in JSON, each as a compact one.
fn signatures(jws: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let payload = text(&jws["payload"]);
    let compact = |signature: &Value| {
        let (header, value) = (text(&signature["protected"]), text(&signature["signature"]));
        format!("{header}.{payload}.{value}")
    };
    match jws["signatures"].as_array() {
        Some(list) => list.iter().map(compact).collect(),
        None => vec![compact(jws)],
    }
}

/// A set of the public halves of a key, or of several.
fn public(keys: &Value) -> Value {
    let mut keys = match keys.as_array() {
        Some(keys) => keys.clone(),
        None => vec![keys.clone()],
    };
    for key in keys.iter_mut().filter_map(Value::as_object_mut) {
        key.retain(|name, _| !["d", "p", "q", "dp", "dq", "qi"].contains(&name.as_str()));
    }
    json!({ "keys": keys })
}
