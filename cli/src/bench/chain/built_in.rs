//! The chains that come with the program.

use std::rc::Rc;

use super::material::Material;
use super::native::{self, TokenCache};
use super::render;
use super::{Chain, Concern, Filters, Judges, Marks, Transport};
use crate::bench::result::NONE;
use crate::policy::Policy;
use crate::render::envoy::Layout;

/// Names and titles, in the order in which they are shown.
pub const CHAINS: &[(&str, &str)] = &[
    (NONE, "no filter"),
    ("empty-wasm", "a wasm filter that does nothing"),
    (
        "header-mutation",
        "native header_mutation, fields of the api profile",
    ),
    ("jwt-authn", "native jwt_authn with its token cache"),
    (
        "jwt-authn-uncached",
        "native jwt_authn without its token cache",
    ),
    (
        "rbac",
        "native jwt_authn with its cache, and RBAC for a scope and a claim",
    ),
    (
        "native",
        "native jwt_authn with its cache, RBAC and header_mutation",
    ),
    ("headers", "tollgate headers, profile api"),
    ("jwt", "tollgate jwt with a scope and a claim rule"),
    ("schema", "tollgate schema"),
    (
        "guard",
        "tollgate jwt and headers, one module and one filter: what native does",
    ),
    ("all", "tollgate, one module and one filter for all three"),
    ("bundle", "tollgate, one module and three filters"),
    ("separate", "tollgate, three modules"),
    (
        "headers-bare",
        "tollgate headers, without what insists on marks",
    ),
    ("jwt-bare", "tollgate jwt, without what insists on marks"),
    (
        "schema-bare",
        "tollgate schema, without what insists on marks",
    ),
    (
        "guard-bare",
        "tollgate jwt and headers, without what insists on marks",
    ),
    (
        "all-bare",
        "tollgate, one filter, without what insists on marks",
    ),
    (
        "headers-floor",
        "a wasm filter with the calls of headers, and no more",
    ),
    (
        "jwt-floor",
        "a wasm filter with the calls of jwt, and no more",
    ),
    (
        "schema-floor",
        "a wasm filter with the calls of schema, and no more",
    ),
    (
        "guard-floor",
        "a wasm filter with the calls of guard, and no more",
    ),
    (
        "all-floor",
        "a wasm filter with the calls of all, and no more",
    ),
    ("tls", "TLS 1.3, no filter"),
    ("tls-all", "TLS 1.3, and one tollgate filter for all three"),
    ("mtls", "TLS 1.3 with client certificates, no filter"),
    (
        "mtls-all",
        "TLS 1.3 with client certificates, and one tollgate filter for all three",
    ),
];

const TOKEN: &[Concern] = &[Concern::Token];
const TOKEN_AND_SCOPE: &[Concern] = &[Concern::Token, Concern::Scope];
const CONTRACT: &[Concern] = &[Concern::Contract];
const EVERYTHING: &[Concern] = &[Concern::Token, Concern::Scope, Concern::Contract];

/// The chain of this name.
#[must_use]
pub fn chain(name: &str, material: &Material) -> Option<Chain> {
    let (_, title) = CHAINS.iter().find(|(known, _)| *known == name)?;
    let (filters, judges) = filters(name, material)?;
    Some(Chain {
        name: name.to_owned(),
        title: (*title).to_owned(),
        base: (name != NONE).then(|| base(name).to_owned()),
        against: against(name).map(str::to_owned),
        filters,
        transport: match name {
            "tls" | "tls-all" => Transport::Tls,
            "mtls" | "mtls-all" => Transport::MutualTls,
            _ => Transport::Plain,
        },
        judges: Judges::Known(judges),
    })
}

/// What the price is added to: behind TLS, TLS.
fn base(name: &str) -> &str {
    match name {
        "tls-all" => "tls",
        "mtls-all" => "mtls",
        _ => NONE,
    }
}

/// What does the same work, or the same work otherwise.
fn against(name: &str) -> Option<&'static str> {
    match name {
        "headers" | "headers-bare" => Some("header-mutation"),
        "jwt" | "jwt-bare" => Some("rbac"),
        "guard" | "guard-bare" | "all" | "all-bare" => Some("native"),
        "bundle" | "separate" => Some("all"),
        "mtls" => Some("tls"),
        "mtls-all" => Some("tls-all"),
        _ => None,
    }
}

fn filters(name: &str, material: &Material) -> Option<(Filters, &'static [Concern])> {
    let own = |policy: &Rc<Policy>, layout, marks| Filters::Policy {
        policy: Rc::clone(policy),
        layout,
        marks,
    };
    let jwt_authn = |cache| native::jwt_authn(&material.keys, cache);
    let header_mutation =
        || native::header_mutation(&render::local_reply_fields(&material.headers));
    let (plain, insisted, bare) = (Filters::Plain, Marks::Insisted, Marks::Bare);
    Some(match name {
        "none" | "tls" | "mtls" => (plain(Vec::new()), &[]),
        "empty-wasm" => (plain(vec![native::wasm("empty", &material.empty)]), &[]),
        "header-mutation" => (plain(vec![header_mutation()]), &[]),
        "jwt-authn" => (plain(vec![jwt_authn(TokenCache::On)]), TOKEN),
        "jwt-authn-uncached" => (plain(vec![jwt_authn(TokenCache::Off)]), TOKEN),
        "rbac" => (
            plain(vec![jwt_authn(TokenCache::On), native::rbac()]),
            TOKEN_AND_SCOPE,
        ),
        "native" => (
            plain(vec![
                header_mutation(),
                jwt_authn(TokenCache::On),
                native::rbac(),
            ]),
            TOKEN_AND_SCOPE,
        ),
        "headers" => (own(&material.headers, Layout::Separate, insisted), &[]),
        "headers-bare" => (own(&material.headers, Layout::Separate, bare), &[]),
        "jwt" => (
            own(&material.jwt, Layout::Separate, insisted),
            TOKEN_AND_SCOPE,
        ),
        "jwt-bare" => (own(&material.jwt, Layout::Separate, bare), TOKEN_AND_SCOPE),
        "schema" => (own(&material.schema, Layout::Separate, insisted), CONTRACT),
        "schema-bare" => (own(&material.schema, Layout::Separate, bare), CONTRACT),
        "guard" => (own(&material.guard, Layout::All, insisted), TOKEN_AND_SCOPE),
        "guard-bare" => (own(&material.guard, Layout::All, bare), TOKEN_AND_SCOPE),
        "all" | "tls-all" | "mtls-all" => (own(&material.all, Layout::All, insisted), EVERYTHING),
        "all-bare" => (own(&material.all, Layout::All, bare), EVERYTHING),
        "bundle" => (own(&material.all, Layout::Bundle, insisted), EVERYTHING),
        "separate" => (own(&material.all, Layout::Separate, insisted), EVERYTHING),
        _ => {
            let module = material.floors.get(name.strip_suffix("-floor")?)?;
            (plain(vec![native::wasm(name, module)]), &[])
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_has_a_chain_whose_bases_are_chains_too() {
        let folder = tempfile::tempdir().unwrap();
        let keys = crate::up::issuer::keys::KeyRing::generate().unwrap();
        let material = Material::make(folder.path(), &keys.jwks()).unwrap();
        for (name, _) in CHAINS {
            let made = chain(name, &material).unwrap_or_else(|| panic!("{name} has no filters"));
            for other in made.base.iter().chain(&made.against) {
                assert!(chain(other, &material).is_some(), "{name}: {other}");
            }
        }
    }
}
