//! `jwks`: the keys of a provider, in the policy or fetched.

use crate::jwk::{Key, KeySet, MAX_KEYS};
use crate::policy::Keys;
use std::time::Duration;
use tollgate_kit::config::Setting;
use tollgate_kit::remote::Remote;

/// Reads the keys of the provider `name`, and how long a fetch of them may take.
pub(super) fn jwks(
    setting: Setting<'_>,
    name: &str,
    remotes: &mut Vec<Remote>,
) -> Option<(Keys, Duration)> {
    let mut members = setting.object()?;
    let (inline, remote) = (members.optional("inline"), members.optional("remote"));
    match (&inline, &remote) {
        (Some(_), Some(_)) => members.fault("both `inline` and `remote` are there; keep one"),
        (None, None) => members.fault("neither `inline` nor `remote` is there; one is needed"),
        (Some(_), None) | (None, Some(_)) => {}
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
    let mut period = |name, usual, least| period(members.optional(name), usual, least);
    // Longer than a fetch within a network takes, shorter than clients notice.
    let timeout = period(
        "timeout",
        Duration::from_millis(200),
        Duration::from_millis(1),
    );
    let refresh = period("refresh", Duration::from_secs(600), Duration::from_secs(1));
    let max_stale = period("max_stale", Duration::from_secs(3600), Duration::ZERO);
    let on_demand_interval = period(
        "unknown_kid_interval",
        Duration::from_secs(30),
        Duration::ZERO,
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

fn period(setting: Option<Setting<'_>>, usual: Duration, least: Duration) -> Duration {
    let Some(setting) = setting else {
        return usual;
    };
    let here = setting.clone();
    let period = setting.duration().unwrap_or(usual);
    if period < least {
        here.fault(format!("must be at least {} ms", least.as_millis()));
    }
    period
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
    // What stands before an `@` may be secret, so that the URI isn't shown.
    if authority.contains('@') {
        here.fault("a key set is fetched without user information");
        return None;
    }
    if !is_authority(authority) {
        return here.expected("a URI with a host, and a port below 65536 if any");
    }
    if !path
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && byte != b'#')
    {
        return here.expected("a URI without white space and fragment");
    }
    let path = if path.is_empty() { "/" } else { path };
    Some((scheme.to_owned(), authority.to_owned(), path.to_owned()))
}

fn is_authority(authority: &str) -> bool {
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        Some(_) | None => (authority, None),
    };
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._[:]".contains(&byte);
    let port = port.is_none_or(|port| port.parse::<u16>().is_ok_and(|port| port > 0));
    !host.is_empty() && host.bytes().all(plain) && port
}

/// More than this is no key set that anyone means.
const MAX_SET_BYTES: usize = 64 * 1024;
