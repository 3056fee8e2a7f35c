//! Envoy's own filters for the same work.

use serde_json::{Value, json};
use tollgate_headers::fingerprints;
use tollgate_headers::policy::OVERRIDES;

use super::material::{AUDIENCE, ISSUER, SCOPE};

/// Whether `jwt_authn` keeps tokens that it has verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenCache {
    /// Its cache is on.
    On,
    /// Each token is verified each time.
    Off,
}

/// Sets the fields of the `api` profile on every response, and takes out those that
/// the profile takes out, of requests too. `fields` are those that a connection manager sets on its
/// local replies under the same policy.
#[must_use]
pub fn header_mutation(fields: &[Value]) -> Value {
    let mut mutations: Vec<Value> = fields
        .iter()
        .map(|field| json!({ "append": field }))
        .collect();
    let removed = fingerprints::NAMES.iter();
    mutations.extend(removed.map(|name| json!({ "remove": name })));
    let overrides = OVERRIDES.map(|name| json!({ "remove": name }));
    json!({
        "name": "envoy.filters.http.header_mutation",
        "typed_config": {
            "@type": "type.googleapis.com/envoy.extensions.filters.http.header_mutation.v3.HeaderMutation",
            "mutations": { "request_mutations": overrides, "response_mutations": mutations },
        },
    })
}

/// Requires a token of the benchmark's issuer, and hands its claims on.
#[must_use]
pub fn jwt_authn(keys: &Value, cache: TokenCache) -> Value {
    let mut provider = json!({
        "issuer": ISSUER,
        "audiences": [AUDIENCE],
        "local_jwks": { "inline_string": keys.to_string() },
        "payload_in_metadata": PAYLOAD,
        "normalize_payload_in_metadata": { "space_delimited_claims": ["scope"] },
    });
    if cache == TokenCache::On {
        provider["jwt_cache_config"] =
            json!({ "jwt_cache_size": CACHED, "jwt_max_token_size": 16384 });
    }
    json!({
        "name": JWT_AUTHN,
        "typed_config": {
            "@type": "type.googleapis.com/envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication",
            "providers": { "bench": provider },
            "rules": [{ "match": { "prefix": "/" }, "requires": { "provider_name": "bench" } }],
        },
    })
}

/// Requires the scope and the claim that the benchmark's policy requires.
#[must_use]
pub fn rbac() -> Value {
    let claim = |name: &str, value: Value| {
        json!({ "metadata": {
            "filter": JWT_AUTHN,
            "path": [{ "key": PAYLOAD }, { "key": name }],
            "value": value,
        } })
    };
    let scope = json!({ "list_match": { "one_of": { "string_match": { "exact": SCOPE } } } });
    json!({
        "name": "envoy.filters.http.rbac",
        "typed_config": {
            "@type": "type.googleapis.com/envoy.extensions.filters.http.rbac.v3.RBAC",
            "rules": { "action": "ALLOW", "policies": { "bench": {
                "permissions": [{ "any": true }],
                "principals": [{ "and_ids": { "ids": [
                    claim("scope", scope),
                    claim("email_verified", json!({ "bool_match": true })),
                ] } }],
            } } },
        },
    })
}

/// A wasm filter of `module` with the VM `name`.
#[must_use]
pub fn wasm(name: &str, module: &std::path::Path) -> Value {
    json!({
        "name": name,
        "typed_config": {
            "@type": "type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm",
            "config": {
                "name": name, "root_id": name,
                "allow_on_headers_stop_iteration": true,
                "vm_config": {
                    "vm_id": name,
                    "runtime": "envoy.wasm.runtime.v8",
                    "code": { "local": { "filename": module } },
                },
            },
        },
    })
}

const JWT_AUTHN: &str = "envoy.filters.http.jwt_authn";
const PAYLOAD: &str = "payload";
const CACHED: u32 = 1000;
