//! `rules`: which requests need which token.

use super::MODES;
use crate::policy::{Access, Host, Requirement, Rule};
use tollgate_kit::config::{Members, Setting};
use tollgate_kit::template::Template;
use tollgate_kit::verdict::Mode;

/// Reads one rule; `mode` is the section's, `providers` their names.
pub(super) fn rule(setting: Setting<'_>, mode: Mode, providers: &[String]) -> Option<Rule> {
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
