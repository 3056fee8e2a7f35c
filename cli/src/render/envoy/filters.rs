//! The chain: the filters of the policy, the RBAC filter that insists on their
//! marks, the note for those who read metadata, and the router.

use std::path::Path;

use serde_json::{Value, json};

use super::layout::Layout;
use super::options::{HoldFlag, Options};
use crate::policy::{Policy, Section};

/// Every HTTP filter, in the order in which requests pass them.
#[must_use]
pub fn chain(policy: &Policy, options: &Options) -> Vec<Value> {
    let mut chain: Vec<Value> = match options.layout {
        Layout::All => vec![wasm(policy, options, "all", ALL_MODULE, policy.json())],
        Layout::Bundle => each(policy, options, |_| ALL_MODULE),
        Layout::Separate => each(policy, options, |section| section.filter.module()),
    };
    chain.extend([marks(policy), validated(), router()]);
    chain
}

fn each(policy: &Policy, options: &Options, module: fn(&Section) -> &'static str) -> Vec<Value> {
    let one = |section: &Section| {
        let root_id = section.filter.name();
        wasm(policy, options, root_id, module(section), &section.json)
    };
    policy.sections().iter().map(one).collect()
}

fn wasm(policy: &Policy, options: &Options, root_id: &str, module: &str, json: &str) -> Value {
    let name = format!("{}.{root_id}", options.name);
    let mut config = json!({
        "name": name,
        "root_id": root_id,
        "vm_config": {
            // Filters that share a VM trust each other, and state belongs to one policy.
            "vm_id": format!("{}-{}", options.name, policy.hash()),
            "runtime": "envoy.wasm.runtime.v8",
            "code": { "local": { "filename": file(&options.modules, module) } },
        },
        "configuration": {
            "@type": "type.googleapis.com/google.protobuf.StringValue",
            "value": json,
        },
        // A worker whose VM failed is back, closed until then.
        "failure_policy": "FAIL_RELOAD",
        "reload_config": { "backoff": { "base_interval": "0.1s", "max_interval": "1s" } },
    });
    if options.hold_flag == HoldFlag::Set {
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

/// Refuses what a filter has not marked: a filter that was skipped, or is
/// forgotten, lets nothing through.
fn marks(policy: &Policy) -> Value {
    let mark = |section: &Section| {
        let key = format!("wasm.tollgate.{}", section.filter.name());
        let is =
            |matcher: Value| json!({ "filter_state": { "key": key, "string_match": matcher } });
        json!({ "or_ids": { "ids": [is(json!({ "exact": "allow" })), is(json!({ "prefix": "report" }))] } })
    };
    let marks: Vec<Value> = policy.sections().iter().map(mark).collect();
    json!({
        "name": "envoy.filters.http.rbac",
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
fn validated() -> Value {
    json!({
        "name": "envoy.filters.http.set_metadata",
        "typed_config": {
            "@type": "type.googleapis.com/envoy.extensions.filters.http.set_metadata.v3.Config",
            "metadata": [{
                "metadata_namespace": "envoy.filters.http.rbac",
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

fn file(folder: &Path, module: &str) -> String {
    folder.join(module).display().to_string()
}

const ALL_MODULE: &str = "tollgate.wasm";
