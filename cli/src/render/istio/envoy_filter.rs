//! `EnvoyFilter`: the filters with the flag that lets them hold heads, and what
//! guards them whatever the form.

use serde_json::{Value, json};

use super::{Context, Options};
use crate::policy::Policy;
use crate::render::envoy::filters::{self, Loading};
use crate::render::envoy::hardening::Transport;
use crate::render::envoy::{HoldFlag, Layout, buffer_limit, connection_manager};

/// The filters: `headers` first of all, so that it hardens what others answer;
/// the rest in front of the marks.
pub fn filters(policy: &Policy, options: &Options) -> Value {
    let loading = Loading {
        name: &options.name,
        layout: Layout::Bundle,
        modules: &options.modules,
        hold_flag: HoldFlag::Set,
    };
    let patches = filters::wasm_filters(policy, &loading)
        .into_iter()
        .map(|filter| match filter["name"] == "tollgate.headers" {
            true => first(options, filter),
            false => before(options, filters::MARKS, filter),
        })
        .collect();
    manifest("filters", patches, options)
}

/// What no filter can do for itself: RBAC on the marks, hardened local replies,
/// unambiguous paths, and room for the bodies that are judged.
pub fn guards(policy: &Policy, options: &Options) -> Value {
    let mut settings = connection_manager::unambiguous();
    let windows = connection_manager::windows(buffer_limit(policy));
    settings.push(("http2_protocol_options", windows));
    // Behind a gateway's TLS or a mesh's, the proxy cannot tell what the client speaks.
    settings.extend(connection_manager::hardening(policy, Transport::Plain));
    let settings: serde_json::Map<String, Value> = settings
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
    let mut typed = json!({ "@type": MANAGER_TYPE });
    if let Some(members) = typed.as_object_mut() {
        members.extend(settings);
    }
    let patches = vec![
        before(options, ROUTER, filters::marks(policy)),
        before(options, ROUTER, filters::validated()),
        json!({
            "applyTo": "NETWORK_FILTER",
            "match": {
                "context": context(options),
                "listener": { "filterChain": { "filter": { "name": MANAGER } } },
            },
            "patch": { "operation": "MERGE", "value": { "name": MANAGER, "typed_config": typed } },
        }),
        json!({
            "applyTo": "LISTENER",
            "match": { "context": context(options) },
            "patch": {
                "operation": "MERGE",
                "value": { "per_connection_buffer_limit_bytes": buffer_limit(policy) },
            },
        }),
    ];
    manifest("guards", patches, options)
}

fn manifest(part: &str, patches: Vec<Value>, options: &Options) -> Value {
    // Filters are put in front of the marks, which must be there by then.
    let priority = if part == "guards" { 0 } else { 10 };
    let mut manifest = json!({
        "apiVersion": "networking.istio.io/v1alpha3",
        "kind": "EnvoyFilter",
        "metadata": options.metadata(part),
        "spec": { "priority": priority, "configPatches": patches },
    });
    if !options.selector.is_empty() {
        manifest["spec"]["workloadSelector"] = json!({ "labels": options.labels() });
    }
    manifest
}

fn first(options: &Options, filter: Value) -> Value {
    json!({
        "applyTo": "HTTP_FILTER",
        "match": {
            "context": context(options),
            "listener": { "filterChain": { "filter": { "name": MANAGER } } },
        },
        "patch": { "operation": "INSERT_FIRST", "value": filter },
    })
}

fn before(options: &Options, next: &str, filter: Value) -> Value {
    json!({
        "applyTo": "HTTP_FILTER",
        "match": {
            "context": context(options),
            "listener": { "filterChain": { "filter": {
                "name": MANAGER,
                "subFilter": { "name": next },
            } } },
        },
        "patch": { "operation": "INSERT_BEFORE", "value": filter },
    })
}

fn context(options: &Options) -> &'static str {
    match options.context {
        Context::Gateway => "GATEWAY",
        Context::Sidecar => "SIDECAR_INBOUND",
    }
}

const MANAGER: &str = "envoy.filters.network.http_connection_manager";
const MANAGER_TYPE: &str = "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager";
const ROUTER: &str = "envoy.filters.http.router";
