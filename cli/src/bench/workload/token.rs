//! Tokens: good ones, one or thousands, and bad ones of each kind.

use std::thread;
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use crate::bench::chain::material::{AUDIENCE, ISSUER, SCOPE};
use crate::up::issuer::keys::{Algorithm, KeyError, KeyRing, base64url};
use crate::up::issuer::signing_input;

/// Signs the tokens of a run.
pub struct Signer {
    keys: KeyRing,
    now: u64,
}

/// As many as no cache of the chains keeps, so that each is new when it comes again:
/// `jwt` keeps 2 MiB in each worker, some 1,100 of these.
pub const POOL: usize = 3000;

/// Longer than any run.
const LIFETIME: u64 = 24 * 3600;

// === impl Signer ===

impl Signer {
    /// With these keys.
    #[must_use]
    pub fn new(keys: KeyRing) -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        let now = since.map_or(0, |since| since.as_secs());
        Self { keys, now }
    }

    /// The public keys.
    #[must_use]
    pub fn public(&self) -> Value {
        self.keys.jwks()
    }

    /// The claims of a good token; each number has its own.
    #[must_use]
    pub fn claims(&self, number: usize) -> Value {
        json!({
            "iss": ISSUER, "aud": AUDIENCE, "sub": "alice", "jti": format!("{number:08}"),
            "scope": format!("openid profile {SCOPE} orders:write"), "email_verified": true,
            "email": "alice@example.com", "name": "Alice Example",
            "iat": self.now, "exp": self.now.saturating_add(LIFETIME),
        })
    }

    /// The good token of this number.
    ///
    /// # Errors
    /// Where the key can't sign.
    pub fn good(&self, algorithm: Algorithm, number: usize) -> Result<String, KeyError> {
        self.sign(algorithm, &self.claims(number))
    }

    /// A token with these claims.
    ///
    /// # Errors
    /// Where the key can't sign.
    pub fn sign(&self, algorithm: Algorithm, claims: &Value) -> Result<String, KeyError> {
        let header = json!({ "alg": algorithm.name(), "kid": algorithm.kid(), "typ": "JWT" });
        let message = signing_input(&header, claims);
        let signature = self.keys.sign(algorithm, message.as_bytes())?;
        Ok(format!("{message}.{}", base64url(&signature)))
    }

    /// A good token until a moment ago.
    ///
    /// # Errors
    /// Where the key can't sign.
    pub fn expired(&self) -> Result<String, KeyError> {
        let mut claims = self.claims(0);
        claims["iat"] = json!(self.now.saturating_sub(2 * LIFETIME));
        claims["exp"] = json!(self.now.saturating_sub(LIFETIME));
        self.sign(Algorithm::Rs256, &claims)
    }

    /// A good token without the scope.
    ///
    /// # Errors
    /// Where the key can't sign.
    pub fn without_scope(&self) -> Result<String, KeyError> {
        let mut claims = self.claims(0);
        claims["scope"] = json!("openid profile");
        self.sign(Algorithm::Rs256, &claims)
    }

    /// A good token that names no algorithm and has no signature.
    #[must_use]
    pub fn unsigned(&self) -> String {
        format!(
            "{}.",
            signing_input(&json!({ "alg": "none" }), &self.claims(0))
        )
    }

    /// `count` good tokens, from `first` on; made on all processors.
    ///
    /// # Errors
    /// Where the key can't sign.
    pub fn pool(
        &self,
        algorithm: Algorithm,
        first: usize,
        count: usize,
    ) -> Result<Vec<String>, KeyError> {
        let threads = thread::available_parallelism().map_or(1, usize::from);
        let numbers: Vec<usize> = (first..first.saturating_add(count)).collect();
        let share = numbers.len().div_ceil(threads).max(1);
        thread::scope(|scope| {
            let parts: Vec<_> = numbers
                .chunks(share)
                .map(|part| {
                    let sign = || {
                        part.iter()
                            .map(|number| self.good(algorithm, *number))
                            .collect()
                    };
                    scope.spawn(sign)
                })
                .collect();
            let mut pool = Vec::with_capacity(count);
            for part in parts {
                // A thread that panics takes the run down with it.
                let tokens: Result<Vec<String>, KeyError> = part
                    .join()
                    .unwrap_or_else(|panic| std::panic::resume_unwind(panic));
                pool.extend(tokens?);
            }
            Ok(pool)
        })
    }
}

/// The token with another signature of the same length.
#[must_use]
pub fn tampered(token: &str) -> String {
    match token.rsplit_once('.') {
        Some((message, signature)) => {
            let turned: String = signature.chars().rev().collect();
            // The last digit may have bits that must be 0.
            format!("{message}.{}A", turned.get(1..).unwrap_or_default())
        }
        None => token.to_owned(),
    }
}
