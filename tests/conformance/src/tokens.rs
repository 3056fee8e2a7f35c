//! The keys of the cases, and the tokens signed with them.

use crate::case::{Tamper, Token};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Private keys by name, from `tests/cases/keys/keys.json`.
pub struct Keys {
    keys: Map<String, Value>,
}

impl Keys {
    /// Reads the file.
    pub fn load() -> Result<Self, String> {
        let file = crate::case::folder().join("keys/keys.json");
        let text = std::fs::read_to_string(&file)
            .map_err(|error| format!("{}: {error}", file.display()))?;
        let keys =
            serde_json::from_str(&text).map_err(|error| format!("{}: {error}", file.display()))?;
        Ok(Self { keys })
    }

    /// The public halves of these keys as a JWK set (RFC 7517 §5).
    pub fn jwks(&self, names: &[&str]) -> Result<Value, String> {
        let public = |name: &&str| {
            let mut key = self.key(name)?.clone();
            for private in ["d", "p", "q", "dp", "dq", "qi"] {
                key.remove(private);
            }
            Ok(Value::Object(key))
        };
        let keys = names
            .iter()
            .map(public)
            .collect::<Result<Vec<_>, String>>()?;
        Ok(json!({ "keys": keys }))
    }

    /// `value` with each `${name}` replaced by that token.
    pub fn place(
        &self,
        value: &[u8],
        tokens: &BTreeMap<String, Token>,
        now: u64,
    ) -> Result<Vec<u8>, String> {
        let Ok(text) = std::str::from_utf8(value) else {
            return Ok(value.to_vec());
        };
        let mut text = text.to_owned();
        for (name, token) in tokens {
            let mark = format!("${{{name}}}");
            if text.contains(&mark) {
                text = text.replace(&mark, &self.token(token, now)?);
            }
        }
        Ok(text.into_bytes())
    }

    /// The compact serialisation of a token at `now`.
    pub fn token(&self, token: &Token, now: u64) -> Result<String, String> {
        if let Some(literal) = &token.literal {
            return Ok(literal.clone());
        }
        let name = token.key.as_deref().ok_or("a token needs a key")?;
        let key = self.key(name)?;
        let header = match &token.raw_header {
            Some(raw) => raw.clone(),
            None => header(key, token).to_string(),
        };
        let claims = match &token.raw_claims {
            Some(raw) => times(raw, now),
            None => Value::Object(
                token
                    .claims
                    .iter()
                    .map(|(name, value)| (name.clone(), at(value, now)))
                    .collect(),
            )
            .to_string(),
        };
        let input = format!(
            "{}.{}",
            encode(header.as_bytes()),
            encode(claims.as_bytes())
        );
        let mut signature = sign(key, &input)?;
        match token.tamper {
            None => {}
            Some(Tamper::Signature) => {
                if let Some(last) = signature.last_mut() {
                    *last ^= 1;
                }
            }
            Some(Tamper::Unsigned) => signature.clear(),
            Some(Tamper::Payload) => {
                let mut changed: Map<String, Value> =
                    serde_json::from_str(&claims).map_err(|error| error.to_string())?;
                changed.insert("tampered".into(), true.into());
                let changed = Value::Object(changed).to_string();
                return Ok(format!(
                    "{}.{}.{}",
                    encode(header.as_bytes()),
                    encode(changed.as_bytes()),
                    encode(&signature)
                ));
            }
            Some(Tamper::Truncate) => {
                let mut whole = format!("{input}.{}", encode(&signature));
                whole.pop();
                return Ok(whole);
            }
        }
        Ok(format!("{input}.{}", encode(&signature)))
    }

    fn key(&self, name: &str) -> Result<&Map<String, Value>, String> {
        self.keys
            .get(name)
            .and_then(Value::as_object)
            .ok_or_else(|| format!("there is no key `{name}`"))
    }
}

fn header(key: &Map<String, Value>, token: &Token) -> Value {
    let mut header = Map::new();
    header.insert("alg".into(), key.get("alg").cloned().unwrap_or_default());
    if let Some(kid) = key.get("kid") {
        header.insert("kid".into(), kid.clone());
    }
    for (name, value) in &token.header {
        if value.is_null() {
            header.remove(name);
        } else {
            header.insert(name.clone(), value.clone());
        }
    }
    Value::Object(header)
}

/// A claim, where `now`, `now+60` and `now-5` in a text are times.
fn at(value: &Value, now: u64) -> Value {
    match value.as_str().and_then(|text| time(text, now)) {
        Some(time) => time.into(),
        None => value.clone(),
    }
}

fn time(text: &str, now: u64) -> Option<u64> {
    let offset = text.strip_prefix("now")?;
    match offset.split_at_checked(1) {
        None => offset.is_empty().then_some(now),
        Some(("+", seconds)) => now.checked_add(seconds.parse().ok()?),
        Some(("-", seconds)) => now.checked_sub(seconds.parse().ok()?),
        Some(_) => None,
    }
}

/// The same in a raw text, where times stand as `${now+60}`.
fn times(raw: &str, now: u64) -> String {
    let mut out = String::new();
    let mut rest = raw;
    while let Some((before, after)) = rest.split_once("${") {
        let (inner, tail) = after.split_once('}').unwrap_or((after, ""));
        out.push_str(before);
        out.push_str(&time(inner, now).map_or_else(|| inner.to_owned(), |time| time.to_string()));
        rest = tail;
    }
    out.push_str(rest);
    out
}

/// The signature of a key over a text, by the algorithm of its kind.
pub fn sign(key: &Map<String, Value>, input: &str) -> Result<Vec<u8>, String> {
    let part = |name: &str| -> Result<Vec<u8>, String> {
        let text = key
            .get(name)
            .and_then(Value::as_str)
            .ok_or_else(|| format!("the key has no {name}"))?;
        URL_SAFE_NO_PAD
            .decode(text)
            .map_err(|error| error.to_string())
    };
    let (algorithm, signer) = match key.get("kty").and_then(Value::as_str) {
        Some("RSA") => {
            let mut numbers = vec![integer(&[0])];
            for name in ["n", "e", "d", "p", "q", "dp", "dq", "qi"] {
                numbers.push(integer(&part(name)?));
            }
            (
                Algorithm::RS256,
                EncodingKey::from_rsa_der(&der(0x30, &numbers.concat())),
            )
        }
        Some("EC") => (
            Algorithm::ES256,
            EncodingKey::from_ec_der(&p256(&part("d")?, &part("x")?, &part("y")?)),
        ),
        Some("OKP") => {
            let seed = [ED25519_PREFIX, &part("d")?].concat();
            (Algorithm::EdDSA, EncodingKey::from_ed_der(&seed))
        }
        Some("oct") => (Algorithm::HS256, EncodingKey::from_secret(&part("k")?)),
        other => return Err(format!("a key of kind {other:?}")),
    };
    let signature = jsonwebtoken::crypto::sign(input.as_bytes(), &signer, algorithm)
        .map_err(|error| error.to_string())?;
    URL_SAFE_NO_PAD
        .decode(signature)
        .map_err(|error| error.to_string())
}

/// PKCS#8 of a P-256 key (RFC 5958, RFC 5915).
fn p256(d: &[u8], x: &[u8], y: &[u8]) -> Vec<u8> {
    let point = der(0xa1, &der(0x03, &[&[0, 4][..], x, y].concat()));
    let key = der(0x30, &[integer(&[1]), der(0x04, d), point].concat());
    let algorithm = der(
        0x30,
        &[der(0x06, EC_PUBLIC_KEY), der(0x06, PRIME256V1)].concat(),
    );
    der(0x30, &[integer(&[0]), algorithm, der(0x04, &key)].concat())
}

fn integer(bytes: &[u8]) -> Vec<u8> {
    let start = bytes
        .iter()
        .take_while(|byte| **byte == 0)
        .count()
        .min(bytes.len().saturating_sub(1));
    let bytes = &bytes[start..];
    let sign = if bytes[0] & 0x80 == 0 { &[][..] } else { &[0] };
    der(0x02, &[sign, bytes].concat())
}

fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len();
    let mut out = vec![tag];
    match length {
        0..0x80 => out.push(length as u8),
        0x80..0x100 => out.extend([0x81, length as u8]),
        _ => out.extend([0x82, (length >> 8) as u8, length as u8]),
    }
    out.extend_from_slice(content);
    out
}

/// Unpadded base64url.
pub fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

const EC_PUBLIC_KEY: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
const PRIME256V1: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
const ED25519_PREFIX: &[u8] = &[
    0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20,
];
