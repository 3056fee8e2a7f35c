//! Envoy's `verify_signature` natively, by `jsonwebtoken`'s pure-Rust crypto:
//! for `tollgate check` and the tests. Never compiled for wasm.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey};
use tollgate_kit::host::Digest;

/// Whether `signature` (ECDSA: DER) over `text` verifies under the SPKI key.
pub fn verify(digest: Digest, spki: &[u8], signature: &[u8], text: &[u8]) -> Result<bool, String> {
    let rsa = spki
        .windows(9)
        .any(|window| window == [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1]);
    let (algorithm, coordinate) = match (rsa, digest) {
        (true, Digest::Sha256) => (Algorithm::RS256, None),
        (true, Digest::Sha384) => (Algorithm::RS384, None),
        (true, Digest::Sha512) => (Algorithm::RS512, None),
        (false, Digest::Sha256) => (Algorithm::ES256, Some(32)),
        (false, Digest::Sha384) => (Algorithm::ES384, Some(48)),
        (false, Digest::Sha512) => return Err("no curve goes with SHA-512 here".to_owned()),
    };
    let key = key_bits(spki).ok_or("the key is no SubjectPublicKeyInfo")?;
    let (key, signature) = match coordinate {
        None => (DecodingKey::from_rsa_der(key), signature.to_vec()),
        Some(length) => match raw_signature(signature, length) {
            Some(raw) => (DecodingKey::from_ec_der(key), raw),
            None => return Ok(false),
        },
    };
    let signature = URL_SAFE_NO_PAD.encode(signature);
    jsonwebtoken::crypto::verify(&signature, text, &key, algorithm)
        .map_err(|error| error.to_string())
}

/// The content of the bit string: the key that the algorithm knows.
fn key_bits(spki: &[u8]) -> Option<&[u8]> {
    let (_, outer, _) = element(spki)?;
    let (_, _, rest) = element(outer)?;
    let (_, bits, _) = element(rest)?;
    bits.strip_prefix(&[0])
}

fn raw_signature(der: &[u8], length: usize) -> Option<Vec<u8>> {
    let (_, numbers, _) = element(der)?;
    let (_, r, rest) = element(numbers)?;
    let (_, s, _) = element(rest)?;
    let mut raw = Vec::new();
    for number in [r, s] {
        let zeros = number.iter().take_while(|byte| **byte == 0).count();
        let digits = number.get(zeros..)?;
        raw.resize(raw.len().checked_add(length.checked_sub(digits.len())?)?, 0);
        raw.extend_from_slice(digits);
    }
    Some(raw)
}

/// Tag, content, and what follows.
fn element(der: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (tag, rest) = der.split_first()?;
    let (first, rest) = rest.split_first()?;
    let (length, rest) = match usize::from(*first) {
        short @ 0..0x80 => (short, rest),
        long => {
            let (digits, rest) = rest.split_at_checked(long & 0x7f)?;
            (
                digits.iter().fold(0usize, |length, digit| {
                    length.wrapping_shl(8) | usize::from(*digit)
                }),
                rest,
            )
        }
    };
    let (content, rest) = rest.split_at_checked(length)?;
    Some((*tag, content, rest))
}
