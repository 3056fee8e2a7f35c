//! The thumbprint of a key (RFC 7638): what a token names its holder's key by.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use tollgate_kit::json::{Node, escape_into};

/// SHA-256 over the members that make the key, as base64url; `None` where one is
/// missing or no text.
#[must_use]
pub fn thumbprint(jwk: Node<'_>) -> Option<String> {
    let text = |name| jwk.get(name).and_then(Node::as_str);
    // In lexicographic order (RFC 7638 §3.2, RFC 8037 §2).
    let members: &[&str] = match text("kty")? {
        "RSA" => &["e", "kty", "n"],
        "EC" => &["crv", "kty", "x", "y"],
        "OKP" => &["crv", "kty", "x"],
        _ => return None,
    };
    let mut canonical = String::from("{");
    for (at, name) in members.iter().enumerate() {
        let comma = if at > 0 { "," } else { "" };
        canonical.push_str(&format!("{comma}\"{name}\":\""));
        escape_into(text(name)?, &mut canonical);
        canonical.push('"');
    }
    canonical.push('}');
    Some(URL_SAFE_NO_PAD.encode(Sha256::digest(canonical)))
}
