//! The request target, normalised once and the same in every filter.
//!
//! Percent-encoded unreserved characters are decoded, dot segments resolved and
//! repeated slashes merged (RFC 3986 §6.2.2, in the order in which Envoy does
//! it). What could be read in two ways is refused, because what is judged must
//! be what is routed and what the upstream sees.

use std::fmt;

/// A path that has one reading only, and the query behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    text: Vec<u8>,
    path_len: usize,
    rewritten: bool,
}

/// What a raw `;` in a path means to the policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Semicolon {
    /// Refused: some servers drop what follows it.
    Deny,
    /// Data, as RFC 3986 §3.3 has it.
    Allow,
}

/// Why a path or host is ambiguous.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PathFault {
    /// No `:path`.
    Missing,
    /// It doesn't begin with `/`.
    NotAbsolute,
    /// `\`, a control character, or `#`.
    Character,
    /// `%` without two hexadecimal digits.
    Escape,
    /// An encoded slash, backslash or control character.
    EncodedDelimiter,
    /// `%25` before `2e`, `2f` or `5c`.
    DoubleEncoding,
    /// The decoded path isn't UTF-8.
    Utf8,
    /// A raw `;`.
    Semicolon,
    /// The host is empty, has a comma or user information.
    Host,
}

impl fmt::Display for PathFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Missing => "the request has no path",
            Self::NotAbsolute => "the path does not begin with a slash",
            Self::Character => "the path has a backslash, a control character or a number sign",
            Self::Escape => "the path has a percent sign without two hexadecimal digits",
            Self::EncodedDelimiter => {
                "the path has an encoded slash, backslash or control character"
            }
            Self::DoubleEncoding => "the path has a doubly encoded dot, slash or backslash",
            Self::Utf8 => "the path is not UTF-8",
            Self::Semicolon => "the path has a semicolon",
            Self::Host => "the host is empty, or has what no host has",
        })
    }
}

// === impl Target ===

impl Target {
    /// Normalises `:path`.
    pub fn parse(raw: Option<&[u8]>, semicolon: Semicolon) -> Result<Self, PathFault> {
        let raw = raw.ok_or(PathFault::Missing)?;
        let query_at = raw
            .iter()
            .position(|byte| *byte == b'?')
            .unwrap_or(raw.len());
        let (path, query) = raw.split_at_checked(query_at).unwrap_or((raw, b""));
        if path.first() != Some(&b'/') {
            return Err(PathFault::NotAbsolute);
        }
        if query.contains(&b'#') {
            return Err(PathFault::Character);
        }
        if is_normal(path) {
            return Ok(Self {
                text: raw.to_vec(),
                path_len: path.len(),
                rewritten: false,
            });
        }
        let plain = decode_unreserved(path, semicolon)?;
        if std::str::from_utf8(&percent_decode(&plain)).is_err() {
            return Err(PathFault::Utf8);
        }
        let mut text = resolve(&plain);
        let path_len = text.len();
        let rewritten = text != path;
        text.extend_from_slice(query);
        Ok(Self {
            text,
            path_len,
            rewritten,
        })
    }

    /// The normalised path, without the query.
    #[must_use]
    pub fn path(&self) -> &[u8] {
        self.text.get(..self.path_len).unwrap_or_default()
    }

    /// What follows the first `?`, as it came.
    #[must_use]
    pub fn query(&self) -> Option<&[u8]> {
        self.text
            .get(self.path_len.saturating_add(1)..)
            .filter(|_| self.text.len() > self.path_len)
    }

    /// The whole `:path` to write back, where it isn't the one that came.
    #[must_use]
    pub fn rewritten(&self) -> Option<&[u8]> {
        self.rewritten.then_some(self.text.as_slice())
    }
}

/// The host without port and one trailing dot, in lower case (RFC 9110 §4.2.3).
pub fn host(authority: Option<&[u8]>) -> Result<String, PathFault> {
    let text = authority
        .and_then(|raw| std::str::from_utf8(raw).ok())
        .ok_or(PathFault::Host)?;
    let (name, port) = match text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, port)) => (text.get(..address.len().saturating_add(2)), port),
        None => {
            let end = text.find(':').unwrap_or(text.len());
            (text.get(..end), text.get(end..).unwrap_or_default())
        }
    };
    let name = name.unwrap_or_default();
    let name = name.strip_suffix('.').unwrap_or(name);
    if name.is_empty() || !is_port(port) || !name.bytes().all(is_of_a_host) {
        return Err(PathFault::Host);
    }
    Ok(name.to_ascii_lowercase())
}

/// Nothing, or a colon and digits.
fn is_port(text: &str) -> bool {
    let Some(digits) = text.strip_prefix(':') else {
        return text.is_empty();
    };
    digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// What names and addresses are made of; names beyond ASCII included, as some
/// clients send them.
const fn is_of_a_host(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || !byte.is_ascii()
        || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'[' | b']' | b':')
}

/// Decodes every escape once; an invalid one stays as it is.
#[must_use]
pub fn percent_decode(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((first, tail)) = rest.split_first() {
        match (first, escape(tail)) {
            (b'%', Some(byte)) => {
                out.push(byte);
                rest = tail.get(2..).unwrap_or_default();
            }
            _ => {
                out.push(*first);
                rest = tail;
            }
        }
    }
    out
}

/// The byte that the two hexadecimal digits at the front stand for.
#[must_use]
pub fn escape(digits: &[u8]) -> Option<u8> {
    let high = char::from(*digits.first()?).to_digit(16)?;
    let low = char::from(*digits.get(1)?).to_digit(16)?;
    u8::try_from(high.checked_mul(16)?.checked_add(low)?).ok()
}

/// Whether there is nothing to normalise and nothing to refuse: most paths.
fn is_normal(path: &[u8]) -> bool {
    let mut after_slash = false;
    path.iter().all(|byte| {
        let special = matches!(byte, 0..=0x20 | b'%' | b'\\' | b'#' | b';' | 0x7f..);
        let ambiguous = after_slash && matches!(byte, b'/' | b'.');
        after_slash = *byte == b'/';
        !special && !ambiguous
    })
}

fn decode_unreserved(path: &[u8], semicolon: Semicolon) -> Result<Vec<u8>, PathFault> {
    let mut out = Vec::with_capacity(path.len());
    let mut rest = path;
    while let Some((first, tail)) = rest.split_first() {
        rest = tail;
        match first {
            b'%' => {
                let byte = escape(tail).ok_or(PathFault::Escape)?;
                let (digits, after) = tail.split_at_checked(2).unwrap_or((tail, b""));
                rest = after;
                // A second decoder would read it as structure.
                if matches!(byte, b'/' | b'\\' | 0..=0x1f | 0x7f) {
                    return Err(PathFault::EncodedDelimiter);
                }
                if is_unreserved(byte) {
                    out.push(byte);
                } else {
                    out.push(b'%');
                    out.extend_from_slice(digits);
                }
            }
            b'\\' | b'#' | 0..=0x20 | 0x7f => return Err(PathFault::Character),
            b';' if semicolon == Semicolon::Deny => return Err(PathFault::Semicolon),
            other => out.push(*other),
        }
    }
    if out.windows(5).any(is_doubly_encoded) {
        return Err(PathFault::DoubleEncoding);
    }
    Ok(out)
}

/// `%25` before what would be a dot, a slash or a backslash: looked for once
/// everything else is decoded, as the digits may have been escaped themselves.
fn is_doubly_encoded(text: &[u8]) -> bool {
    let after = text.strip_prefix(b"%25").and_then(escape);
    after.is_some_and(|byte| matches!(byte, b'.' | b'/' | b'\\'))
}

const fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

/// Resolves dot segments, then merges slashes: `/a//../b` is `/a/b`, as in Envoy.
fn resolve(path: &[u8]) -> Vec<u8> {
    let mut kept: Vec<&[u8]> = Vec::new();
    let mut open_end = false;
    for segment in path.split(|byte| *byte == b'/').skip(1) {
        open_end = matches!(segment, b"." | b".." | b"");
        match segment {
            b"." => {}
            b".." => {
                kept.pop();
            }
            other => kept.push(other),
        }
    }
    let mut out = Vec::with_capacity(path.len());
    for segment in kept.iter().filter(|segment| !segment.is_empty()) {
        out.push(b'/');
        out.extend_from_slice(segment);
    }
    if open_end || out.is_empty() {
        out.push(b'/');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn normal(raw: &str) -> String {
        let target = Target::parse(Some(raw.as_bytes()), Semicolon::Deny).unwrap();
        String::from_utf8(target.text).unwrap()
    }

    fn fault(raw: &[u8]) -> PathFault {
        Target::parse(Some(raw), Semicolon::Deny).unwrap_err()
    }

    #[test]
    fn spellings_of_one_path_become_one() {
        for (raw, expected) in [
            ("/a/b", "/a/b"),
            ("/a/./b", "/a/b"),
            ("/a/%2e/b", "/a/b"),
            ("/a/x/../b", "/a/b"),
            ("/a/x/%2E%2e/b", "/a/b"),
            ("//a///b", "/a/b"),
            ("/a//../b", "/a/b"),
            ("/../../a", "/a"),
            ("/a/..", "/"),
            ("/a/.", "/a/"),
            ("/a//", "/a/"),
            ("/%61%7E", "/a~"),
            ("/a%20b%3Bc", "/a%20b%3Bc"),
            ("/a?x=/../y", "/a?x=/../y"),
            ("/", "/"),
        ] {
            assert_eq!(normal(raw), expected, "{raw}");
        }
    }

    #[test]
    fn ambiguous_paths_are_refused() {
        for (raw, expected) in [
            (&b"a"[..], PathFault::NotAbsolute),
            (b"*", PathFault::NotAbsolute),
            (b"/a%2fb", PathFault::EncodedDelimiter),
            (b"/a%5Cb", PathFault::EncodedDelimiter),
            (b"/a%00", PathFault::EncodedDelimiter),
            (b"/a%7f", PathFault::EncodedDelimiter),
            (b"/a\\b", PathFault::Character),
            (b"/a#b", PathFault::Character),
            (b"/a%", PathFault::Escape),
            (b"/a%4", PathFault::Escape),
            (b"/a%zz", PathFault::Escape),
            (b"/%252e%252e/", PathFault::DoubleEncoding),
            (b"/%252F", PathFault::DoubleEncoding),
            (b"/%25%32%65", PathFault::DoubleEncoding),
            (b"/%252%46", PathFault::DoubleEncoding),
            (b"/a;b", PathFault::Semicolon),
            (b"/%ff", PathFault::Utf8),
            (b"/\xff", PathFault::Utf8),
        ] {
            assert_eq!(fault(raw), expected, "{raw:?}");
        }
        assert_eq!(
            Target::parse(None, Semicolon::Deny).unwrap_err(),
            PathFault::Missing
        );
    }

    #[test]
    fn the_query_stands_apart() {
        let target = Target::parse(Some(b"/a/../b?x=1?y"), Semicolon::Deny).unwrap();
        assert_eq!(target.path(), b"/b");
        assert_eq!(target.query(), Some(&b"x=1?y"[..]));
        assert_eq!(target.rewritten(), Some(&b"/b?x=1?y"[..]));
        let target = Target::parse(Some(b"/a?"), Semicolon::Deny).unwrap();
        assert_eq!((target.query(), target.rewritten()), (Some(&b""[..]), None));
        assert_eq!(
            Target::parse(Some(b"/a"), Semicolon::Deny).unwrap().query(),
            None
        );
    }

    #[test]
    fn hosts_lose_port_case_and_one_dot() {
        for (raw, expected) in [
            ("API.Example.com:443", "api.example.com"),
            ("a.b.", "a.b"),
            ("[::1]:80", "[::1]"),
        ] {
            assert_eq!(host(Some(raw.as_bytes())).unwrap(), expected);
        }
        for raw in [
            "", ":80", "a,b", "user@a", ".", "a b", "a:80:b", "a:b", "[::1]a", "[::1", "a/b",
            "a\\b", "a#b", "a%2eb",
        ] {
            assert_eq!(host(Some(raw.as_bytes())), Err(PathFault::Host), "{raw}");
        }
    }
}
