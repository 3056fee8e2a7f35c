//! Names and values in a query (`application/x-www-form-urlencoded`, WHATWG URL
//! §5.1) or in cookies (RFC 6265 §4.2.1), still encoded.

use super::reading::{Encoding, decode};

/// The pairs of a text, without the empty ones.
#[derive(Debug, Clone)]
pub struct Pairs<'t> {
    rest: Option<&'t [u8]>,
    separator: u8,
}

impl<'t> Pairs<'t> {
    /// Those of a query. A semicolon separates nothing.
    #[must_use]
    pub const fn of_query(query: Option<&'t [u8]>) -> Self {
        Self {
            rest: query,
            separator: b'&',
        }
    }

    /// Those of one `cookie` field.
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
            let pair = match self.separator {
                b';' => pair.trim_ascii(),
                _ => pair,
            };
            if !pair.is_empty() {
                let (name, value) = cut(pair, b'=');
                return Some((name, value.unwrap_or_default()));
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
    decode(raw, Encoding::Form).is_ok_and(|decoded| decoded == name)
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
