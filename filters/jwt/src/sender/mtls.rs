//! Tokens that are bound to a certificate (RFC 8705 §3): the peer of this very
//! connection must have shown it.

use super::{confirmation, fault};
use crate::verified::Verified;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use tollgate_kit::path::escape;
use tollgate_kit::stage::Request;
use tollgate_kit::verdict::Denial;

pub(super) fn check(verified: &Verified, request: &Request<'_>) -> Result<(), Box<Denial>> {
    let bound = confirmation(verified, "x5t#S256")?;
    let shown = request
        .certificate
        .and_then(from_hex)
        .ok_or_else(|| fault("the client has shown no certificate"))?;
    match URL_SAFE_NO_PAD.decode(bound) {
        Ok(bound) if bound == shown => Ok(()),
        Ok(_) | Err(_) => Err(fault("the token is bound to another certificate")),
    }
}

/// The 32 bytes of a SHA-256 that Envoy gives as hexadecimal digits.
fn from_hex(digits: &[u8]) -> Option<Vec<u8>> {
    let bytes: Option<Vec<u8>> = digits.chunks(2).map(escape).collect();
    bytes.filter(|bytes| bytes.len() == 32)
}
