//! Checks a signature: RSA with PKCS#1 v1.5 and ECDSA by the host, RSASSA-PSS and
//! Ed25519 here.

use crate::algorithm::Algorithm;
use crate::der;
use crate::jwk::{Key, Material};
use crate::pss;
use ed25519_dalek::Signature;
use tollgate_kit::host::{Digest, HostError};
use tollgate_kit::stage::Verifier;

/// Whether `signature` over `input` is `key`'s.
///
/// Ed25519 is checked strictly: keys and nonces of small order are refused,
/// which RFC 8032 §8.4 leaves open and no honest signer produces.
pub fn holds(
    key: &Key,
    algorithm: Algorithm,
    input: &[u8],
    signature: &[u8],
    verifier: &dyn Verifier,
) -> Result<bool, HostError> {
    match (key.material(), algorithm) {
        (Material::Rsa(key), Algorithm::Rs(digest)) => {
            verifier.verify(digest, key.spki(), signature, input)
        }
        (Material::Rsa(key), Algorithm::Ps(digest)) => {
            Ok(pss::holds(key, digest, input, signature))
        }
        (Material::P256(spki), Algorithm::Es256) => {
            ecdsa(Digest::Sha256, 32, spki, input, signature, verifier)
        }
        (Material::P384(spki), Algorithm::Es384) => {
            ecdsa(Digest::Sha384, 48, spki, input, signature, verifier)
        }
        (Material::Ed25519(key), Algorithm::EdDsa) => Ok(Signature::from_slice(signature)
            .is_ok_and(|signature| key.verify_strict(input, &signature).is_ok())),
        (Material::Rsa(_) | Material::P256(_) | Material::P384(_) | Material::Ed25519(_), _) => {
            Ok(false)
        }
    }
}

fn ecdsa(
    digest: Digest,
    coordinate: usize,
    spki: &[u8],
    input: &[u8],
    signature: &[u8],
    verifier: &dyn Verifier,
) -> Result<bool, HostError> {
    match der::ecdsa_signature(signature, coordinate) {
        Some(signature) => verifier.verify(digest, spki, &signature, input),
        None => Ok(false),
    }
}
