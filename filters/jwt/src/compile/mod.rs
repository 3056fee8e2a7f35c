//! Reads the `jwt` section: every mistake with its path, every default with its
//! reason.

mod binding;
mod condition;
mod forward;
mod keys;
mod provider;
mod rule;
mod source;

pub use rule::is_scope;

use crate::policy::{Place, Policy, Provider, Sender, Source};
use std::rc::Rc;
use tollgate_kit::config::{Members, Setting};
use tollgate_kit::path::Semicolon;
use tollgate_kit::template::TrailingSlash;

/// Compiles the section.
#[must_use]
pub fn policy(setting: Setting<'_>) -> Option<Policy> {
    let mut section = setting.object()?;
    let mode = section
        .optional("mode")
        .and_then(Setting::mode)
        .unwrap_or_default();
    let detail = section
        .optional("detail")
        .and_then(Setting::detail)
        .unwrap_or_default();
    let mut remotes = Vec::new();
    let providers = section.required("providers");
    let names = providers.as_ref().map(provider::names).unwrap_or_default();
    let providers = providers.and_then(|setting| provider::providers(setting, &mut remotes));
    let known = providers.as_deref().unwrap_or_default();
    let rules = section.optional("rules").and_then(Setting::list);
    // With rules, what matches none is refused: a path spelled differently must
    // not slip past one. Without, any good token is let in.
    let defaults = &[("deny", true), ("deny_without_token", false)];
    let deny_unmatched = section
        .optional("default")
        .and_then(|setting| setting.choice(defaults))
        .unwrap_or(rules.is_some());
    let issuers = rule::Issuers { names, known };
    let rules = rule::rules(rules.unwrap_or_default(), mode, &issuers);
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
    let sources = sources(known, &section);
    let forwarded = forwarded(known, &sources, &section);
    section.finish();
    let providers = providers?;
    Some(Policy {
        mode,
        detail,
        books: books(&providers),
        providers,
        rules,
        deny_unmatched,
        trailing_slash: trailing_slash.unwrap_or(TrailingSlash::Ignore),
        semicolon: semicolon.unwrap_or(Semicolon::Deny),
        sources,
        forwarded,
        remotes,
    })
}

/// The places of all providers, each once.
fn sources(providers: &[Provider], section: &Members<'_>) -> Vec<Source> {
    let mut sources: Vec<Source> = Vec::new();
    for source in providers.iter().flat_map(|provider| &provider.sources) {
        match sources.iter().find(|known| known.is_at(source)) {
            None => {
                if sources.iter().any(|known| known.overlaps(source)) {
                    section.fault_with_hint(
                        format!(
                            "a token in the {} would be found twice: with its scheme, and without",
                            source.words()
                        ),
                        "give every header one of both",
                    );
                }
                sources.push(source.clone());
            }
            Some(known) if known.remove == source.remove => {}
            Some(_) => section.fault(format!(
                "one provider removes the token in the {}, and another keeps it",
                source.words()
            )),
        }
    }
    sources
}

/// The fields that providers write, as spoofed ones are compared; a token in one of
/// them would be taken out as if it were spoofed.
fn forwarded(providers: &[Provider], sources: &[Source], section: &Members<'_>) -> Vec<Rc<str>> {
    let spelled = |name: &str| name.replace('_', "-");
    let mut fields: Vec<Rc<str>> = Vec::new();
    for field in providers
        .iter()
        .flat_map(|provider| provider.forward.fields())
    {
        let field: Rc<str> = spelled(field).into();
        if !fields.contains(&field) {
            fields.push(field);
        }
    }
    for source in sources {
        if let Place::Header { name, .. } = &source.place
            && fields.iter().any(|field| **field == spelled(name))
        {
            section.fault(format!("`{name}` carries tokens and is forwarded too"));
        }
    }
    fields
}

fn books(providers: &[Provider]) -> Vec<String> {
    let book = |provider: &Provider| match &provider.sender {
        Sender::Dpop { book } => Some(book.clone()),
        Sender::Bearer | Sender::Mtls => None,
    };
    providers.iter().filter_map(book).collect()
}
