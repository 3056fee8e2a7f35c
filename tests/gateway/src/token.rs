//! Tokens, signed with the keys of the cases.

use std::sync::LazyLock;
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Map, Value, json};
use tollgate_conformance::case;
use tollgate_conformance::scene::{self, Scene};
use tollgate_conformance::tokens::Keys;

static KEYS: LazyLock<Keys> = LazyLock::new(|| Keys::load().unwrap());

/// The public halves of these keys, as a key set.
///
/// # Panics
/// Where there is no such key.
pub fn key_set(names: &[&str]) -> Value {
    KEYS.jwks(names).unwrap()
}

/// A token that the provider of [`crate::policy::provider`] would have issued,
/// signed with `key`, for ten minutes.
pub fn good(key: &str) -> String {
    token(key, json!({}), json!({}))
}

/// The same, and its time is over.
pub fn expired(key: &str) -> String {
    token(key, json!({}), json!({ "exp": "now-60", "iat": "now-600" }))
}

/// The same as [`good`], with a `kid` that no set has.
pub fn of_unknown_key(key: &str) -> String {
    token(key, json!({ "kid": "unheard_of" }), json!({}))
}

/// A token that is bound to `holder` (RFC 9449 §6), signed with `key`.
pub fn bound(key: &str, holder: &str) -> String {
    let jkt = format!("${{jkt:{holder}}}");
    token(key, json!({}), json!({ "cnf": { "jkt": jkt } }))
}

/// A proof by `holder` for a `GET` of `htu` with `token`, which no other run has.
///
/// # Panics
/// Where there is no such key.
pub fn proof(holder: &str, htu: &str, token: &str) -> String {
    let claims = json!({
        "htm": "GET", "htu": htu, "iat": "now", "jti": "${unique}", "ath": scene::hash(token),
    });
    signed(&case::Token {
        key: Some(holder.to_owned()),
        claims: members(claims),
        proof: true,
        ..case::Token::default()
    })
}

/// A token with other members in its header and its claims.
///
/// # Panics
/// Where there is no such key.
pub fn token(key: &str, header: Value, claims: Value) -> String {
    let usual = json!({
        "iss": crate::policy::ISSUER, "aud": "orders", "sub": "someone", "iat": "now", "exp": "now+600",
    });
    signed(&case::Token {
        key: Some(key.to_owned()),
        header: members(header).into_iter().collect(),
        claims: crate::policy::with(members(usual), claims),
        ..case::Token::default()
    })
}

fn signed(token: &case::Token) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    KEYS.token(token, &Scene::at(&KEYS, now.as_secs())).unwrap()
}

fn members(value: Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap_or_default()
}
