//! `providers`: whose tokens are taken, from where, and what they must carry.

use super::forward::forward;
use super::keys::jwks;
use super::source::sources;
use crate::algorithm::{self, Algorithm, NAMES};
use crate::policy::{Keys, Provider, Sender, Skew, plain_type};
use std::time::Duration;
use tollgate_kit::config::Setting;
use tollgate_kit::json::Node;
use tollgate_kit::remote::{Remote, fnv};

/// Reads the list; what is fetched goes to `remotes`.
pub(super) fn providers(setting: Setting<'_>, remotes: &mut Vec<Remote>) -> Option<Vec<Provider>> {
    let list = setting.non_empty_list()?;
    for member in ["issuer", "name"] {
        refuse_twice(&list, member);
    }
    let read = |setting| provider(setting, remotes);
    Some(list.into_iter().filter_map(read).collect())
}

/// The names that the list gives, also of providers with other faults.
pub(super) fn names(setting: &Setting<'_>) -> Vec<String> {
    let list = setting.node.as_array();
    let name = |provider: Node<'_>| Some(provider.get("name")?.as_str()?.to_owned());
    list.iter()
        .flat_map(|list| list.iter())
        .filter_map(name)
        .collect()
}

fn refuse_twice(list: &[Setting<'_>], member: &str) {
    let mut seen = Vec::new();
    for setting in list {
        let Some(text) = setting.node.get(member).and_then(|node| node.as_str()) else {
            continue;
        };
        if seen.contains(&text) {
            setting.fault(format!("another provider has the same {member}"));
        }
        seen.push(text);
    }
}

fn provider(setting: Setting<'_>, remotes: &mut Vec<Remote>) -> Option<Provider> {
    let identity = setting.node.source().to_owned();
    let mut members = setting.object()?;
    let name = members.required("name").and_then(provider_name);
    let issuer = members.required("issuer").and_then(Setting::text);
    let audiences = members.required("audiences").and_then(Setting::texts);
    let algorithms = members.required("algorithms").and_then(algorithms);
    let plain = |setting: Setting<'_>| setting.text().map(|typ| plain_type(&typ));
    let types = members
        .optional("types")
        .and_then(|setting| setting.each(plain));
    let jwks = members.required("jwks").and_then(|setting| {
        let here = setting.clone();
        let keys = jwks(setting, name.as_deref().unwrap_or(""), remotes)?;
        refuse_useless(&here, &keys.0, algorithms.as_deref().unwrap_or_default());
        Some(keys)
    });
    let clock_skew = members
        .optional("clock_skew")
        .and_then(skew)
        .unwrap_or_default();
    // A token without an end or a beginning is one that nobody can take back.
    let require = members
        .optional("require")
        .and_then(Setting::texts)
        .unwrap_or_else(|| vec!["exp".into(), "iat".into()]);
    let mut bound = |name, needed: &[&str]| {
        let setting = members.optional(name)?;
        refuse_unbounded(&setting, &require, needed);
        let here = setting.clone();
        let bound = setting.duration()?;
        if bound.is_zero() {
            here.fault_with_hint("no token would pass", "leave it out for no bound");
        }
        Some(bound)
    };
    let max_age: Option<Duration> = bound("max_age", &["iat"]);
    let max_lifetime = bound("max_lifetime", &["exp", "iat"]);
    let sender = members
        .optional("sender")
        .and_then(|setting| sender(setting, &identity))
        .unwrap_or(Sender::Bearer);
    let (forward, remove) = forward(members.optional("forward"));
    let sources = sources(members.optional("from"), &sender, remove);
    members.finish();
    let (keys, timeout) = jwks?;
    Some(Provider {
        name: name?,
        issuer: issuer?,
        audiences: audiences?,
        algorithms: algorithms?,
        types,
        keys,
        timeout,
        clock_skew,
        require,
        max_age,
        max_lifetime,
        sources: sources?,
        sender,
        forward,
    })
}

/// Inline keys of which none is for one of the algorithms verify nothing.
fn refuse_useless(setting: &Setting<'_>, keys: &Keys, algorithms: &[Algorithm]) {
    let Keys::Inline(set) = keys else {
        return;
    };
    let is_for = |algorithm: &Algorithm| set.candidates(None, *algorithm).is_ok();
    if !set.is_empty() && !algorithms.is_empty() && !algorithms.iter().any(is_for) {
        setting.fault_with_hint(
            "no key is for one of the `algorithms`",
            "`kty`, `crv` and `alg` of a key say what it is for",
        );
    }
}

/// A bound on a claim that may be absent bounds nothing.
fn refuse_unbounded(setting: &Setting<'_>, require: &[String], needed: &[&str]) {
    let missing = needed
        .iter()
        .find(|name| !require.iter().any(|known| known == *name));
    if let Some(name) = missing {
        setting.fault_with_hint(
            format!("tokens without `{name}` would not be bounded"),
            format!("put `{name}` into `require`"),
        );
    }
}

/// `identity` is all that makes the provider what it is: a part of the names of
/// what is kept for it in shared data.
fn sender(setting: Setting<'_>, identity: &str) -> Option<Sender> {
    let choices = &[("none", 0), ("mtls", 1), ("dpop", 2)];
    Some(match setting.choice(choices)? {
        1 => Sender::Mtls,
        2 => Sender::Dpop {
            book: format!("tollgate/1/{:016x}/proofs", fnv(identity.as_bytes())),
        },
        _ => Sender::Bearer,
    })
}

fn provider_name(setting: Setting<'_>) -> Option<String> {
    let here = setting.clone();
    let name = setting.text()?;
    if name.len() > 32
        || !name
            .bytes()
            .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_'))
    {
        return here.expected("1 to 32 of `a-z`, `0-9` and `_`");
    }
    Some(name)
}

fn algorithms(setting: Setting<'_>) -> Option<Vec<Algorithm>> {
    let mut algorithms = Vec::new();
    for setting in setting.non_empty_list()? {
        let here = setting.clone();
        if let Some(why) = setting.node.as_str().and_then(algorithm::refused) {
            here.fault(format!(
                "{:?} is not accepted: {why}",
                setting.node.as_str().unwrap_or("")
            ));
            continue;
        }
        let Some(algorithm) = setting.choice(NAMES) else {
            continue;
        };
        if algorithms.contains(&algorithm) {
            here.fault("the algorithm is in the list twice");
        }
        algorithms.push(algorithm);
    }
    Some(algorithms)
}

fn skew(setting: Setting<'_>) -> Option<Skew> {
    let mut members = setting.object()?;
    let mut read = |name| {
        members
            .optional(name)
            .and_then(Setting::duration)
            .unwrap_or_default()
    };
    let skew = Skew {
        exp: read("exp"),
        nbf: read("nbf"),
        iat: read("iat"),
    };
    members.finish();
    Some(skew)
}
