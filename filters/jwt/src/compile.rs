//! Reads the `jwt` section: every mistake with its path, every default with its
//! reason.

use crate::algorithm::{Algorithm, NAMES};
use crate::jwk::{Key, KeySet, MAX_KEYS};
use crate::policy::{Access, Host, Keys, Policy, Provider, Requirement, Rule, Skew, Source};
use std::time::Duration;
use tollgate_kit::config::{Members, Setting};
use tollgate_kit::path::Semicolon;
use tollgate_kit::remote::Remote;
use tollgate_kit::stage::Detail;
use tollgate_kit::template::{Template, TrailingSlash};
use tollgate_kit::verdict::Mode;

const MODES: &[(&str, Mode)] = &[("enforce", Mode::Enforce), ("report", Mode::Report)];

/// Compiles the section.
#[must_use]
pub fn policy(setting: Setting<'_>) -> Option<Policy> {
    let mut section = setting.object()?;
    let mode = section
        .optional("mode")
        .and_then(|setting| setting.choice(MODES))
        .unwrap_or_default();
    let details = &[("full", Detail::Full), ("minimal", Detail::Minimal)];
    let detail = section
        .optional("detail")
        .and_then(|setting| setting.choice(details))
        .unwrap_or_default();
    let mut remotes = Vec::new();
    let providers = section
        .required("providers")
        .and_then(|setting| providers(setting, &mut remotes));
    let rules = section.optional("rules").and_then(Setting::list);
    // With rules, what matches none is refused: a path spelled differently must
    // not slip past one. Without, any good token is let in.
    let defaults = &[("deny", true), ("deny_without_token", false)];
    let deny_unmatched = section
        .optional("default")
        .and_then(|setting| setting.choice(defaults))
        .unwrap_or(rules.is_some());
    let names: Vec<String> = providers
        .iter()
        .flatten()
        .map(|provider| provider.name.clone())
        .collect();
    let rules = rules
        .unwrap_or_default()
        .into_iter()
        .filter_map(|setting| rule(setting, mode, &names))
        .collect();
    let slashes = &[
        ("ignore", TrailingSlash::Ignore),
        ("strict", TrailingSlash::Strict),
    ];
    let trailing_slash = section
        .optional("trailing_slash")
        .and_then(|setting| setting.choice(slashes));
    let semicolons = &[("deny", Semicolon::Deny), ("allow", Semicolon::Allow)];
    let semicolon = section
        .optional("path_parameters")
        .and_then(|setting| setting.choice(semicolons));
    section.finish();
    let providers = providers?;
    let mut sources: Vec<Source> = Vec::new();
    for source in providers.iter().flat_map(|provider| &provider.sources) {
        if !sources.contains(source) {
            sources.push(source.clone());
        }
    }
    Some(Policy {
        mode,
        detail,
        providers,
        rules,
        deny_unmatched,
        trailing_slash: trailing_slash.unwrap_or(TrailingSlash::Ignore),
        semicolon: semicolon.unwrap_or(Semicolon::Deny),
        sources,
        remotes,
    })
}

fn providers(setting: Setting<'_>, remotes: &mut Vec<Remote>) -> Option<Vec<Provider>> {
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

fn jwks(setting: Setting<'_>, name: &str, remotes: &mut Vec<Remote>) -> Option<(Keys, Duration)> {
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

fn rule(setting: Setting<'_>, mode: Mode, providers: &[String]) -> Option<Rule> {
    let mut members = setting.object()?;
    let matched = members.required("match").and_then(Setting::object);
    let (hosts, path, methods) = matched.map(place)?;
    let choices = &[("anonymous", false), ("optional", true)];
    let (allow, require) = (members.optional("allow"), members.optional("require"));
    if allow.is_some() == require.is_some() {
        members.fault("expected one of `allow` and `require`");
    }
    let access = match (allow, require) {
        (Some(setting), None) => setting.choice(choices).map(|looked_at| {
            if looked_at {
                Access::Optional
            } else {
                Access::Anonymous
            }
        }),
        (None, Some(setting)) => requirement(setting, providers).map(Access::Required),
        (Some(_), Some(_)) | (None, None) => None,
    };
    let mode = members
        .optional("mode")
        .and_then(|setting| setting.choice(MODES))
        .unwrap_or(mode);
    members.finish();
    Some(Rule {
        hosts,
        path,
        methods,
        access: access?,
        mode,
    })
}

fn place(mut members: Members<'_>) -> (Vec<Host>, Option<Template>, Vec<String>) {
    let hosts = members
        .optional("hosts")
        .and_then(Setting::texts)
        .unwrap_or_default();
    let hosts = hosts.iter().map(|host| match host.to_ascii_lowercase() {
        below if below.starts_with("*.") => Host::Below(below.trim_start_matches('*').to_owned()),
        exact => Host::Exact(exact),
    });
    let path = members.optional("path").and_then(|setting| {
        let here = setting.clone();
        Template::parse(&setting.text()?)
            .map_err(|fault| here.fault(fault.to_string()))
            .ok()
    });
    let methods = members
        .optional("methods")
        .and_then(Setting::texts)
        .unwrap_or_default();
    let place = (hosts.collect(), path, methods);
    members.finish();
    place
}

fn requirement(setting: Setting<'_>, providers: &[String]) -> Option<Requirement> {
    let mut members = setting.object()?;
    let mut requirement = Requirement::default();
    if let Some(setting) = members.optional("providers") {
        for setting in setting.non_empty_list()? {
            let here = setting.clone();
            let Some(name) = setting.text() else { continue };
            if !providers.contains(&name) {
                here.fault(format!("there is no provider {name:?}"));
            }
            requirement.providers.push(name);
        }
    }
    if let Some(mut scopes) = members.optional("scopes").and_then(Setting::object) {
        requirement.all = scopes
            .optional("all")
            .and_then(Setting::texts)
            .unwrap_or_default();
        requirement.any = scopes
            .optional("any")
            .and_then(Setting::texts)
            .unwrap_or_default();
        scopes.finish();
    }
    members.finish();
    Some(requirement)
}

/// More than this is no key set that anyone means.
const MAX_SET_BYTES: usize = 64 * 1024;
