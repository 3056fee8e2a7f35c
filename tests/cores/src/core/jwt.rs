//! The `jwt` filter with RS256 tokens, whose signatures the host verifies, and with those that the
//! filter verifies itself: Ed25519.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::{Signer as _, SigningKey};
use serde_json::{Value, json};
use tollgate_jwt::SECTION;
use tollgate_kit::fields::Fields;

use super::Round;
use super::judge::{Judge, NOW};
use super::material::head;
use crate::callgrind::WARM_UP;

/// How many new tokens there are; each is counted once.
pub const NEW: usize = 20;

/// A token that was verified before.
pub fn seen() -> Round {
    again(claims(0), "allow")
}

/// Ever-new tokens.
pub fn new() -> Round {
    ever_new(rs256)
}

/// Ever-new tokens, and their signatures.
pub fn new_ed25519() -> Round {
    ever_new(ed25519)
}

/// A token whose time has passed since it was verified.
pub fn expired() -> Round {
    let mut claims = claims(0);
    claims["exp"] = json!(NOW - 1);
    again(claims, "jwt_expired")
}

/// A token without the scope that the rule requires.
pub fn no_scope() -> Round {
    let mut claims = claims(0);
    claims["scope"] = json!("openid profile");
    again(claims, "jwt_scope")
}

fn again(claims: Value, expected: &'static str) -> Round {
    let (judge, request) = (judge(), request(&rs256(claims)));
    Box::new(move || assert_eq!(judge.request(&request, b""), expected))
}

fn ever_new(token: fn(Value) -> String) -> Round {
    let judge = judge();
    let requests = (0..WARM_UP + NEW).map(|number| request(&token(claims(number))));
    let mut requests = requests.collect::<Vec<_>>().into_iter();
    Box::new(move || {
        let request = requests.next().expect("there is a token for each round");
        assert_eq!(judge.request(&request, b""), "allow");
    })
}

fn judge() -> Judge {
    let keys: Value = serde_json::from_str(KEYS).expect("the keys are JSON");
    let rsa = ["kty", "kid", "alg", "n", "e"].map(|name| (name, keys["rsa"][name].clone()));
    let x = URL_SAFE_NO_PAD.encode(key().verifying_key().as_bytes());
    let ed = json!({ "kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "kid": "ed", "x": x });
    let policy = json!({
        "providers": [{
            "name": "bench", "issuer": ISSUER, "audiences": ["orders-api"],
            "algorithms": ["RS256", "EdDSA"],
            "jwks": { "inline": { "keys": [Value::from_iter(rsa), ed] } },
        }],
        "rules": [{ "match": {}, "require": {
            "scopes": { "all": ["orders:read"] },
            "claims": [{ "claim": "email_verified", "equals": true }],
        } }],
    });
    Judge::new(SECTION, &policy)
}

fn request(token: &str) -> Fields {
    let authorization = format!("Bearer {token}");
    head(
        "GET",
        "/api/v1/orders/7",
        &[("authorization", &authorization)],
    )
}

fn claims(number: usize) -> Value {
    json!({
        "iss": ISSUER, "aud": "orders-api", "sub": "alice", "jti": format!("{number:08}"),
        "scope": "openid profile orders:read orders:write", "email_verified": true,
        "email": "alice@example.com", "name": "Alice Example",
        "iat": NOW - 60, "exp": NOW + 3600,
    })
}

/// Its signature is as long as one, and as varied.
fn rs256(claims: Value) -> String {
    token("RS256", "rsa", claims, |input| {
        let quarters = [0, 1, 2, 3].map(|turn| [input, &[turn]].concat());
        quarters.map(|text| key().sign(&text).to_bytes()).concat()
    })
}

fn ed25519(claims: Value) -> String {
    token("EdDSA", "ed", claims, |input| {
        key().sign(input).to_bytes().into()
    })
}

fn token(algorithm: &str, kid: &str, claims: Value, sign: fn(&[u8]) -> Vec<u8>) -> String {
    let header = json!({ "alg": algorithm, "kid": kid, "typ": "JWT" });
    let [header, claims] = [header, claims].map(|part| URL_SAFE_NO_PAD.encode(part.to_string()));
    let input = format!("{header}.{claims}");
    let signature = URL_SAFE_NO_PAD.encode(sign(input.as_bytes()));
    format!("{input}.{signature}")
}

/// Whose signatures are the same each time.
fn key() -> SigningKey {
    SigningKey::from_bytes(&[7; 32])
}

const ISSUER: &str = "https://issuer.bench.test/";
const KEYS: &str = include_str!("../../../cases/keys/keys.json");
