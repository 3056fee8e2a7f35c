//! An issuer and what is accepted of it.

use super::Source;
use crate::algorithm::Algorithm;
use crate::forward::Forward;
use crate::jwk::KeySet;
use std::time::Duration;
use tollgate_kit::verdict::Mode;

/// An issuer and what is accepted of it.
pub struct Provider {
    /// Its name in the policy.
    pub name: String,
    /// Compared exactly.
    pub issuer: String,
    /// A token names one of them.
    pub audiences: Vec<String>,
    /// Never empty.
    pub algorithms: Vec<Algorithm>,
    /// Lower case, without `application/`; `None` takes `JWT`, `at+jwt` and none at all.
    pub types: Option<Vec<String>>,
    /// Where its keys are.
    pub keys: Keys,
    /// How long its keys may be waited for.
    pub timeout: Duration,
    /// How far its clock may be from ours.
    pub clock_skew: Skew,
    /// Claims that must be there.
    pub require: Vec<String>,
    /// The greatest age: now − `iat`.
    pub max_age: Option<Duration>,
    /// The greatest lifetime: `exp` − `iat`.
    pub max_lifetime: Option<Duration>,
    /// Where its tokens stand, and whether they are removed there.
    pub sources: Vec<Source>,
    /// How the sender of a token proves to be its holder.
    pub sender: Sender,
    /// What the upstream is told of a good token.
    pub forward: Forward,
}

/// Where keys are.
pub enum Keys {
    /// In the policy.
    Inline(KeySet),
    /// At the remote document of this index.
    Remote(usize),
}

/// How the sender of a token proves to be its holder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sender {
    /// Not at all: whoever bears it may use it.
    Bearer,
    /// By the certificate of its connection (RFC 8705 §3).
    Mtls,
    /// By a proof that is signed for this request (RFC 9449).
    Dpop {
        /// Where used proofs are remembered.
        book: String,
    },
}

/// Allowed differences between two clocks; 0 means 0.
#[derive(Debug, Clone, Copy, Default)]
pub struct Skew {
    /// After `exp`.
    pub exp: Duration,
    /// Before `nbf`.
    pub nbf: Duration,
    /// Before `iat`.
    pub iat: Duration,
}

// === impl Provider ===

impl Provider {
    /// Whether a token of this `typ` is accepted (RFC 8725 §3.11).
    #[must_use]
    pub fn takes_type(&self, typ: Option<&str>) -> bool {
        match (&self.types, typ.map(plain_type)) {
            (None, None) => true,
            (None, Some(typ)) => matches!(typ.as_str(), "jwt" | "at+jwt"),
            (Some(_), None) => false,
            (Some(types), Some(typ)) => types.contains(&typ),
        }
    }

    /// For people: the values of `typ` that are accepted.
    #[must_use]
    pub fn types_in_words(&self) -> String {
        match &self.types {
            None => "typ has to be JWT, at+jwt, or not there".to_owned(),
            Some(types) => format!("typ has to be one of: {}", types.join(", ")),
        }
    }

    /// How long a request waits for keys: one fetch, and where it is refused
    /// without them a second more, in which another worker's may arrive.
    #[must_use]
    pub fn patience(&self, mode: Mode) -> Duration {
        match mode {
            Mode::Enforce => self.timeout.saturating_add(Duration::from_secs(1)),
            Mode::Report => self.timeout,
        }
    }
}

/// A `typ` as it is compared: in lower case, without `application/` (RFC 7515 §4.1.9).
#[must_use]
pub fn plain_type(typ: &str) -> String {
    let typ = typ.to_ascii_lowercase();
    match typ.strip_prefix("application/") {
        Some(plain) => plain.to_owned(),
        None => typ,
    }
}
