//! The policies of the gates, put together from sections.

use std::path::Path;

use serde_json::{Map, Value, json};
use tollgate::policy::Policy;

use crate::token;

/// Who issues tokens.
pub const ISSUER: &str = "https://idp.test/";

/// A policy of these sections, each as it stands in a file.
///
/// # Panics
/// Where it doesn't compile.
pub fn file(sections: Value) -> Policy {
    let mut file = Map::new();
    file.insert("version".to_owned(), json!(1));
    let text = Value::Object(with(file, sections)).to_string();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("policies");
    Policy::from_text(&text, &folder).unwrap_or_else(|report| panic!("{report:?}"))
}

/// `base` with the members of `changes` in the place of its own.
pub fn with(mut base: Map<String, Value>, changes: Value) -> Map<String, Value> {
    let changes = changes.as_object().cloned().unwrap_or_default();
    base.extend(changes);
    base
}

/// The `headers` section.
pub fn headers() -> Value {
    json!({ "profile": "api" })
}

/// A `schema` section over `policies/api.yaml`, with these members besides.
pub fn schema(changes: Value) -> Value {
    let base = json!({ "openapi": "api.yaml", "limits": { "body": "64KiB" } });
    let base = base.as_object().cloned().unwrap_or_default();
    Value::Object(with(base, changes))
}

/// A `jwt` section that wants a token of [`provider`] everywhere.
pub fn jwt(jwks: Value) -> Value {
    json!({ "providers": [provider(jwks)] })
}

/// The provider of the tokens in [`token`].
pub fn provider(jwks: Value) -> Value {
    json!({
        "name": "corp",
        "issuer": ISSUER,
        "audiences": ["orders"],
        "algorithms": ["RS256", "ES256", "EdDSA"],
        "jwks": jwks,
        "clock_skew": { "nbf": "30s", "iat": "30s" },
    })
}

/// Keys in the policy: `rsa`, `ec` and `ed`.
pub fn inline() -> Value {
    json!({ "inline": token::key_set(&["rsa", "ec", "ed"]) })
}

/// Keys at `path` of the house, with these members besides.
pub fn remote(path: &str, changes: Value) -> Value {
    let base = json!({ "uri": format!("http://idp.test{path}"), "cluster": "idp" });
    let base = base.as_object().cloned().unwrap_or_default();
    json!({ "remote": with(base, changes) })
}

/// All three sections, with keys in the policy.
pub fn all(schema_changes: Value) -> Value {
    json!({ "headers": headers(), "jwt": jwt(inline()), "schema": schema(schema_changes) })
}
