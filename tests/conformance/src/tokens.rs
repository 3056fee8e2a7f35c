//! The keys of the cases, and the tokens signed with them.

use crate::case::{Tamper, Token};
use crate::scene::{Scene, hash};
use crate::signing::sign;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};

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
        let keys = names
            .iter()
            .map(|name| self.public(name).map(Value::Object))
            .collect::<Result<Vec<_>, String>>()?;
        Ok(json!({ "keys": keys }))
    }

    /// The public half of a key.
    pub fn public(&self, name: &str) -> Result<Map<String, Value>, String> {
        let mut key = self.key(name)?.clone();
        for private in ["d", "p", "q", "dp", "dq", "qi"] {
            key.remove(private);
        }
        Ok(key)
    }

    /// The thumbprint of a key (RFC 7638 §3, RFC 8037 §2).
    pub fn thumbprint(&self, name: &str) -> Result<String, String> {
        let key = self.key(name)?;
        let members = match key.get("kty").and_then(Value::as_str) {
            Some("RSA") => &["e", "kty", "n"][..],
            Some("EC") => &["crv", "kty", "x", "y"],
            Some("OKP") => &["crv", "kty", "x"],
            other => return Err(format!("a key of kind {other:?} has no thumbprint")),
        };
        let members = members
            .iter()
            .map(|member| format!("{member:?}:{}", key.get(*member).unwrap_or(&Value::Null)));
        let members: Vec<String> = members.collect();
        Ok(hash(&format!("{{{}}}", members.join(","))))
    }

    /// The compact serialisation of a token in a scene.
    pub fn token(&self, token: &Token, scene: &Scene<'_>) -> Result<String, String> {
        if let Some(literal) = &token.literal {
            return Ok(literal.clone());
        }
        let name = token.key.as_deref().ok_or("a token needs a key")?;
        let key = self.key(name)?;
        let header = match &token.raw_header {
            Some(raw) => raw.clone(),
            None => self.header(name, token, scene)?.to_string(),
        };
        let claims = match &token.raw_claims {
            Some(raw) => scene.text(&String::from_utf8_lossy(&raw.bytes())),
            None => scene.value(&token.claims.clone().into()).to_string(),
        };
        let parsed: Value = serde_json::from_str(&header).unwrap_or_default();
        let alg = parsed["alg"].as_str().unwrap_or_default();
        let input = format!(
            "{}.{}",
            encode(header.as_bytes()),
            encode(claims.as_bytes())
        );
        let mut signature = sign(key, alg, &input)?;
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

    /// A key, with its private half.
    pub fn key(&self, name: &str) -> Result<&Map<String, Value>, String> {
        self.keys
            .get(name)
            .and_then(Value::as_object)
            .ok_or_else(|| format!("there is no key `{name}`"))
    }

    fn header(&self, key: &str, token: &Token, scene: &Scene<'_>) -> Result<Value, String> {
        let public = self.public(key)?;
        let mut header = Map::new();
        header.insert("alg".into(), public.get("alg").cloned().unwrap_or_default());
        if token.proof {
            header.insert("typ".into(), "dpop+jwt".into());
            header.insert("jwk".into(), public.into());
        } else if let Some(kid) = public.get("kid") {
            header.insert("kid".into(), kid.clone());
        }
        for (name, value) in &token.header {
            if value.is_null() {
                header.remove(name);
            } else {
                header.insert(name.clone(), scene.value(value));
            }
        }
        Ok(Value::Object(header))
    }
}

/// Unpadded base64url.
pub fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}
