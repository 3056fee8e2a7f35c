//! RSASSA-PSS (RFC 8017 §8.1.2, RFC 7518 §3.5): MGF1 with the digest itself, and a
//! salt as long as it. Envoy's `verify_signature` has PKCS#1 v1.5 only.

use crate::rsa::RsaKey;
use sha2::digest::Output;
use sha2::{Sha256, Sha384, Sha512};
use tollgate_kit::host::Digest;

/// Whether `signature` over `input` is `key`'s.
#[must_use]
pub fn holds(key: &RsaKey, digest: Digest, input: &[u8], signature: &[u8]) -> bool {
    let Some(message) = key.message(signature) else {
        return false;
    };
    let bits = key.bits().saturating_sub(1);
    let holds = match digest {
        Digest::Sha256 => encodes::<Sha256>(&message, bits, input),
        Digest::Sha384 => encodes::<Sha384>(&message, bits, input),
        Digest::Sha512 => encodes::<Sha512>(&message, bits, input),
    };
    holds == Some(true)
}

/// EMSA-PSS-VERIFY (RFC 8017 §9.1.2), `bits` being `emBits`; `None` is inconsistent too.
fn encodes<D: sha2::Digest>(message: &[u8], bits: u32, input: &[u8]) -> Option<bool> {
    let length = usize::try_from(bits.div_ceil(8)).ok()?;
    // One bit less than the modulus can be a byte less, which must be empty then.
    let (surplus, encoded) = message.split_at_checked(message.len().checked_sub(length)?)?;
    let hash_length = <D as sha2::Digest>::output_size();
    let (rest, trailer) = encoded.split_at_checked(length.checked_sub(1)?)?;
    let (masked, hash) = rest.split_at_checked(rest.len().checked_sub(hash_length)?)?;
    let unused = u32::try_from(length)
        .ok()?
        .checked_mul(8)?
        .checked_sub(bits)?;
    let keep = 0xff_u8.checked_shr(unused)?;
    let lead = masked.first()?;
    if surplus.iter().any(|byte| *byte != 0) || trailer != [0xbc] || lead & !keep != 0 {
        return Some(false);
    }
    let mut block = masked.to_vec();
    unmask::<D>(&mut block, hash);
    if let Some(first) = block.first_mut() {
        *first &= keep;
    }
    let (padding, salt) = block.split_at_checked(block.len().checked_sub(hash_length)?)?;
    let (one, zeros) = padding.split_last()?;
    if *one != 1 || zeros.iter().any(|byte| *byte != 0) {
        return Some(false);
    }
    let digest = D::new()
        .chain_update([0; 8])
        .chain_update(D::digest(input))
        .chain_update(salt)
        .finalize();
    Some(digest.as_slice() == hash)
}

/// MGF1 (RFC 8017 appendix B.2.1), put over `block`.
fn unmask<D: sha2::Digest>(block: &mut [u8], seed: &[u8]) {
    let hash_length = <D as sha2::Digest>::output_size();
    for (counter, piece) in (0_u32..).zip(block.chunks_mut(hash_length)) {
        let mask: Output<D> = D::new()
            .chain_update(seed)
            .chain_update(counter.to_be_bytes())
            .finalize();
        for (byte, mask) in piece.iter_mut().zip(mask) {
            *byte ^= mask;
        }
    }
}
