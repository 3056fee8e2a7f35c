//! The algorithms that a policy may list (RFC 7518 §3.1, RFC 8037 §3.1).

use tollgate_kit::host::Digest;

/// A signature algorithm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    /// RSASSA-PKCS1-v1_5.
    Rs(Digest),
    /// RSASSA-PSS, MGF1 with the same digest.
    Ps(Digest),
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
    ("PS256", Algorithm::Ps(Digest::Sha256)),
    ("PS384", Algorithm::Ps(Digest::Sha384)),
    ("PS512", Algorithm::Ps(Digest::Sha512)),
    ("ES256", Algorithm::Es256),
    ("ES384", Algorithm::Es384),
    ("EdDSA", Algorithm::EdDsa),
];

/// All of them, as a challenge lists what proofs may be signed by (RFC 9449 §7.1).
pub const LIST: &str = "RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 EdDSA";

/// Why a policy may not list an algorithm that tokens are known to name.
#[must_use]
pub fn refused(name: &str) -> Option<&'static str> {
    match name.to_ascii_uppercase().as_str() {
        "NONE" => Some("an unsigned token proves nothing (RFC 8725 §3.2)"),
        "HS256" | "HS384" | "HS512" => Some(
            "whoever can verify an HMAC can also sign; have the issuer sign with RS256 or ES256",
        ),
        "ES512" => Some("Envoy does not verify P-521; use ES384"),
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

// === impl Algorithm ===

impl Algorithm {
    /// As a header's `alg` spells it.
    #[must_use]
    pub fn name(self) -> &'static str {
        let own = NAMES.iter().find(|(_, known)| *known == self);
        own.map_or("", |(name, _)| name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_has_every_name() {
        let names: Vec<&str> = NAMES.iter().map(|(name, _)| *name).collect();
        assert_eq!(names.join(" "), LIST);
    }
}
