//! What no request carries to the upstream: tokens that are taken out where they
//! stood, and the client's copies of fields that only this filter writes.

use crate::policy::{Place, Policy};
use std::rc::Rc;
use tollgate_kit::fields::{Fields, is_spelled};
use tollgate_kit::pairs::{Pairs, is_name};
use tollgate_kit::verdict::{Edit, Edits};

/// Cleans the head of a request, whatever is decided about it.
#[must_use]
pub fn of_head(policy: &Policy, fields: &Fields) -> Edits {
    let mut edits = of_trailers(policy, fields);
    let removed = policy.sources.iter().filter(|source| source.remove);
    let places: Vec<&Place> = removed.map(|source| &source.place).collect();
    without_cookies(&places, fields, &mut edits);
    without_parameters(&places, fields, &mut edits);
    edits
}

/// Cleans trailers, which have no cookies and no query.
#[must_use]
pub fn of_trailers(policy: &Policy, fields: &Fields) -> Edits {
    let mut edits = Edits::new();
    for source in policy.sources.iter().filter(|source| source.remove) {
        // `Bearer` and `DPoP` stand in one field.
        let is_out = |name: &Rc<str>| {
            edits
                .iter()
                .any(|edit| matches!(edit, Edit::Remove(out) if out == name))
        };
        if let Place::Header { name, .. } = &source.place
            && fields.contains(name)
            && !is_out(name)
        {
            edits.remove(name.clone());
        }
    }
    if policy.forwarded.is_empty() {
        return edits;
    }
    for (name, _) in fields.iter() {
        let is_forwarded = |known: &Rc<str>| is_spelled(name, known.as_bytes());
        // Names are text: Envoy refuses others.
        if policy.forwarded.iter().any(is_forwarded)
            && let Ok(name) = std::str::from_utf8(name)
        {
            edits.remove(name);
            // The route may have been chosen by it.
            edits.reroute();
        }
    }
    edits
}

fn without_cookies(places: &[&Place], fields: &Fields, edits: &mut Edits) {
    let names = places.iter().filter_map(|place| match place {
        Place::Cookie(name) => Some(name.as_bytes()),
        Place::Header { .. } | Place::Query(_) => None,
    });
    let names: Vec<&[u8]> = names.collect();
    // Each as it came: what is kept keeps its bytes.
    let cookies = || {
        let fields = fields.get_all(COOKIE);
        let cookies = fields.flat_map(|field| field.split(|byte| *byte == b';'));
        cookies
            .map(<[u8]>::trim_ascii)
            .filter(|cookie| !cookie.is_empty())
    };
    let is_token = |cookie: &[u8]| {
        let mut pairs = Pairs::of_cookies(cookie);
        pairs.any(|(name, _)| names.contains(&name))
    };
    if names.is_empty() || !cookies().any(is_token) {
        return;
    }
    let kept: Vec<&[u8]> = cookies().filter(|cookie| !is_token(cookie)).collect();
    if kept.is_empty() {
        edits.remove(COOKIE);
    } else {
        edits.set(COOKIE, kept.join(&b"; "[..]));
    }
}

fn without_parameters(places: &[&Place], fields: &Fields, edits: &mut Edits) {
    let is_token = |pair: &&[u8]| {
        let name = pair.split(|byte| *byte == b'=').next().unwrap_or_default();
        places.iter().any(|place| match place {
            Place::Query(known) => is_name(name, known),
            Place::Header { .. } | Place::Cookie(_) => false,
        })
    };
    let target = fields.get(":path").unwrap_or_default();
    let mut halves = target.splitn(2, |byte| *byte == b'?');
    let (Some(path), Some(query)) = (halves.next(), halves.next()) else {
        return;
    };
    let pairs = || query.split(|byte| *byte == b'&');
    if !pairs().any(|pair| is_token(&pair)) {
        return;
    }
    let kept: Vec<&[u8]> = pairs().filter(|pair| !is_token(pair)).collect();
    let target = match kept.is_empty() {
        true => path.to_vec(),
        false => [path, &kept.join(&b'&')].join(&b'?'),
    };
    edits.set(":path", target);
    edits.reroute();
}

const COOKIE: &str = "cookie";
