//! The decisions: which requests pass and with which fields, and what a
//! response looks like in the end. Edits are given only where something changes.

use crate::cookie;
use crate::fingerprints;
use crate::media_type;
use crate::policy::{Found, RequestPolicy, ResponsePolicy, Wanted};
use crate::raw::{Duplicates, Fate, TlsFrom};
use crate::reason;
use crate::rule::Rule;
use crate::singletons;
use std::rc::Rc;
use tollgate_kit::fields::Fields;
use tollgate_kit::stage::{Request, Response};
use tollgate_kit::trace::Trace;
use tollgate_kit::verdict::{Denial, Edit, Edits};

/// Judges the head of a request: method, singletons, content type; then takes
/// out what a client must not say.
pub fn request(
    policy: &RequestPolicy,
    request: &Request<'_>,
    trace: Trace<'_>,
) -> Result<Edits, Box<Denial>> {
    check_method(policy, request.fields)?;
    trace.step(|| format!("the method {} may pass", request.method()));
    check_singletons(policy, request.fields)?;
    check_content_type(request.fields)?;
    trace.step(|| "the head has one reading: no singleton twice, no odd content-type".to_owned());
    Ok(without_spoofable(policy, request.fields))
}

/// What makes a response what the policy wants it to be.
#[must_use]
pub fn response(policy: &ResponsePolicy, response: &Response<'_>) -> Edits {
    let mut edits = Edits::with_capacity(policy.wanted.len());
    let mut seen = vec![Seen::default(); policy.wanted.len()];
    let mut cookies = false;
    for (name, value) in response.fields.iter() {
        match policy.names.get(name) {
            Some((_, Found::Wanted(at))) => {
                if let Some(seen) = seen.get_mut(*at) {
                    seen.add(value);
                }
            }
            Some((_, Found::Cookie)) => cookies = true,
            Some((name, Found::Unwanted)) => remove_once(&mut edits, name),
            None if is_envoys(policy, name) => remove_as_named(&mut edits, name),
            None => {}
        }
    }
    if cookies {
        harden_cookies(policy, response.fields, &mut edits);
    }
    let tls = is_tls(policy, response.request);
    for (wanted, seen) in policy.wanted.iter().zip(&seen) {
        if wanted.rule == Rule::KeepUnlessWeaker && !tls {
            continue;
        }
        match settle(wanted, *seen, response.fields) {
            // Nothing to look for, which is most of the work of setting a field.
            Some(value) if *seen == Seen::None => edits.append(wanted.name.clone(), value),
            Some(value) => edits.set(wanted.name.clone(), value),
            None => {}
        }
    }
    edits
}

/// Whether the client speaks TLS, as far as the policy believes it.
fn is_tls(policy: &ResponsePolicy, request: &Request<'_>) -> bool {
    match policy.tls_from {
        TlsFrom::Connection => request.tls,
        TlsFrom::ForwardedProto => {
            let proto = request.fields.get("x-forwarded-proto");
            proto.is_some_and(|proto| proto.eq_ignore_ascii_case(b"https"))
        }
    }
}

/// Every cookie is a field of its own and stays one (RFC 9110 §5.3): where one
/// changes, all are written again in their order.
fn harden_cookies(policy: &ResponsePolicy, fields: &Fields, edits: &mut Edits) {
    let hardened = |value| cookie::hardened(&policy.cookies, value);
    let values: Vec<(&[u8], Option<Vec<u8>>)> = fields
        .get_all(SET_COOKIE)
        .map(|value| (value, hardened(value)))
        .collect();
    if values.iter().all(|(_, hardened)| hardened.is_none()) {
        return;
    }
    edits.remove(SET_COOKIE);
    for (value, hardened) in values {
        edits.append(SET_COOKIE, hardened.unwrap_or_else(|| value.to_vec()));
    }
}

const SET_COOKIE: &str = "set-cookie";

/// Methods are compared exactly, RFC 9110 §9.1.
fn check_method(policy: &RequestPolicy, fields: &Fields) -> Result<(), Box<Denial>> {
    let method = fields.get(":method").unwrap_or_default();
    if policy
        .methods
        .iter()
        .any(|known| known.as_bytes() == method)
    {
        return Ok(());
    }
    let allow = policy.methods.join(", ");
    let mut denial = Denial::new(&reason::METHOD, format!("the method is not one of {allow}"));
    denial.allow = Some(allow);
    Err(denial)
}

fn check_singletons(policy: &RequestPolicy, fields: &Fields) -> Result<(), Box<Denial>> {
    if policy.duplicate_singletons == Duplicates::Allow {
        return Ok(());
    }
    match singletons::duplicate(fields) {
        None => Ok(()),
        Some(name) => Err(
            Denial::new(&reason::DUPLICATE, format!("`{name}` came more than once"))
                .with_fact("field", name),
        ),
    }
}

fn check_content_type(fields: &Fields) -> Result<(), Box<Denial>> {
    if fields
        .get_all("content-type")
        .all(media_type::is_well_formed)
    {
        return Ok(());
    }
    Err(
        Denial::new(&reason::MALFORMED, "`content-type` is not a media type")
            .with_fact("field", "content-type"),
    )
}

/// What takes out of a head or trailers what a client must not say. Gateways that
/// follow CGI make `_` of `-`, so the two are one to them.
#[must_use]
pub fn without_spoofable(policy: &RequestPolicy, fields: &Fields) -> Edits {
    let mut edits = Edits::new();
    for (name, _) in fields.iter() {
        if policy.spoofable.has_spelling(name) {
            remove_as_named(&mut edits, name);
        }
    }
    edits
}

fn is_envoys(policy: &ResponsePolicy, name: &[u8]) -> bool {
    policy.fingerprints == Fate::Remove && name.starts_with(fingerprints::ENVOY)
}

/// What a response has of a wanted field.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Seen<'f> {
    #[default]
    None,
    Once(&'f [u8]),
    Often,
}

// === impl Seen ===

impl<'f> Seen<'f> {
    fn add(&mut self, value: &'f [u8]) {
        *self = match self {
            Self::None => Self::Once(value),
            Self::Once(_) | Self::Often => Self::Often,
        };
    }
}

/// The value to write, where the response doesn't have exactly that already.
fn settle(wanted: &Wanted, seen: Seen<'_>, fields: &Fields) -> Option<Rc<[u8]>> {
    match seen {
        Seen::None => Some(wanted.value.clone()),
        Seen::Once(value) => {
            let stands =
                value == &*wanted.value || wanted.rule.kept(&[value], &wanted.value).is_some();
            (!stands).then(|| wanted.value.clone())
        }
        Seen::Often => {
            let values: Vec<&[u8]> = fields.get_all(&wanted.name).collect();
            Some(match wanted.rule.kept(&values, &wanted.value) {
                Some(kept) => kept.into(),
                None => wanted.value.clone(),
            })
        }
    }
}

/// A removal takes every field of the name, so one is enough.
fn remove_once(edits: &mut Edits, name: &Rc<str>) {
    let removed = |edit: &Edit| matches!(edit, Edit::Remove(other) if other == name);
    if !edits.iter().any(removed) {
        edits.remove(name.clone());
    }
}

/// Names are text: Envoy refuses others.
fn remove_as_named(edits: &mut Edits, name: &[u8]) {
    if let Ok(name) = std::str::from_utf8(name) {
        remove_once(edits, &name.into());
    }
}
