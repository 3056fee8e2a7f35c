//! The signing keys of the sample's token issuer, made anew at each start.
//!
//! One key per algorithm that the sample policy takes, and their public halves
//! as a JWK set (RFC 7517 §5, RFC 7518 §6, RFC 8037 §2).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::Signer as _;
use rsa::Generate as _;
use rsa::sha2::Sha256;
use rsa::traits::PublicKeyParts as _;
use serde_json::{Value, json};

/// A signature algorithm of JWS (RFC 7518 §3.1, RFC 8037 §3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256,
    /// ECDSA on P-256 with SHA-256.
    Es256,
    /// Ed25519.
    EdDsa,
}

/// A private key of each kind.
pub struct KeyRing {
    rsa: rsa::PrivateKey,
    p256: p256::ecdsa::SigningKey,
    ed25519: ed25519_dalek::SigningKey,
}

/// Why there are no keys, or no signature.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The system gave no random numbers.
    #[error("the system gave no random numbers: {0}")]
    Random(getrandom::Error),
    /// The RSA key could not be made, or could not sign.
    #[error("RSA: {0}")]
    Rsa(rsa::Error),
    /// The P-256 key could not sign.
    #[error("ECDSA: {0}")]
    Ecdsa(p256::ecdsa::Error),
}

const RSA_BITS: usize = 2048;

// === impl Algorithm ===

impl Algorithm {
    /// Its value of `alg`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Es256 => "ES256",
            Self::EdDsa => "EdDSA",
        }
    }

    /// The `kid` of the issuer's key for it.
    #[must_use]
    pub fn kid(self) -> &'static str {
        match self {
            Self::Rs256 => "sample-rsa",
            Self::Es256 => "sample-p256",
            Self::EdDsa => "sample-ed25519",
        }
    }
}

// === impl KeyRing ===

impl KeyRing {
    /// Makes a key of each kind.
    ///
    /// # Errors
    /// Where the system gives no random numbers.
    pub fn generate() -> Result<Self, KeyError> {
        let mut random = getrandom::SysRng;
        let mut seed = [0_u8; 32];
        getrandom::fill(&mut seed).map_err(KeyError::Random)?;
        Ok(Self {
            rsa: rsa::PrivateKey::new(&mut random, RSA_BITS).map_err(KeyError::Rsa)?,
            p256: p256::ecdsa::SigningKey::try_generate_from_rng(&mut random)
                .map_err(KeyError::Random)?,
            ed25519: ed25519_dalek::SigningKey::from_bytes(&seed),
        })
    }

    /// Signs `message` in the form of JWS: for ECDSA that is `r‖s` (RFC 7518 §3.4).
    ///
    /// # Errors
    /// Where the private operation fails.
    pub fn sign(&self, algorithm: Algorithm, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        match algorithm {
            Algorithm::Rs256 => self
                .rsa
                .pkcs1v15_sign::<Sha256>(message)
                .map_err(KeyError::Rsa),
            Algorithm::Es256 => {
                let signature: p256::ecdsa::Signature =
                    self.p256.try_sign(message).map_err(KeyError::Ecdsa)?;
                Ok(signature.to_bytes().to_vec())
            }
            Algorithm::EdDsa => Ok(self.ed25519.sign(message).to_bytes().to_vec()),
        }
    }

    /// The public keys as a JWK set.
    #[must_use]
    pub fn jwks(&self) -> Value {
        json!({ "keys": [self.rsa_jwk(), self.p256_jwk(), self.ed25519_jwk()] })
    }

    fn rsa_jwk(&self) -> Value {
        json!({
            "kty": "RSA", "use": "sig",
            "alg": Algorithm::Rs256.name(), "kid": Algorithm::Rs256.kid(),
            "n": base64url(&self.rsa.n_bytes()), "e": base64url(&self.rsa.e_bytes()),
        })
    }

    fn p256_jwk(&self) -> Value {
        let point = self.p256.verifying_key().to_sec1_point(false);
        json!({
            "kty": "EC", "crv": "P-256", "use": "sig",
            "alg": Algorithm::Es256.name(), "kid": Algorithm::Es256.kid(),
            "x": point.x().map(|x| base64url(x)), "y": point.y().map(|y| base64url(y)),
        })
    }

    fn ed25519_jwk(&self) -> Value {
        json!({
            "kty": "OKP", "crv": "Ed25519", "use": "sig",
            "alg": Algorithm::EdDsa.name(), "kid": Algorithm::EdDsa.kid(),
            "x": base64url(self.ed25519.verifying_key().as_bytes()),
        })
    }
}

/// base64url without padding (RFC 7515 §2).
#[must_use]
pub fn base64url(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}
