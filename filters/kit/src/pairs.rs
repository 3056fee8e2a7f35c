//! Names and values in a query (`application/x-www-form-urlencoded`, WHATWG URL
//! §5.1) or in cookies (RFC 6265 §4.2.1), still encoded, and how they are decoded.

use crate::path::escape;
use std::borrow::Cow;

/// The pairs of a text, without the empty ones.
#[derive(Debug, Clone)]
pub struct Pairs<'t> {
    rest: Option<&'t [u8]>,
    separator: u8,
}

/// How a value is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// Not at all: header fields (OpenAPI 3.1.1 appendix D).
    Plain,
    /// By percent signs.
    Percent,
    /// By percent signs, and `+` is a space: what forms and most clients write
    /// into a query, and what servers read there.
    Form,
}

// === impl Pairs ===

impl<'t> Pairs<'t> {
    /// Those of a query. A semicolon separates nothing.
    #[must_use]
    pub const fn of_query(query: Option<&'t [u8]>) -> Self {
        Self {
            rest: query,
            separator: b'&',
        }
    }

    /// Those of one `cookie` field, without the blanks around names and values,
    /// as servers read them (RFC 6265bis §5.6).
    #[must_use]
    pub const fn of_cookies(field: &'t [u8]) -> Self {
        Self {
            rest: Some(field),
            separator: b';',
        }
    }
}

impl<'t> Iterator for Pairs<'t> {
    type Item = (&'t [u8], &'t [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let rest = self.rest?;
            let (pair, rest) = cut(rest, self.separator);
            self.rest = rest;
            let is_cookie = self.separator == b';';
            let pair = if is_cookie { pair.trim_ascii() } else { pair };
            if !pair.is_empty() {
                let (name, value) = cut(pair, b'=');
                let value = value.unwrap_or_default();
                return Some(match is_cookie {
                    true => (name.trim_ascii_end(), value.trim_ascii_start()),
                    false => (name, value),
                });
            }
        }
    }
}

/// Whether an encoded name is this one.
#[must_use]
pub fn is_name(raw: &[u8], name: &str) -> bool {
    if !raw.iter().any(|byte| matches!(byte, b'%' | b'+')) {
        return raw == name.as_bytes();
    }
    decode(raw, Encoding::Form).is_some_and(|decoded| decoded == name)
}

/// Decodes a value once; fields lose the blanks around them. `None` for a broken
/// escape and for bytes that are no UTF-8.
#[must_use]
pub fn decode(raw: &[u8], encoding: Encoding) -> Option<Cow<'_, str>> {
    if encoding == Encoding::Plain {
        return std::str::from_utf8(raw.trim_ascii())
            .ok()
            .map(Cow::Borrowed);
    }
    let special = |byte: &u8| *byte == b'%' || (*byte == b'+' && encoding == Encoding::Form);
    if !raw.iter().any(special) {
        return std::str::from_utf8(raw).ok().map(Cow::Borrowed);
    }
    let mut decoded = Vec::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((first, tail)) = rest.split_first() {
        rest = tail;
        match first {
            b'%' => {
                decoded.push(escape(tail)?);
                rest = tail.get(2..).unwrap_or_default();
            }
            b'+' if encoding == Encoding::Form => decoded.push(b' '),
            other => decoded.push(*other),
        }
    }
    String::from_utf8(decoded).ok().map(Cow::Owned)
}

/// Decodes as far as that goes: broken escapes stay as they are, and bytes need
/// not be UTF-8. For looking at texts that nobody refuses for that.
#[must_use]
pub fn decode_loosely(raw: &[u8], encoding: Encoding) -> Cow<'_, [u8]> {
    let plus = encoding == Encoding::Form;
    if !raw
        .iter()
        .any(|byte| *byte == b'%' || plus && *byte == b'+')
    {
        return Cow::Borrowed(raw);
    }
    let mut decoded = Vec::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((first, tail)) = rest.split_first() {
        rest = tail;
        match (first, escape(tail)) {
            (b'%', Some(byte)) => {
                decoded.push(byte);
                rest = tail.get(2..).unwrap_or_default();
            }
            (b'+', _) if plus => decoded.push(b' '),
            (other, _) => decoded.push(*other),
        }
    }
    Cow::Owned(decoded)
}

fn cut(text: &[u8], separator: u8) -> (&[u8], Option<&[u8]>) {
    match text.iter().position(|byte| *byte == separator) {
        Some(at) => (
            text.get(..at).unwrap_or_default(),
            text.get(at.saturating_add(1)..),
        ),
        None => (text, None),
    }
}
