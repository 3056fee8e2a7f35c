//! One run of a case: the moment, the client's certificate, and the tokens that
//! are signed for them.

use crate::case::Case;
use crate::tokens::Keys;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// What the words of a case stand for in one run. In texts:
///
/// * `${NAME}`: the token of this name
/// * `${ath:NAME}`: its hash, as a proof has it (RFC 9449 §4.2)
/// * `${jkt:KEY}`: the thumbprint of a key (RFC 7638)
/// * `${x5t}`: the hash of the client's own certificate (RFC 8705 §3.1)
/// * `${unique}`: what no other run has
/// * `${now+60}`: a time, in seconds
///
/// As a whole value: `now+60`, the number; `${jwk:KEY}`, the public key;
/// `${private:KEY}`, all of the key.
pub struct Scene<'k> {
    keys: &'k Keys,
    now: u64,
    certificate: [u8; 32],
    unique: String,
    tokens: BTreeMap<String, String>,
}

static RUNS: AtomicU32 = AtomicU32::new(0);

impl<'k> Scene<'k> {
    /// Signs the tokens of a case for this second, and for the client with the
    /// certificate of this SHA-256.
    pub fn new(
        case: &Case,
        keys: &'k Keys,
        now: u64,
        certificate: [u8; 32],
    ) -> Result<Self, String> {
        let mut scene = Self {
            certificate,
            ..Self::at(keys, now)
        };
        for proofs in [false, true] {
            for (name, token) in &case.tokens {
                if token.proof == proofs {
                    let text = keys.token(token, &scene)?;
                    scene.tokens.insert(name.clone(), text);
                }
            }
        }
        Ok(scene)
    }

    /// A scene without tokens.
    pub fn at(keys: &'k Keys, now: u64) -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        let run = RUNS.fetch_add(1, Ordering::Relaxed);
        Self {
            keys,
            now,
            certificate: [0; 32],
            unique: format!("{}.{run}", since.unwrap_or_default().as_nanos()),
            tokens: BTreeMap::new(),
        }
    }

    /// Bytes of a request with their words replaced.
    pub fn place(&self, value: &[u8]) -> Vec<u8> {
        match std::str::from_utf8(value) {
            Ok(text) => self.text(text).into_bytes(),
            Err(_) => value.to_vec(),
        }
    }

    /// A text with its words replaced; what is none stays.
    pub fn text(&self, text: &str) -> String {
        let mut out = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${") {
            let (word, tail) = after.split_once('}').unwrap_or((after, ""));
            out.push_str(before);
            match self.word(word) {
                Some(meaning) => out.push_str(&meaning),
                None => out.push_str(&format!("${{{word}}}")),
            }
            rest = tail;
        }
        out.push_str(rest);
        out
    }

    /// A value with the words in it replaced, at any depth.
    pub fn value(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => self.whole(text).unwrap_or_else(|| self.text(text).into()),
            Value::Array(list) => list.iter().map(|value| self.value(value)).collect(),
            Value::Object(members) => members
                .iter()
                .map(|(name, value)| (name.clone(), self.value(value)))
                .collect(),
            Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
        }
    }

    fn whole(&self, text: &str) -> Option<Value> {
        if let Some(time) = self.time(text) {
            return Some(time.into());
        }
        let word = text.strip_prefix("${")?.strip_suffix('}')?;
        let key = match word.split_once(':')? {
            ("jwk", name) => self.keys.public(name),
            ("private", name) => self.keys.key(name).cloned(),
            _ => return None,
        };
        key.ok().map(Value::Object)
    }

    fn word(&self, word: &str) -> Option<String> {
        if let Some(token) = self.tokens.get(word) {
            return Some(token.clone());
        }
        match word.split_once(':') {
            Some(("ath", name)) => Some(hash(self.tokens.get(name)?)),
            Some(("jkt", name)) => self.keys.thumbprint(name).ok(),
            None if word == "x5t" => Some(URL_SAFE_NO_PAD.encode(self.certificate)),
            None if word == "unique" => Some(self.unique.clone()),
            _ => self.time(word).map(|time| time.to_string()),
        }
    }

    /// `now`, `now+60`, `now-5`.
    fn time(&self, text: &str) -> Option<u64> {
        let offset = text.strip_prefix("now")?;
        match offset.split_at_checked(1) {
            None => offset.is_empty().then_some(self.now),
            Some(("+", seconds)) => self.now.checked_add(seconds.parse().ok()?),
            Some(("-", seconds)) => self.now.checked_sub(seconds.parse().ok()?),
            Some(_) => None,
        }
    }
}

/// SHA-256 of a text, as base64url.
pub fn hash(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(text))
}
