//! The grammar of `Content-Type`, RFC 9110 §8.3.1, over bytes. A value outside
//! of it can be one media type to who judges the body and another to who reads
//! it.

use tollgate_kit::config::is_token;

/// `media-type = type "/" subtype parameters`, with whitespace around it dropped
/// (RFC 9110 §5.5).
#[must_use]
pub fn is_well_formed(value: &[u8]) -> bool {
    after_type(trim_end(trim_start(value))).is_some_and(parameters)
}

fn after_type(value: &[u8]) -> Option<&[u8]> {
    after_token(after_token(value)?.strip_prefix(b"/")?)
}

/// `parameters = *( OWS ";" OWS [ parameter ] )`, RFC 9110 §5.6.6.
fn parameters(mut rest: &[u8]) -> bool {
    while !rest.is_empty() {
        let Some(next) = trim_start(rest).strip_prefix(b";") else {
            return false;
        };
        let next = trim_start(next);
        if next.is_empty() || next.starts_with(b";") {
            rest = next;
            continue;
        }
        match after_parameter(next) {
            Some(after) => rest = after,
            None => return false,
        }
    }
    true
}

/// `parameter = token "=" ( token / quoted-string )`.
fn after_parameter(text: &[u8]) -> Option<&[u8]> {
    let value = after_token(text)?.strip_prefix(b"=")?;
    match value.strip_prefix(b"\"") {
        Some(quoted) => after_quoted(quoted),
        None => after_token(value),
    }
}

/// What follows a token of at least one byte.
fn after_token(text: &[u8]) -> Option<&[u8]> {
    let length = text.iter().take_while(|byte| is_token(**byte)).count();
    text.get(length..).filter(|_| length > 0)
}

/// What follows the closing quote of a quoted-string, RFC 9110 §5.6.4.
fn after_quoted(mut text: &[u8]) -> Option<&[u8]> {
    loop {
        match text {
            [b'"', rest @ ..] => return Some(rest),
            [b'\\', byte, rest @ ..] if is_text(*byte) => text = rest,
            [b'\\', ..] => return None,
            [byte, rest @ ..] if is_text(*byte) => text = rest,
            [..] => return None,
        }
    }
}

/// HTAB, SP, VCHAR and obs-text.
const fn is_text(byte: u8) -> bool {
    matches!(byte, b'\t' | b' '..=b'~' | 0x80..=0xff)
}

fn trim_start(mut text: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] = text {
        text = rest;
    }
    text
}

fn trim_end(mut text: &[u8]) -> &[u8] {
    while let [rest @ .., b' ' | b'\t'] = text {
        text = rest;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn media_types_are_well_formed() {
        for value in [
            &b"application/json"[..],
            b"application/vnd.api+json",
            b"  text/plain\t",
            b"text/html;charset=utf-8",
            b"text/html ; charset=\"utf-8\"",
            b"text/html;",
            b"text/html;;charset=utf-8; ;",
            b"multipart/form-data; boundary=\"a,b;c\\\"d\"",
            b"text/plain; title=\"\xff\xe4\"",
            b"*/*",
        ] {
            assert!(is_well_formed(value), "{}", value.escape_ascii());
        }
    }

    #[test]
    fn everything_else_is_malformed() {
        for value in [
            &b""[..],
            b" ",
            b"json",
            b"application/",
            b"/json",
            b"application//json",
            b"application /json",
            b"application/ json",
            b"application/json charset=utf-8",
            b"application/json; charset",
            b"application/json; charset=",
            b"application/json; charset =utf-8",
            b"application/json; charset= utf-8",
            b"application/json; =utf-8",
            b"application/json; charset=\"utf-8",
            b"application/json; charset=\"utf-8\\",
            b"application/json; charset=\"utf-8\"x",
            b"application/json; charset=\"\x01\"",
            b"application/json; charset=\"\\\x7f\"",
            b"application/json, text/plain",
            b"application/js\xffon",
            b"\xff/\xff",
            b"application/json; charset=\xff",
            b"application/json\x00",
            b"application/json\x0c",
        ] {
            assert!(!is_well_formed(value), "{}", value.escape_ascii());
        }
    }
}
