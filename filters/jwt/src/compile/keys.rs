//! `jwks`: the keys of a provider, in the policy or fetched.

use crate::jwk::{Key, KeySet, MAX_KEYS};
use crate::policy::Keys;
use std::time::Duration;
use tollgate_kit::config::{Members, Setting};
use tollgate_kit::remote::Remote;

/// Reads the keys of the provider `name`, and how long a fetch of them may take.
pub(super) fn jwks(
    setting: Setting<'_>,
    name: &str,
    remotes: &mut Vec<Remote>,
) -> Option<(Keys, Duration)> {
    let mut members = setting.object()?;
    let (inline, remote) = (members.optional("inline"), members.optional("remote"));
    if inline.is_some() == remote.is_some() {
        members.fault("expected one of `inline` and `remote`");
    }
    members.finish();
    match (inline, remote) {
        (Some(inline), None) => Some((Keys::Inline(key_set(inline)?), Duration::ZERO)),
        (None, Some(setting)) => {
            let remote = remote_keys(setting, name)?;
            let timeout = remote.timeout;
            remotes.push(remote);
            Some((Keys::Remote(remotes.len().saturating_sub(1)), timeout))
        }
        (Some(_), Some(_)) | (None, None) => None,
    }
}

fn key_set(setting: Setting<'_>) -> Option<KeySet> {
    let mut members = setting.object()?;
    let list = members.required("keys").and_then(Setting::non_empty_list)?;
    members.finish();
    if list.len() > MAX_KEYS {
        members_fault(&list);
    }
    let mut keys = Vec::new();
    for setting in list {
        match Key::read(setting.node) {
            Ok(key) => keys.push(key),
            Err(fault) => setting.fault(fault),
        }
    }
    Some(KeySet::new(keys))
}

fn members_fault(list: &[Setting<'_>]) {
    if let Some(first) = list.get(MAX_KEYS) {
        first.fault(format!("a set has at most {MAX_KEYS} keys"));
    }
}

fn remote_keys(setting: Setting<'_>, name: &str) -> Option<Remote> {
    let identity = setting.node.source().to_owned();
    let mut members = setting.object()?;
    let uri = members.required("uri").and_then(uri);
    let cluster = members.required("cluster").and_then(Setting::text);
    let timeout = period(&mut members, "timeout", Duration::from_millis(200));
    let refresh = period(&mut members, "refresh", Duration::from_secs(600));
    if refresh < Duration::from_secs(1) {
        members.fault("`refresh` must be at least 1s");
    }
    let max_stale = period(&mut members, "max_stale", Duration::from_secs(3600));
    let on_demand_interval = period(
        &mut members,
        "unknown_kid_interval",
        Duration::from_secs(30),
    );
    members.finish();
    let (scheme, authority, path) = uri?;
    Some(Remote {
        name: name.to_owned(),
        identity,
        cluster: cluster?,
        scheme,
        authority,
        path,
        timeout,
        refresh,
        max_stale,
        on_demand_interval,
        max_bytes: MAX_SET_BYTES,
    })
}

fn period(members: &mut Members<'_>, name: &'static str, usual: Duration) -> Duration {
    members
        .optional(name)
        .and_then(Setting::duration)
        .unwrap_or(usual)
}

/// Scheme, authority and path of an `http` or `https` URI.
fn uri(setting: Setting<'_>) -> Option<(String, String, String)> {
    let here = setting.clone();
    let uri = setting.text()?;
    let (scheme, rest) = match uri.split_once("://") {
        Some((scheme @ ("http" | "https"), rest)) => (scheme, rest),
        Some(_) | None => return here.expected("an http or https URI"),
    };
    let (authority, path) = rest.split_at_checked(rest.find('/').unwrap_or(rest.len()))?;
    if authority.is_empty() || authority.contains('@') {
        return here.expected("a URI with a host and without user information");
    }
    let path = if path.is_empty() { "/" } else { path };
    Some((scheme.to_owned(), authority.to_owned(), path.to_owned()))
}

/// More than this is no key set that anyone means.
const MAX_SET_BYTES: usize = 64 * 1024;
