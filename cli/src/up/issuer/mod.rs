//! The sample's token issuer: an identity provider in miniature.
//!
//! It serves its public keys as an identity provider does and signs tokens for
//! the requests that `up` prints, bad ones included. It checks nothing and hands
//! out no tokens over HTTP.

pub mod keys;

use std::io;
use std::net::SocketAddr;
use std::time::{SystemTime, UNIX_EPOCH};

use hyper::body::Bytes;
use hyper::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue};
use hyper::{Method, Request, Response, StatusCode};
use serde_json::{Value, json};

use self::keys::{Algorithm, KeyError, KeyRing, base64url};
use super::server::{Handler, Server};

/// The value of `iss`, as the sample policy names it.
pub const ISSUER: &str = "https://issuer.sample.test/";
/// The value of `aud`, as the sample policy names it.
pub const AUDIENCE: &str = "orders-api";
/// The cluster by which a policy reaches the issuer's keys.
pub const CLUSTER: &str = "sample_issuer";
/// Where the key set is.
pub const JWKS_PATH: &str = "/.well-known/jwks.json";

/// The issuer while it serves.
pub struct Issuer {
    keys: KeyRing,
    server: Server,
    started: u64,
}

/// Why there is no issuer.
#[derive(Debug, thiserror::Error)]
pub enum IssuerError {
    /// No keys.
    #[error("keys: {0}")]
    Keys(#[from] KeyError),
    /// No port.
    #[error("port: {0}")]
    Port(#[from] io::Error),
}

/// Good for longer than anybody leaves `up` running: about ten years.
const LIFETIME: u64 = 10 * 365 * 24 * 3600;

// === impl Issuer ===

impl Issuer {
    /// Makes the keys and serves them.
    ///
    /// # Errors
    /// Where there are no random numbers or no free port.
    pub async fn start() -> Result<Self, IssuerError> {
        let keys = KeyRing::generate()?;
        let server = Server::start(KeySet(Bytes::from(keys.jwks().to_string()))).await?;
        let started = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |since| since.as_secs());
        Ok(Self {
            keys,
            server,
            started,
        })
    }

    /// Where the key set is served.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.server.address()
    }

    /// A moment `seconds` after the start (before it, where negative), as a NumericDate.
    #[must_use]
    pub fn moment(&self, seconds: i64) -> u64 {
        self.started.saturating_add_signed(seconds)
    }

    /// The claims of a good token with these scopes.
    #[must_use]
    pub fn claims(&self, scope: &str) -> Value {
        json!({
            "iss": ISSUER, "aud": AUDIENCE, "sub": "alice", "email_verified": true, "scope": scope,
            "iat": self.started, "exp": self.started.saturating_add(LIFETIME),
        })
    }

    /// A good token with these scopes.
    ///
    /// # Errors
    /// Where the key cannot sign.
    pub fn token(&self, algorithm: Algorithm, scope: &str) -> Result<String, KeyError> {
        self.sign(algorithm, &self.claims(scope))
    }

    /// A token with these claims and the usual header.
    ///
    /// # Errors
    /// Where the key cannot sign.
    pub fn sign(&self, algorithm: Algorithm, claims: &Value) -> Result<String, KeyError> {
        let header = json!({ "alg": algorithm.name(), "kid": algorithm.kid(), "typ": "JWT" });
        self.sign_with_header(algorithm, &header, claims)
    }

    /// A token with these claims and this header (RFC 7515 §7.1), signed by the key of `algorithm`
    /// whatever the header says.
    ///
    /// # Errors
    /// Where the key cannot sign.
    pub fn sign_with_header(
        &self,
        algorithm: Algorithm,
        header: &Value,
        claims: &Value,
    ) -> Result<String, KeyError> {
        let message = signing_input(header, claims);
        let signature = self.keys.sign(algorithm, message.as_bytes())?;
        Ok(format!("{message}.{}", base64url(&signature)))
    }
}

/// The first two parts of a token (RFC 7515 §7.1).
#[must_use]
pub fn signing_input(header: &Value, claims: &Value) -> String {
    let part = |value: &Value| base64url(value.to_string().as_bytes());
    format!("{}.{}", part(header), part(claims))
}

/// Serves the key set, and nothing else.
struct KeySet(Bytes);

impl Handler for KeySet {
    fn answer(&self, request: &Request<Bytes>) -> Response<Bytes> {
        let mut response = Response::new(Bytes::new());
        if request.uri().path() != JWKS_PATH {
            *response.status_mut() = StatusCode::NOT_FOUND;
        } else if request.method() != Method::GET {
            *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
        } else {
            let headers = response.headers_mut();
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
            headers.insert(
                CACHE_CONTROL,
                HeaderValue::from_static("public, max-age=600"),
            );
            *response.body_mut() = self.0.clone();
        }
        response
    }
}
