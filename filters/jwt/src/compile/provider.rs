//! `providers`: whose tokens are taken, from where, and what they must carry.

use super::keys::jwks;
use crate::algorithm::{self, Algorithm, NAMES};
use crate::policy::{Provider, Skew, Source};
use tollgate_kit::config::Setting;
use tollgate_kit::json::Node;
use tollgate_kit::remote::Remote;

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
    let mut members = setting.object()?;
    let name = members.required("name").and_then(provider_name);
    let issuer = members.required("issuer").and_then(Setting::text);
    let audiences = members.required("audiences").and_then(Setting::texts);
    let algorithms = members.required("algorithms").and_then(algorithms);
    let types = members
        .optional("types")
        .and_then(Setting::texts)
        .map(|types| types.iter().map(|typ| plain_type(typ)).collect());
    let jwks = members
        .required("jwks")
        .and_then(|setting| jwks(setting, name.as_deref().unwrap_or(""), remotes));
    let clock_skew = members
        .optional("clock_skew")
        .and_then(skew)
        .unwrap_or_default();
    // A token without an end or a beginning is one that nobody can take back.
    let require = members
        .optional("require")
        .and_then(Setting::texts)
        .unwrap_or_else(|| vec!["exp".into(), "iat".into()]);
    let max_age = members.optional("max_age").and_then(Setting::duration);
    // Removed, so that no upstream can use it in the client's name.
    let remove = members
        .optional("forward")
        .and_then(forward)
        .unwrap_or(true);
    let sources = match members.optional("from") {
        Some(setting) => sources(setting, remove),
        None => Some(vec![Source {
            header: "authorization".into(),
            scheme: "Bearer".into(),
            remove,
        }]),
    };
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
        sources: sources?,
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

fn plain_type(typ: &str) -> String {
    let typ = typ.to_ascii_lowercase();
    typ.strip_prefix("application/")
        .map_or(typ.clone(), str::to_owned)
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

fn forward(setting: Setting<'_>) -> Option<bool> {
    let mut members = setting.object()?;
    let choices = &[("remove", true), ("keep", false)];
    let remove = members
        .optional("token")
        .and_then(|setting| setting.choice(choices));
    members.finish();
    remove
}

fn sources(setting: Setting<'_>, remove: bool) -> Option<Vec<Source>> {
    let mut sources = Vec::new();
    for setting in setting.non_empty_list()? {
        let mut members = setting.object()?;
        let header = members.required("header").and_then(Setting::field_name);
        let scheme = members
            .optional("scheme")
            .and_then(Setting::text)
            .unwrap_or_default();
        members.finish();
        sources.push(Source {
            header: header?.into(),
            scheme,
            remove,
        });
    }
    Some(sources)
}
