//! Published vectors: where they are, how one is judged, and how a suite is counted.

use crate::filter::Oracle;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use tollgate_jwt::algorithm::{self, Algorithm};
use tollgate_jwt::jwk::{Key, KeySet};
use tollgate_jwt::signature;
use tollgate_jwt::token::Token;
use tollgate_kit::json::{Limits, OwnedDocument};

/// Vectors that the filter judges otherwise on purpose, and why.
pub type Different = (&'static [&'static str], &'static str);

/// What came of the vectors of a suite.
pub struct Suite {
    name: &'static str,
    different: &'static [Different],
    met: BTreeSet<&'static str>,
    passed: usize,
    failed: Vec<String>,
}

// === impl Suite ===

impl Suite {
    /// A suite, and what is different in it on purpose.
    pub fn new(name: &'static str, different: &'static [Different]) -> Self {
        Self {
            name,
            different,
            met: BTreeSet::new(),
            passed: 0,
            failed: Vec::new(),
        }
    }

    /// Counts a vector that should be and is accepted, or not.
    pub fn judge(&mut self, vector: &str, expected: bool, found: bool) {
        let ids = self.different.iter().flat_map(|(ids, _)| ids.iter());
        let listed = ids.copied().find(|id| *id == vector);
        self.met.extend(listed);
        match (expected == found, listed) {
            (true, None) => self.passed += 1,
            (false, Some(_)) => {}
            (true, Some(_)) => self.failed.push(format!("{vector} is listed and passes")),
            (false, None) => self
                .failed
                .push(format!("{vector}: accepted should be {expected}")),
        }
    }

    /// Prints the figures, and fails where something differs, or the suite doesn't
    /// have so many vectors.
    pub fn finish(mut self, vectors: usize) {
        let mut differ = 0;
        for (ids, why) in self.different {
            println!("{}: different: {why}: {} vectors", self.name, ids.len());
            differ += ids.len();
            let gone = ids.iter().filter(|id| !self.met.contains(*id));
            self.failed
                .extend(gone.map(|id| format!("{id} is listed and not there")));
        }
        for line in &self.failed {
            println!("FAILED {} {line}", self.name);
        }
        println!(
            "suite {}: {} passed, {} failed, 0 skipped",
            self.name,
            self.passed,
            self.failed.len()
        );
        assert_eq!(self.failed, Vec::<String>::new());
        assert_eq!(self.passed + differ, vectors, "the suite is whole");
    }
}

/// A file of the published data; without it, says that the suite is skipped.
pub fn read(suite: &str, file: &str, vectors: usize) -> Option<Value> {
    let path = data().join(file);
    match std::fs::read(&path) {
        Ok(text) => Some(serde_json::from_slice(&text).unwrap()),
        Err(_) => {
            println!("suite {suite}: 0 passed, 0 failed, {vectors} skipped");
            None
        }
    }
}

/// The folder of published data; it may not be there.
pub fn data() -> PathBuf {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    std::env::var_os("TOLLGATE_DATA").map_or_else(beside, PathBuf::from)
}

/// A key, where it is one that can be used.
pub fn key(jwk: &Value) -> Option<Key> {
    let document = OwnedDocument::parse(jwk.to_string().into_bytes(), &Limits::DEFAULT).unwrap();
    Key::read(document.root()).ok()
}

/// The usable ones of a set, or of a key that stands alone.
pub fn key_set(jwks: &Value) -> KeySet {
    let keys = match jwks["keys"].as_array() {
        Some(keys) => keys.iter().filter_map(key).collect(),
        None => key(jwks).into_iter().collect(),
    };
    KeySet::new(keys)
}

/// Whether a raw signature holds.
pub fn holds(jwk: &Value, algorithm: Algorithm, message: &[u8], signature: &[u8]) -> bool {
    let key = key(jwk).filter(|key| key.fits(algorithm));
    key.is_some_and(|key| {
        signature::holds(&key, algorithm, message, signature, &Oracle).unwrap_or(false)
    })
}

/// Whether a compact JWS is good under a set, whatever it says: header and
/// signature are read as those of a token, a payload that is no JSON stays out.
pub fn is_signed(jws: &str, set: &KeySet) -> bool {
    let parts: Vec<&str> = jws.split('.').collect();
    let [header, payload, signature] = parts.as_slice() else {
        return false;
    };
    let empty = format!("{header}.e30.{signature}");
    let Ok(token) = Token::parse(empty.as_bytes()) else {
        return false;
    };
    let Some(algorithm) = algorithm::named(token.algorithm()) else {
        return false;
    };
    let Ok(keys) = set.candidates(token.header_text("kid"), algorithm) else {
        return false;
    };
    let input = format!("{header}.{payload}");
    let holds = |key: &Key| {
        let (input, signature) = (input.as_bytes(), token.signature.as_slice());
        signature::holds(key, algorithm, input, signature, &Oracle).unwrap_or(false)
    };
    URL_SAFE_NO_PAD.decode(payload).is_ok()
        && !token.is_extended()
        && keys.into_iter().any(|key| holds(key))
}
