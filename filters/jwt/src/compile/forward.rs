//! `forward`: what the upstream and later filters are told of a good token.

use super::condition::claim_path;
use crate::claims::ClaimPath;
use crate::forward::{Forward, State};
use std::rc::Rc;
use tollgate_kit::config::{Members, Setting};

/// Reads it; the flag is whether the token is taken out.
pub(super) fn forward(setting: Option<Setting<'_>>) -> (Forward, bool) {
    // Removed, so that no upstream can use it in the client's name.
    let usual = (Forward::default(), true);
    let Some(mut members) = setting.and_then(Setting::object) else {
        return usual;
    };
    let choices = &[("remove", true), ("keep", false)];
    let remove = members
        .optional("token")
        .and_then(|setting| setting.choice(choices))
        .unwrap_or(true);
    let payload = members.optional("payload_header").and_then(field);
    let claims = members.optional("claims").and_then(Setting::non_empty_list);
    let claims = claims.unwrap_or_default().into_iter();
    let claims = claims.filter_map(claim).collect();
    let state = members.optional("filter_state").and_then(state);
    let forward = Forward {
        payload,
        claims,
        state: state.unwrap_or_default(),
    };
    refuse_twice(&forward, &members);
    members.finish();
    (forward, remove)
}

fn claim(setting: Setting<'_>) -> Option<(ClaimPath, Rc<str>)> {
    let mut members = setting.object()?;
    let claim = members.required("claim").and_then(claim_path);
    let field = members.required("header").and_then(field);
    members.finish();
    Some((claim?, field?))
}

/// A field that may be written without changing what the request is.
fn field(setting: Setting<'_>) -> Option<Rc<str>> {
    let here = setting.clone();
    let name = setting.field_name()?;
    if is_reserved(&name) {
        here.fault(format!(
            "`{name}` makes the request what it is, and cannot carry a claim"
        ));
        return None;
    }
    Some(name.into())
}

fn state(setting: Setting<'_>) -> Option<Vec<State>> {
    let choices = [State::Subject, State::Issuer, State::KeyId].map(|state| (state.name(), state));
    let mut list = Vec::new();
    for setting in setting.non_empty_list()? {
        let here = setting.clone();
        let Some(state) = setting.choice(&choices) else {
            continue;
        };
        if list.contains(&state) {
            here.fault(format!("`{}` is in the list twice", state.name()));
        }
        list.push(state);
    }
    Some(list)
}

/// Many servers take `_` and `-` as one.
fn refuse_twice(forward: &Forward, members: &Members<'_>) {
    let mut seen = Vec::new();
    for field in forward.fields() {
        let spelled = field.replace('_', "-");
        if seen.contains(&spelled) {
            members.fault(format!("the field `{field}` is written twice"));
        }
        seen.push(spelled);
    }
}

/// Whether a field decides how a request is read, or where it goes, or has a place
/// of its own in a policy.
pub(super) fn is_reserved(name: &str) -> bool {
    let spelled = name.replace('_', "-");
    RESERVED.contains(&spelled.as_str())
}

const RESERVED: [&str; 12] = [
    "connection",
    "content-length",
    "content-type",
    "cookie",
    "dpop",
    "expect",
    "host",
    "keep-alive",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];
