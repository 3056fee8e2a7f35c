//! Where a token stands in a request (RFC 6750 §2): one place, one token.

use crate::policy::Source;
use crate::reason;
use tollgate_kit::fields::Fields;
use tollgate_kit::verdict::Denial;

/// The only token in the fields that `sources` name; `None` without one.
pub fn token<'r>(
    fields: &'r Fields,
    sources: &'r [Source],
) -> Result<Option<&'r [u8]>, Box<Denial>> {
    let mut found = None;
    for source in sources {
        for value in fields.get_all(&source.header) {
            let Some(token) = credentials(value, &source.scheme) else {
                continue;
            };
            if found.is_some() || names_another(token, sources) {
                return Err(Denial::new(
                    &reason::MULTIPLE,
                    "the request has more than one token",
                ));
            }
            found = Some(token);
        }
    }
    Ok(found)
}

/// What follows the scheme, which ignores case (RFC 9110 §11.1).
fn credentials<'v>(value: &'v [u8], scheme: &str) -> Option<&'v [u8]> {
    if scheme.is_empty() {
        return Some(value.trim_ascii());
    }
    let (head, rest) = value.split_at_checked(scheme.len())?;
    let rest = rest.strip_prefix(b" ")?;
    head.eq_ignore_ascii_case(scheme.as_bytes())
        .then(|| rest.trim_ascii())
}

/// Envoy joins two fields by a comma before a filter sees them.
fn names_another(token: &[u8], sources: &[Source]) -> bool {
    token.split(|byte| *byte == b',').skip(1).any(|part| {
        sources
            .iter()
            .any(|source| credentials(part.trim_ascii(), &source.scheme).is_some())
    })
}
