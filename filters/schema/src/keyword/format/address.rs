//! Names and addresses of hosts (RFC 1123 §2.1, RFC 2673 §3.2, RFC 4291 §2.2)
//! and mailboxes (RFC 5321 §4.1.2).

use std::net::{Ipv4Addr, Ipv6Addr};

/// Labels of letters, digits and inner hyphens, 253 characters at most.
pub(super) fn is_hostname(text: &str) -> bool {
    text.len() <= 253 && text.split('.').all(is_label)
}

fn is_label(label: &str) -> bool {
    let bytes = label.as_bytes();
    let inner = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'-';
    let edge = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    bytes.len() <= 63 && edge(bytes.first()) && edge(bytes.last()) && bytes.iter().all(inner)
}

/// Four decimal numbers without leading zeros.
pub(super) fn is_ipv4(text: &str) -> bool {
    text.parse::<Ipv4Addr>().is_ok()
}

/// Without a zone (RFC 4007 §11 makes that part of a node, not of an address).
pub(super) fn is_ipv6(text: &str) -> bool {
    text.parse::<Ipv6Addr>().is_ok()
}

/// `Mailbox`
pub(super) fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else {
        return false;
    };
    local.len() <= 64 && is_local_part(local) && is_mail_domain(domain)
}

fn is_local_part(local: &str) -> bool {
    match local
        .strip_prefix('"')
        .and_then(|inner| inner.strip_suffix('"'))
    {
        Some(inner) => is_quoted(inner.as_bytes()),
        None => local
            .split('.')
            .all(|atom| !atom.is_empty() && atom.bytes().all(is_atom)),
    }
}

/// What may stand between the quotes of a `Quoted-string`.
fn is_quoted(mut text: &[u8]) -> bool {
    loop {
        text = match text {
            [] => return true,
            [b'\\', b' '..=b'~', rest @ ..] => rest,
            [b'\\' | b'"', ..] => return false,
            [b' '..=b'~', rest @ ..] => rest,
            _ => return false,
        };
    }
}

/// `atext` (RFC 5322 §3.2.3)
fn is_atom(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte)
}

fn is_mail_domain(domain: &str) -> bool {
    let literal = domain
        .strip_prefix('[')
        .and_then(|inner| inner.strip_suffix(']'));
    match literal {
        Some(literal) => match literal.strip_prefix("IPv6:") {
            Some(address) => is_ipv6(address),
            None => is_ipv4(literal),
        },
        None => is_hostname(domain),
    }
}
