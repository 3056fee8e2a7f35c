//! What the built-in chains are made of: the policy of the benchmark, its keys,
//! and the module that does nothing.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use serde_json::{Map, Value, json};

use super::floor::Floor;
use super::render;
use crate::policy::{Filter, Policy, Report};

/// The value of `iss` of the benchmark's tokens.
pub const ISSUER: &str = "https://issuer.bench.test/";
/// The value of `aud`.
pub const AUDIENCE: &str = "orders-api";
/// The scope that the rule requires.
pub const SCOPE: &str = "orders:read";

/// What the built-in chains are made of.
#[derive(Debug)]
pub struct Material {
    /// All three sections.
    pub all: Rc<Policy>,
    /// One section each.
    pub headers: Rc<Policy>,
    /// One section each.
    pub jwt: Rc<Policy>,
    /// One section each.
    pub schema: Rc<Policy>,
    /// The two sections that Envoy's own filters have a match for.
    pub guard: Rc<Policy>,
    /// The public keys of the tokens.
    pub keys: Value,
    /// The module that does nothing.
    pub empty: PathBuf,
    /// The modules under `headers`, `jwt`, `schema`, `guard` and `all`.
    pub floors: BTreeMap<&'static str, PathBuf>,
}

/// Why there is no material.
#[derive(Debug, thiserror::Error)]
pub enum MaterialError {
    /// A file of our own couldn't be written.
    #[error("the temporary folder: {0}")]
    Folder(#[from] io::Error),
    /// Our own policy doesn't compile.
    #[error("the benchmark's policy is refused\n{0}")]
    Policy(Report),
    /// Our own module isn't one.
    #[error("the empty module: {0}")]
    Module(#[from] wat::Error),
}

/// A filter that lets everything through: the floor for a wasm filter.
pub const EMPTY: &str = r#"
(module
  (memory (export "memory") 1)
  (global $end (mut i32) (i32.const 1024))
  (func (export "proxy_abi_version_0_2_1"))
  (func (export "proxy_on_memory_allocate") (param $size i32) (result i32)
    global.get $end
    (global.set $end (i32.add (global.get $end) (local.get $size))))
  (func (export "proxy_on_context_create") (param i32 i32))
  (func (export "proxy_on_vm_start") (param i32 i32) (result i32) i32.const 1)
  (func (export "proxy_on_configure") (param i32 i32) (result i32) i32.const 1)
  (func (export "proxy_on_request_headers") (param i32 i32 i32) (result i32) i32.const 0))
"#;

// === impl Material ===

impl Material {
    /// Makes it for tokens of these `keys`; what Envoy reads goes into `folder`.
    ///
    /// # Errors
    /// Where the folder can't be written.
    pub fn make(folder: &Path, keys: &Value) -> Result<Self, MaterialError> {
        let empty = folder.join("empty.wasm");
        std::fs::write(&empty, wat::parse_str(EMPTY)?)?;
        std::fs::write(folder.join(DOCUMENT), OPENAPI)?;
        let policy = |filters: &[Filter]| {
            let text = text(filters, keys);
            Policy::from_text(&text, folder)
                .map(Rc::new)
                .map_err(MaterialError::Policy)
        };
        let headers = policy(&[Filter::Headers])?;
        let fields = render::local_reply_fields(&headers);
        let mut floors = BTreeMap::new();
        for (name, floor) in FLOORS {
            let path = folder.join(format!("{name}.wasm"));
            std::fs::write(&path, wat::parse_str(floor.module(&fields))?)?;
            floors.insert(*name, path);
        }
        Ok(Self {
            all: policy(&Filter::ALL)?,
            guard: policy(&[Filter::Headers, Filter::Jwt])?,
            headers,
            jwt: policy(&[Filter::Jwt])?,
            schema: policy(&[Filter::Schema])?,
            keys: keys.clone(),
            empty,
            floors,
        })
    }
}

/// By chain, without `-floor`.
const FLOORS: &[(&str, Floor)] = &[
    (
        "headers",
        Floor {
            headers: true,
            ..Floor::NOTHING
        },
    ),
    (
        "jwt",
        Floor {
            jwt: true,
            ..Floor::NOTHING
        },
    ),
    (
        "schema",
        Floor {
            schema: true,
            ..Floor::NOTHING
        },
    ),
    (
        "guard",
        Floor {
            schema: false,
            ..Floor::ALL
        },
    ),
    ("all", Floor::ALL),
];

const DOCUMENT: &str = "openapi.yaml";
const OPENAPI: &str = include_str!("openapi.yaml");

/// The policy file with the sections of `filters`.
fn text(filters: &[Filter], keys: &Value) -> String {
    let mut policy = Map::new();
    policy.insert("version".to_owned(), json!(1));
    for filter in filters {
        policy.insert(filter.name().to_owned(), section(*filter, keys));
    }
    Value::Object(policy).to_string()
}

fn section(filter: Filter, keys: &Value) -> Value {
    match filter {
        Filter::Headers => json!({ "profile": "api" }),
        Filter::Jwt => json!({
            "providers": [{
                "name": "bench", "issuer": ISSUER, "audiences": [AUDIENCE],
                "algorithms": ["RS256", "ES256"], "jwks": { "inline": keys },
            }],
            "rules": [{ "match": {}, "require": {
                "scopes": { "all": [SCOPE] },
                "claims": [{ "claim": "email_verified", "equals": true }],
            } }],
        }),
        Filter::Schema => json!({ "openapi": DOCUMENT }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policy_of_the_benchmark_compiles_without_a_warning() {
        let folder = tempfile::tempdir().unwrap();
        let keys = crate::up::issuer::keys::KeyRing::generate().unwrap();
        let material = Material::make(folder.path(), &keys.jwks()).unwrap();
        let warnings = material.all.warnings();
        assert!(warnings.findings().is_empty(), "{warnings}");
    }
}
