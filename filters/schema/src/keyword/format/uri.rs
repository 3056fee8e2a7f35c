//! URIs and references to them (RFC 3986 §3, §4.1).

use std::net::Ipv6Addr;
use tollgate_kit::path::escape;

/// `URI`
pub(super) fn is_uri(text: &str) -> bool {
    match text.split_once(':') {
        Some((scheme, rest)) => is_scheme(scheme) && is_after_scheme(rest),
        None => false,
    }
}

/// `URI-reference`
pub(super) fn is_reference(text: &str) -> bool {
    if is_uri(text) {
        return true;
    }
    // The first segment of a relative path has no colon (`path-noscheme`).
    let first = text.split(['/', '?', '#']).next().unwrap_or_default();
    !first.contains(':') && is_after_scheme(text)
}

fn is_scheme(scheme: &str) -> bool {
    let rest = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
    scheme.starts_with(|first: char| first.is_ascii_alphabetic()) && scheme.bytes().all(rest)
}

/// `hier-part [ "?" query ] [ "#" fragment ]`
fn is_after_scheme(text: &str) -> bool {
    let (text, fragment) = cut(text, '#');
    let (text, query) = cut(text, '?');
    let path = match text.strip_prefix("//") {
        Some(rest) => {
            let (authority, path) = rest
                .split_at_checked(rest.find('/').unwrap_or(rest.len()))
                .unwrap_or((rest, ""));
            if !is_authority(authority) {
                return false;
            }
            path
        }
        None => text,
    };
    consists_of(path, b":@/") && consists_of(query, b":@/?") && consists_of(fragment, b":@/?")
}

/// What stands before the first `mark`, and after it.
fn cut(text: &str, mark: char) -> (&str, &str) {
    text.split_once(mark).unwrap_or((text, ""))
}

fn is_authority(authority: &str) -> bool {
    let (user, host) = authority.rsplit_once('@').unwrap_or(("", authority));
    if !consists_of(user, b":") {
        return false;
    }
    let (host, port) = match host.strip_prefix('[') {
        Some(rest) => match rest.split_once(']') {
            Some((literal, port)) if is_literal(literal) => ("", port),
            Some(_) | None => return false,
        },
        None => host
            .split_at_checked(host.find(':').unwrap_or(host.len()))
            .unwrap_or((host, "")),
    };
    let port = match port.strip_prefix(':') {
        Some(digits) => digits.bytes().all(|byte| byte.is_ascii_digit()),
        None => port.is_empty(),
    };
    port && consists_of(host, b"")
}

/// `IPv6address` or `IPvFuture`
fn is_literal(literal: &str) -> bool {
    let future = literal
        .strip_prefix(['v', 'V'])
        .and_then(|rest| rest.split_once('.'));
    match future {
        Some((version, rest)) => {
            let hex =
                |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_hexdigit());
            hex(version) && !rest.is_empty() && !rest.contains('%') && consists_of(rest, b":")
        }
        None => literal.parse::<Ipv6Addr>().is_ok(),
    }
}

/// Unreserved characters, sub-delimiters, escapes, and those in `also`.
fn consists_of(text: &str, also: &[u8]) -> bool {
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        rest = match first {
            b'%' if escape(tail).is_some() => tail.get(2..).unwrap_or_default(),
            other if is_plain(*other) || also.contains(other) => tail,
            _ => return false,
        };
    }
    true
}

fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=".contains(&byte)
}
