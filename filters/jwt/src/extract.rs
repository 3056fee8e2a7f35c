//! Where a token stands in a request (RFC 6750 §2): one place, one token.

use crate::policy::{DPOP, Place, Source};
use crate::reason;
use std::borrow::Cow;
use tollgate_kit::fields::{Fields, has_byte};
use tollgate_kit::pairs::{Pairs, is_name};
use tollgate_kit::path::{Target, percent_decode};
use tollgate_kit::stage::Request;
use tollgate_kit::verdict::Denial;

/// A token, and where it stood.
#[derive(Debug, Clone)]
pub struct Found<'r> {
    /// The token's text.
    pub text: Cow<'r, [u8]>,
    /// The place, one of the policy's.
    pub source: &'r Source,
}

/// The only token in the places that `sources` name; `None` without one.
pub fn token<'r>(
    request: &'r Request<'_>,
    sources: &'r [Source],
) -> Result<Option<Found<'r>>, Box<Denial>> {
    let mut found = None;
    for source in sources {
        let mut tokens = match &source.place {
            Place::Header { name, scheme } => in_header(request.fields, name, scheme)?,
            Place::Cookie(name) => in_cookies(request.fields, name),
            Place::Query(name) => in_query(request.target, name),
        };
        let Some(text) = tokens.pop() else {
            continue;
        };
        if found.is_some() || !tokens.is_empty() {
            return Err(multiple());
        }
        found = Some(Found { text, source });
    }
    Ok(found)
}

fn in_header<'r>(
    fields: &'r Fields,
    name: &'r str,
    scheme: &str,
) -> Result<Vec<Cow<'r, [u8]>>, Box<Denial>> {
    let mut tokens = Vec::new();
    for value in fields.get_all(name) {
        if !has_byte(value, b',') {
            let text = credentials(trim_start(value), scheme);
            tokens.extend(text.map(Cow::Borrowed));
            continue;
        }
        // Envoy joins two fields by a comma before a filter sees them.
        for (at, part) in value.split(|byte| *byte == b',').enumerate() {
            let part = trim_start(part);
            let Some(part) = credentials(part, scheme) else {
                if at > 0
                    && !tokens.is_empty()
                    && KNOWN.iter().any(|known| credentials(part, known).is_some())
                {
                    return Err(multiple());
                }
                continue;
            };
            if at > 0 {
                return Err(multiple());
            }
            // All of it: what stands behind a comma and is no token makes it none.
            let text = credentials(trim_start(value), scheme).unwrap_or(part);
            tokens.push(Cow::Borrowed(text));
        }
    }
    Ok(tokens)
}

fn in_cookies<'r>(fields: &'r Fields, name: &str) -> Vec<Cow<'r, [u8]>> {
    let cookies = fields.get_all("cookie").flat_map(Pairs::of_cookies);
    let named = cookies.filter(|(known, _)| *known == name.as_bytes());
    named.map(|(_, value)| Cow::Borrowed(value)).collect()
}

fn in_query<'r>(target: Option<&'r Target>, name: &str) -> Vec<Cow<'r, [u8]>> {
    let pairs = Pairs::of_query(target.and_then(Target::query));
    let named = pairs.filter(|(raw, _)| is_name(raw, name));
    named
        .map(|(_, value)| match value.contains(&b'%') {
            true => Cow::Owned(percent_decode(value)),
            false => Cow::Borrowed(value),
        })
        .collect()
}

fn multiple() -> Box<Denial> {
    Denial::new(&reason::MULTIPLE, "the request has more than one token")
}

/// What follows the scheme, which ignores case (RFC 9110 §11.1), and the space
/// behind it. Another white space there stays, and makes the token malformed.
fn credentials<'v>(value: &'v [u8], scheme: &str) -> Option<&'v [u8]> {
    let (head, rest) = value.split_at_checked(scheme.len())?;
    if !head.eq_ignore_ascii_case(scheme.as_bytes()) {
        return None;
    }
    if scheme.is_empty() {
        return Some(trim_end(trim_start(rest)));
    }
    let spaces = rest.iter().take_while(|byte| **byte == b' ').count();
    match rest.first() {
        Some(b' ') => Some(trim_end(rest.get(spaces..)?)),
        Some(b'\t') => Some(rest),
        Some(_) | None => None,
    }
}

/// Without the white space that is no part of a field's value (RFC 9110 §5.5). A
/// line break is none: a token has none either.
fn trim_start(value: &[u8]) -> &[u8] {
    let spaces = value.iter().take_while(|byte| is_space(byte)).count();
    value.get(spaces..).unwrap_or_default()
}

fn trim_end(value: &[u8]) -> &[u8] {
    let spaces = value.iter().rev().take_while(|byte| is_space(byte)).count();
    let end = value.len().saturating_sub(spaces);
    value.get(..end).unwrap_or_default()
}

const fn is_space(byte: &u8) -> bool {
    matches!(*byte, b' ' | b'\t')
}

/// Schemes that tell a second field behind a comma, whichever the policy takes.
const KNOWN: [&str; 3] = ["Basic", "Bearer", DPOP];
