//! `providers`: whose tokens are taken, from where, and what they must carry.

use super::keys::jwks;
use crate::algorithm::{Algorithm, NAMES};
use crate::policy::{Provider, Skew, Source};
use tollgate_kit::config::Setting;
use tollgate_kit::remote::Remote;

/// Reads the list; what is fetched goes to `remotes`.
pub(super) fn providers(setting: Setting<'_>, remotes: &mut Vec<Remote>) -> Option<Vec<Provider>> {
    let mut providers: Vec<Provider> = Vec::new();
    for setting in setting.non_empty_list()? {
        let here = setting.clone();
        let Some(provider) = provider(setting, remotes) else {
            continue;
        };
        if providers
            .iter()
            .any(|other| other.issuer == provider.issuer)
        {
            here.fault("another provider has the same issuer");
        }
        if providers.iter().any(|other| other.name == provider.name) {
            here.fault("another provider has the same name");
        }
        providers.push(provider);
    }
    Some(providers)
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
        return here.expected("1 to 32 of a to z, 0 to 9 and _");
    }
    Some(name)
}

fn algorithms(setting: Setting<'_>) -> Option<Vec<Algorithm>> {
    let list = setting.non_empty_list()?;
    Some(
        list.into_iter()
            .filter_map(|setting| setting.choice(NAMES))
            .collect(),
    )
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
