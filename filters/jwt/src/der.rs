//! The little DER that keys and signatures need on their way to the host:
//! `SubjectPublicKeyInfo` (RFC 5280 §4.1.2.7) and `ECDSA-Sig-Value` (RFC 3279 §2.2.3).

/// The SPKI of an RSA key (RFC 8017 appendix A.1.1).
#[must_use]
pub fn rsa_spki(modulus: &[u8], exponent: &[u8]) -> Vec<u8> {
    let key = sequence(&[integer(modulus), integer(exponent)].concat());
    spki(
        &[element(OBJECT, RSA_ENCRYPTION), element(NULL, b"")].concat(),
        &key,
    )
}

/// The SPKI of a point on a named curve, uncompressed (RFC 5480 §2).
#[must_use]
pub fn ec_spki(curve: &[u8], x: &[u8], y: &[u8]) -> Vec<u8> {
    let point = [&[UNCOMPRESSED][..], x, y].concat();
    spki(
        &[element(OBJECT, EC_PUBLIC_KEY), element(OBJECT, curve)].concat(),
        &point,
    )
}

/// The signature `r‖s` of a JWS (RFC 7518 §3.4) as the host wants it.
#[must_use]
pub fn ecdsa_signature(raw: &[u8], coordinate: usize) -> Option<Vec<u8>> {
    if raw.len() != coordinate.checked_mul(2)? {
        return None;
    }
    let (r, s) = raw.split_at_checked(coordinate)?;
    Some(sequence(&[integer(r), integer(s)].concat()))
}

fn spki(algorithm: &[u8], key: &[u8]) -> Vec<u8> {
    let bits = [&[0][..], key].concat();
    sequence(&[sequence(algorithm), element(BIT_STRING, &bits)].concat())
}

fn sequence(content: &[u8]) -> Vec<u8> {
    element(SEQUENCE, content)
}

/// An unsigned integer: no leading zeros, but one before a high bit.
fn integer(bytes: &[u8]) -> Vec<u8> {
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    let digits = bytes.get(zeros..).unwrap_or_default();
    let lead = if digits.first().is_none_or(|byte| *byte >= 0x80) {
        &[0][..]
    } else {
        &[]
    };
    element(INTEGER, &[lead, digits].concat())
}

fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut out = vec![tag];
    let length = content.len().to_be_bytes();
    let zeros = length.iter().take_while(|byte| **byte == 0).count();
    let digits = length.get(zeros..).unwrap_or_default();
    match digits {
        [] => out.push(0),
        [one] if *one < 0x80 => out.push(*one),
        _ => {
            out.push(0x80 | u8::try_from(digits.len()).unwrap_or(0));
            out.extend_from_slice(digits);
        }
    }
    out.extend_from_slice(content);
    out
}

/// P-256, RFC 5480 §2.1.1.1.
pub const PRIME256V1: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
/// P-384, RFC 5480 §2.1.1.1.
pub const SECP384R1: &[u8] = &[0x2b, 0x81, 0x04, 0x00, 0x22];
const RSA_ENCRYPTION: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
const EC_PUBLIC_KEY: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const NULL: u8 = 0x05;
const OBJECT: u8 = 0x06;
const SEQUENCE: u8 = 0x30;
const UNCOMPRESSED: u8 = 0x04;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures_lose_zeros_and_keep_their_sign() {
        let der = [0x30, 8, 2, 1, 1, 2, 3, 0, 0x80, 2];
        assert_eq!(ecdsa_signature(&[0, 1, 0x80, 2], 2).unwrap(), der);
        assert_eq!(ecdsa_signature(&[0; 3], 2), None);
    }

    #[test]
    fn long_contents_have_long_lengths() {
        assert_eq!(element(4, &[0; 300])[..4], [4, 0x82, 1, 44]);
        assert_eq!(element(4, &[0; 200])[..3], [4, 0x81, 200]);
    }
}
