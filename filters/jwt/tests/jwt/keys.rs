//! Keys that sign for the tests, made once for them: none is a secret.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey};
use serde_json::{Value, json};

/// A key pair.
pub struct Signer {
    /// The public key.
    pub jwk: Value,
    key: EncodingKey,
}

// === impl Signer ===

impl Signer {
    /// The key pair of this name in `keys.json`.
    pub fn named(name: &str) -> Self {
        let keys: Vec<Value> = serde_json::from_str(include_str!("keys.json")).unwrap();
        let entry = keys.iter().find(|entry| entry["name"] == name).unwrap();
        let der = decode(entry["der"].as_str().unwrap());
        let jwk = entry["jwk"].clone();
        let key = match jwk["kty"].as_str().unwrap() {
            "RSA" => EncodingKey::from_rsa_der(&der),
            "EC" => EncodingKey::from_ec_der(&der),
            _ => EncodingKey::from_ed_der(&der),
        };
        Self { jwk, key }
    }

    /// A token of these claims; the header has `alg` only.
    pub fn token(&self, algorithm: Algorithm, claims: &Value) -> String {
        self.token_with(algorithm, json!({}), claims)
    }

    /// A token with other header parameters besides `alg`.
    pub fn token_with(&self, algorithm: Algorithm, mut header: Value, claims: &Value) -> String {
        header["alg"] = format!("{algorithm:?}").into();
        let part = |value: &Value| encode(value.to_string().as_bytes());
        let input = format!("{}.{}", part(&header), part(claims));
        let signature = self.sign(algorithm, input.as_bytes());
        format!("{input}.{}", encode(&signature))
    }

    /// The signature over a text.
    pub fn sign(&self, algorithm: Algorithm, text: &[u8]) -> Vec<u8> {
        decode(&jsonwebtoken::crypto::sign(text, &self.key, algorithm).unwrap())
    }

    /// The public key with other members.
    pub fn jwk_with(&self, members: &Value) -> Value {
        let mut jwk = self.jwk.clone();
        for (name, value) in members.as_object().unwrap() {
            jwk[name] = value.clone();
        }
        jwk
    }
}

/// Unpadded base64url.
pub fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The bytes of unpadded base64url.
pub fn decode(text: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text).unwrap()
}
