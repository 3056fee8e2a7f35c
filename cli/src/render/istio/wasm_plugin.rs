//! `WasmPlugin`: one for each filter, from the module that holds all of them.

use serde_json::{Value, json};

use super::Options;
use crate::policy::{Filter, Policy, Section};

/// One plugin for each section.
pub fn plugins(policy: &Policy, options: &Options) -> Vec<Value> {
    let plugin = |section: &Section| {
        let mut manifest = json!({
            "apiVersion": "extensions.istio.io/v1alpha1",
            "kind": "WasmPlugin",
            "metadata": options.metadata(section.filter.name()),
            "spec": {
                "url": options.url,
                "pluginName": section.filter.name(),
                "phase": "AUTHN",
                "priority": priority(section.filter),
                "failStrategy": "FAIL_RELOAD",
                "pluginConfig": config(section),
            },
        });
        if !options.selector.is_empty() {
            manifest["spec"]["selector"] = json!({ "matchLabels": options.labels() });
        }
        manifest
    };
    policy.sections().iter().map(plugin).collect()
}

/// Within a phase the highest comes first.
fn priority(filter: Filter) -> u32 {
    match filter {
        Filter::Headers => 300,
        Filter::Jwt => 200,
        Filter::Schema => 100,
    }
}

fn config(section: &Section) -> Value {
    // What compiled is JSON; an empty configuration would be refused by the filter.
    serde_json::from_str(&section.json).unwrap_or_default()
}
