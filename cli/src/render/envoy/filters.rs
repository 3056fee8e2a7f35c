//! The chain: the filters of the policy, the RBAC filter that insists on their
//! marks, the note for those who read metadata, and the router.

use std::path::Path;

use serde_json::{Value, json};

use super::layout::Layout;
use super::options::HoldFlag;
use crate::policy::{Filter, Policy, Section};

/// How the filters of a policy are loaded.
#[derive(Debug, Clone, Copy)]
pub struct Loading<'a> {
    /// Goes into the names of the plugins and into `vm_id`.
    pub name: &'a str,
    /// How many modules and filters there are.
    pub layout: Layout,
    /// The folder of the modules, as Envoy sees it.
    pub modules: &'a Path,
    /// Whether filters may hold request and response heads.
    pub hold_flag: HoldFlag,
}

/// Every HTTP filter, in the order in which requests pass them.
#[must_use]
pub fn chain(policy: &Policy, loading: &Loading<'_>) -> Vec<Value> {
    let mut chain = wasm_filters(policy, loading);
    chain.extend([marks(policy), validated(), router()]);
    chain
}

/// The filters of the policy.
#[must_use]
pub fn wasm_filters(policy: &Policy, loading: &Loading<'_>) -> Vec<Value> {
    let each = |module: fn(&Section) -> &'static str| {
        let one = |section: &Section| {
            let root_id = section.filter.name();
            wasm(policy, loading, root_id, module(section), &section.json)
        };
        policy.sections().iter().map(one).collect()
    };
    match loading.layout {
        Layout::All => vec![wasm(
            policy,
            loading,
            "all",
            Filter::TOGETHER,
            policy.json(),
        )],
        Layout::Bundle => each(|_| Filter::TOGETHER),
        Layout::Separate => each(|section| section.filter.module()),
    }
}

fn wasm(policy: &Policy, loading: &Loading<'_>, root_id: &str, module: &str, json: &str) -> Value {
    let name = format!("{}.{root_id}", loading.name);
    let mut config = json!({
        "name": name,
        "root_id": root_id,
        "vm_config": {
            // Filters that share a VM trust each other, and state belongs to one policy.
            "vm_id": format!("{}-{}", loading.name, policy.hash()),
            "runtime": "envoy.wasm.runtime.v8",
            "code": { "local": { "filename": loading.modules.join(module) } },
        },
        "configuration": {
            "@type": "type.googleapis.com/google.protobuf.StringValue",
            "value": json,
        },
        // A worker whose VM failed is back, closed until then.
        "failure_policy": "FAIL_RELOAD",
        "reload_config": { "backoff": { "base_interval": "0.1s", "max_interval": "1s" } },
    });
    if loading.hold_flag == HoldFlag::Set {
        config["allow_on_headers_stop_iteration"] = json!(true);
    }
    json!({
        "name": format!("tollgate.{root_id}"),
        "typed_config": {
            "@type": "type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm",
            "config": config,
        },
    })
}

/// The name of the filter that insists on the marks.
pub const MARKS: &str = "tollgate.marks";

/// Refuses what a filter has not marked: a filter that was skipped, or is
/// forgotten, lets nothing through.
#[must_use]
pub fn marks(policy: &Policy) -> Value {
    let mark = |section: &Section| {
        let key = format!("wasm.tollgate.{}", section.filter.name());
        let is =
            |matcher: Value| json!({ "filter_state": { "key": key, "string_match": matcher } });
        json!({ "or_ids": { "ids": [is(json!({ "exact": "allow" })), is(json!({ "prefix": "report" }))] } })
    };
    let marks: Vec<Value> = policy.sections().iter().map(mark).collect();
    json!({
        "name": MARKS,
        "typed_config": {
            "@type": "type.googleapis.com/envoy.extensions.filters.http.rbac.v3.RBAC",
            "rules": {
                "action": "ALLOW",
                "policies": { "tollgate_marks": {
                    "permissions": [{ "any": true }],
                    "principals": [{ "and_ids": { "ids": marks } }],
                } },
            },
        },
    })
}

/// For those who read metadata. It stands behind the marks: alone it proves nothing.
#[must_use]
pub fn validated() -> Value {
    json!({
        "name": "envoy.filters.http.set_metadata",
        "typed_config": {
            "@type": "type.googleapis.com/envoy.extensions.filters.http.set_metadata.v3.Config",
            "metadata": [{
                "metadata_namespace": "envoy.filters.http.rbac",
                // RBAC notes its own there, and without this the two would not be merged.
                "allow_overwrite": true,
                "value": { "validation_status": "validated" },
            }],
        },
    })
}

fn router() -> Value {
    json!({
        "name": "envoy.filters.http.router",
        "typed_config": { "@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router" },
    })
}
