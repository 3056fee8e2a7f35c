//! Signatures, by keys that are JWKs.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey};
use serde_json::{Map, Value};

/// Signs by `alg`, or where the key cannot do that, by what is usual for the key.
pub fn sign(key: &Map<String, Value>, alg: &str, input: &str) -> Result<Vec<u8>, String> {
    let text = |name: &str| key.get(name).and_then(Value::as_str);
    let part = |name: &str| -> Result<Vec<u8>, String> {
        let text = text(name).ok_or_else(|| format!("the key has no {name}"))?;
        URL_SAFE_NO_PAD
            .decode(text)
            .map_err(|error| error.to_string())
    };
    let (algorithm, signer) = match text("kty") {
        Some("RSA") => {
            let mut numbers = vec![integer(&[0])];
            for name in ["n", "e", "d", "p", "q", "dp", "dq", "qi"] {
                numbers.push(integer(&part(name)?));
            }
            let algorithm = match alg {
                "RS384" => Algorithm::RS384,
                "RS512" => Algorithm::RS512,
                "PS256" => Algorithm::PS256,
                "PS384" => Algorithm::PS384,
                "PS512" => Algorithm::PS512,
                _ => Algorithm::RS256,
            };
            (
                algorithm,
                EncodingKey::from_rsa_der(&der(0x30, &numbers.concat())),
            )
        }
        Some("EC") => {
            let (algorithm, curve) = match text("crv") {
                Some("P-384") => (Algorithm::ES384, SECP384R1),
                _ => (Algorithm::ES256, PRIME256V1),
            };
            let key = ec(curve, &part("d")?, &part("x")?, &part("y")?);
            (algorithm, EncodingKey::from_ec_der(&key))
        }
        Some("OKP") => {
            let seed = [ED25519_PREFIX, &part("d")?].concat();
            (Algorithm::EdDSA, EncodingKey::from_ed_der(&seed))
        }
        Some("oct") => (Algorithm::HS256, EncodingKey::from_secret(&part("k")?)),
        other => return Err(format!("a key of kind {other:?}")),
    };
    let signature = jsonwebtoken::crypto::sign(input.as_bytes(), &signer, algorithm)
        .map_err(|error| error.to_string())?;
    URL_SAFE_NO_PAD
        .decode(signature)
        .map_err(|error| error.to_string())
}

/// PKCS#8 of a key on a curve (RFC 5958, RFC 5915).
fn ec(curve: &[u8], d: &[u8], x: &[u8], y: &[u8]) -> Vec<u8> {
    let point = der(0xa1, &der(0x03, &[&[0, 4][..], x, y].concat()));
    let key = der(0x30, &[integer(&[1]), der(0x04, d), point].concat());
    let algorithm = der(0x30, &[der(0x06, EC_PUBLIC_KEY), der(0x06, curve)].concat());
    der(0x30, &[integer(&[0]), algorithm, der(0x04, &key)].concat())
}

fn integer(bytes: &[u8]) -> Vec<u8> {
    let start = bytes
        .iter()
        .take_while(|byte| **byte == 0)
        .count()
        .min(bytes.len().saturating_sub(1));
    let bytes = &bytes[start..];
    let sign = if bytes[0] & 0x80 == 0 { &[][..] } else { &[0] };
    der(0x02, &[sign, bytes].concat())
}

fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len();
    let mut out = vec![tag];
    match length {
        0..0x80 => out.push(length as u8),
        0x80..0x100 => out.extend([0x81, length as u8]),
        _ => out.extend([0x82, (length >> 8) as u8, length as u8]),
    }
    out.extend_from_slice(content);
    out
}

const EC_PUBLIC_KEY: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
const PRIME256V1: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
const SECP384R1: &[u8] = &[0x2b, 0x81, 0x04, 0x00, 0x22];
const ED25519_PREFIX: &[u8] = &[
    0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20,
];
