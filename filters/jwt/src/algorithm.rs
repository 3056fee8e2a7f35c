//! The algorithms that a policy may list (RFC 7518 §3.1, RFC 8037 §3.1).

use tollgate_kit::host::Digest;

/// A signature algorithm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    /// RSASSA-PKCS1-v1_5.
    Rs(Digest),
    /// ECDSA on P-256 with SHA-256.
    Es256,
    /// ECDSA on P-384 with SHA-384.
    Es384,
    /// Ed25519.
    EdDsa,
}

/// Every name that a policy may use. HMAC and `none` are not among them: a
/// secret shared with the proxy signs as well as it verifies.
pub const NAMES: &[(&str, Algorithm)] = &[
    ("RS256", Algorithm::Rs(Digest::Sha256)),
    ("RS384", Algorithm::Rs(Digest::Sha384)),
    ("RS512", Algorithm::Rs(Digest::Sha512)),
    ("ES256", Algorithm::Es256),
    ("ES384", Algorithm::Es384),
    ("EdDSA", Algorithm::EdDsa),
];

/// Why a policy may not list an algorithm that tokens are known to name.
#[must_use]
pub fn refused(name: &str) -> Option<&'static str> {
    match name.to_ascii_uppercase().as_str() {
        "NONE" => Some("an unsigned token proves nothing (RFC 8725 §3.2)"),
        "HS256" | "HS384" | "HS512" => Some(
            "whoever can verify an HMAC can also sign; have the issuer sign with RS256 or ES256",
        ),
        "ES512" => Some("Envoy does not verify P-521; use ES384"),
        "PS256" | "PS384" | "PS512" => Some("RSASSA-PSS is not verified here; use RS256 or ES256"),
        _ => None,
    }
}

/// The algorithm of a header's `alg`.
#[must_use]
pub fn named(name: &str) -> Option<Algorithm> {
    NAMES
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, algorithm)| *algorithm)
}
