//! Where a token stands in a request (RFC 6750 §2): one place, one token.

use crate::policy::Source;
use crate::reason;
use tollgate_kit::fields::Fields;
use tollgate_kit::verdict::Denial;

/// A token, and where it stood.
#[derive(Debug, Clone, Copy)]
pub struct Found<'r> {
    /// The token's text.
    pub text: &'r [u8],
    /// The place, one of the policy's.
    pub source: &'r Source,
}

/// The only token in the fields that `sources` name; `None` without one.
pub fn token<'r>(
    fields: &'r Fields,
    sources: &'r [Source],
) -> Result<Option<Found<'r>>, Box<Denial>> {
    let mut found = None;
    for source in sources {
        for value in fields.get_all(&source.header) {
            // Envoy joins two fields by a comma before a filter sees them.
            for (at, part) in value.split(|byte| *byte == b',').enumerate() {
                let Some(part) = credentials(part.trim_ascii_start(), &source.scheme) else {
                    continue;
                };
                if found.is_some() || at > 0 {
                    return Err(Denial::new(
                        &reason::MULTIPLE,
                        "the request has more than one token",
                    ));
                }
                // All of it: what stands behind a comma and is no token makes it none.
                let text = credentials(value.trim_ascii_start(), &source.scheme).unwrap_or(part);
                found = Some(Found { text, source });
            }
        }
    }
    Ok(found)
}

/// What follows the scheme, which ignores case (RFC 9110 §11.1), and the space
/// behind it. Another white space there stays, and makes the token malformed.
fn credentials<'v>(value: &'v [u8], scheme: &str) -> Option<&'v [u8]> {
    let (head, rest) = value.split_at_checked(scheme.len())?;
    if !head.eq_ignore_ascii_case(scheme.as_bytes()) {
        return None;
    }
    if scheme.is_empty() {
        return Some(rest.trim_ascii());
    }
    let spaces = rest.iter().take_while(|byte| **byte == b' ').count();
    match rest.first() {
        Some(b' ') => Some(rest.get(spaces..)?.trim_ascii_end()),
        Some(b'\t') => Some(rest),
        Some(_) | None => None,
    }
}
