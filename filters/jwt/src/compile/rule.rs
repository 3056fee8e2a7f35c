//! `rules`: which requests need which token.

use super::{binding, condition};
use crate::policy::{Access, Host, Provider, Requirement, Rule, Source};
use tollgate_kit::config::{Members, Setting};
use tollgate_kit::faults::nearest;
use tollgate_kit::json::{Node, Object};
use tollgate_kit::template::Template;
use tollgate_kit::verdict::Mode;

/// The providers that a rule can name.
pub(super) struct Issuers<'p> {
    /// All names, also of those with other faults.
    pub names: Vec<String>,
    /// Those without.
    pub known: &'p [Provider],
}

/// Reads the rules; `mode` is the section's.
pub(super) fn rules(list: Vec<Setting<'_>>, mode: Mode, issuers: &Issuers<'_>) -> Vec<Rule> {
    let mut rules = Vec::new();
    let mut last = None;
    for (at, setting) in list.into_iter().enumerate() {
        if let Some(last) = last {
            let message = format!("is never reached: `rules[{last}]` matches every request");
            setting.fault_with_hint(message, "put that one last");
        }
        if matches_all(setting.node) {
            last = last.or(Some(at));
        }
        rules.extend(rule(setting, mode, issuers));
    }
    rules
}

/// As it is written: a path that is none is about nothing.
fn matches_all(rule: Node<'_>) -> bool {
    rule.get("match").is_some_and(|place| {
        let path = place.get("path");
        place.as_object().is_some()
            && place.get("hosts").is_none()
            && place.get("methods").is_none()
            && path.is_none_or(|path| path.as_str() == Some("/**"))
    })
}

fn rule(setting: Setting<'_>, mode: Mode, issuers: &Issuers<'_>) -> Option<Rule> {
    let mut members = setting.object()?;
    let matched = members.required("match").and_then(Setting::object);
    let (hosts, path, methods) = matched.map(place)?;
    let choices = &[("anonymous", false), ("optional", true)];
    let (allow, require) = (members.optional("allow"), members.optional("require"));
    match (&allow, &require) {
        (Some(_), Some(_)) => members.fault("both `allow` and `require` are there; keep one"),
        (None, None) => members.fault("neither `allow` nor `require` is there; one is needed"),
        (Some(_), None) | (None, Some(_)) => {}
    }
    let access = match (allow, require) {
        (Some(setting), None) => setting.choice(choices).map(|looked_at| match looked_at {
            true => Access::Optional,
            false => Access::Anonymous,
        }),
        (None, Some(setting)) => requirement(setting, issuers, path.as_ref()).map(Access::Required),
        (Some(_), Some(_)) | (None, None) => None,
    };
    let mode = members
        .optional("mode")
        .and_then(Setting::mode)
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
        .and_then(|setting| setting.each(host));
    let hosts = hosts.unwrap_or_default().into_iter().map(Host::new);
    let hosts = hosts.collect();
    let path = members.optional("path").and_then(|setting| {
        let here = setting.clone();
        Template::parse(&setting.text()?)
            .map_err(|fault| here.fault(fault.to_string()))
            .ok()
    });
    let methods = members
        .optional("methods")
        .and_then(|setting| setting.each(Setting::method));
    members.finish();
    (hosts, path, methods.unwrap_or_default())
}

/// A host that a request can have: without scheme, port and path, or all below one.
fn host(setting: Setting<'_>) -> Option<String> {
    let here = setting.clone();
    let text = setting.text()?.to_ascii_lowercase();
    let name = text.strip_prefix("*.").unwrap_or(&text);
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._[:]".contains(&byte);
    let address = name.starts_with('[') && name.ends_with(']');
    if name.is_empty() || !name.bytes().all(plain) || (name.contains(':') && !address) {
        return here.expected("a host without scheme, port and path, or `*.` and one");
    }
    if name.starts_with('.') || name.ends_with('.') || name.contains("..") {
        return here.expected("a host without empty labels, and without a dot at its end");
    }
    Some(text)
}

fn requirement(
    setting: Setting<'_>,
    issuers: &Issuers<'_>,
    path: Option<&Template>,
) -> Option<Requirement> {
    let mut members = setting.object()?;
    let mut requirement = Requirement::default();
    if let Some(setting) = members.optional("providers") {
        requirement.providers = setting.each(|setting| issuers.named(setting))?;
        requirement.sources = issuers.sources(&requirement.providers);
    }
    if let Some(setting) = members.optional("scopes") {
        (requirement.all, requirement.any) = scopes(setting);
    }
    if let Some(setting) = members.optional("claims") {
        requirement.claims = condition::conditions(setting);
    }
    if let Some(setting) = members.optional("binding") {
        requirement.binding = binding::bindings(setting, path);
    }
    members.finish();
    Some(requirement)
}

/// All of these, and one of those.
fn scopes(setting: Setting<'_>) -> (Vec<String>, Vec<String>) {
    let is_empty = |object: Object<'_>| object.iter().next().is_none();
    if setting.node.as_object().is_some_and(is_empty) {
        setting.fault("neither `all` nor `any` is there; one is needed");
    }
    let Some(mut members) = setting.object() else {
        return Default::default();
    };
    let mut list = |name| {
        let setting = members.optional(name);
        let texts = setting.and_then(|setting| setting.each(scope));
        texts.unwrap_or_default()
    };
    let scopes = (list("all"), list("any"));
    members.finish();
    scopes
}

// === impl Issuers ===

impl Issuers<'_> {
    fn named(&self, setting: Setting<'_>) -> Option<String> {
        let here = setting.clone();
        let name = setting.text()?;
        if !self.names.contains(&name) {
            let known: Vec<&str> = self.names.iter().map(String::as_str).collect();
            let message = format!("there is no provider {name:?}");
            match nearest(&name, &known) {
                Some(near) => here.fault_with_hint(message, format!("did you mean `{near}`?")),
                None => here.fault(message),
            }
        }
        Some(name)
    }

    /// Where tokens of these stand, each place once.
    fn sources(&self, names: &[String]) -> Vec<Source> {
        let named = self
            .known
            .iter()
            .filter(|provider| names.contains(&provider.name));
        let mut sources: Vec<Source> = Vec::new();
        for source in named.flat_map(|provider| &provider.sources) {
            if !sources.iter().any(|known| known.is_at(source)) {
                sources.push(source.clone());
            }
        }
        sources
    }
}

/// Whether a text is a scope, as a token has it (RFC 6749 §3.3).
#[must_use]
pub fn is_scope(text: &str) -> bool {
    let fits = |byte: u8| matches!(byte, 0x21 | 0x23..=0x5b | 0x5d..=0x7e);
    !text.is_empty() && text.bytes().all(fits)
}

pub(super) fn scope(setting: Setting<'_>) -> Option<String> {
    let here = setting.clone();
    let text = setting.text()?;
    if !is_scope(&text) {
        let message = format!("{text:?} is not a scope: one has no spaces, quotes or backslashes");
        here.fault(message);
    }
    Some(text)
}
