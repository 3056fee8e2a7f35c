//! The HTTP connection manager: what it refuses itself, what it logs, where it
//! routes.

use serde_json::{Value, json};

use super::filters;
use super::hardening::{Hardening, Transport};
use super::options::{Ambiguity, Options};
use crate::policy::Policy;

/// The network filter that holds everything else.
#[must_use]
pub fn network_filter(policy: &Policy, options: &Options) -> Value {
    json!({
        "name": "envoy.filters.network.http_connection_manager",
        "typed_config": manager(policy, options),
    })
}

fn manager(policy: &Policy, options: &Options) -> Value {
    let buffer = super::buffer_limit(policy);
    let mut manager = json!({
        "@type": "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
        "stat_prefix": options.name,
        "codec_type": "AUTO",
        // The gateway is the edge: no client is trusted for what Envoy says of it.
        "use_remote_address": true,
        "internal_address_config": {},
        "request_headers_timeout": "10s",
        "stream_idle_timeout": "60s",
        "http2_protocol_options": windows(buffer),
        "route_config": routes(options, buffer),
        "http_filters": filters::chain(policy, &options.loading()),
    });
    let transport = match options.tls {
        Some(_) => Transport::Tls,
        None => Transport::Plain,
    };
    let mut settings = hardening(policy, transport);
    if options.ambiguity == Ambiguity::Envoy {
        settings.extend(unambiguous());
    }
    for (name, value) in settings {
        manager[name] = value;
    }
    if policy.may_upgrade() {
        // To those operations alone: the filter refuses it elsewhere.
        manager["upgrade_configs"] = json!([{ "upgrade_type": "websocket" }]);
    }
    if let Some(path) = &options.access_log {
        manager["access_log"] = json!([access_log(path)]);
    }
    manager
}

/// Over HTTP/2 a stream buffers no more than its window, whatever the listener allows.
#[must_use]
pub fn windows(buffer: usize) -> Value {
    json!({
        "max_concurrent_streams": 100,
        "initial_stream_window_size": buffer,
        "initial_connection_window_size": buffer,
    })
}

/// What has Envoy itself refuse or mend what two readers could understand
/// differently.
#[must_use]
pub fn unambiguous() -> Vec<(&'static str, Value)> {
    vec![
        ("normalize_path", json!(true)),
        ("merge_slashes", json!(true)),
        ("path_with_escaped_slashes_action", json!("REJECT_REQUEST")),
        (
            "common_http_protocol_options",
            json!({ "headers_with_underscores_action": "REJECT_REQUEST" }),
        ),
    ]
}

/// What hardens the replies that no filter sees, as the policy's profile says.
#[must_use]
pub fn hardening(policy: &Policy, transport: Transport) -> Vec<(&'static str, Value)> {
    let Some(hardening) = Hardening::of(policy) else {
        return Vec::new();
    };
    let mut settings = vec![(
        "local_reply_config",
        hardening.local_reply_config(transport),
    )];
    if hardening.removes_server() {
        settings.push(("server_header_transformation", json!("PASS_THROUGH")));
    }
    settings
}

/// A piece can be as large as the listener's limit, and Envoy counts it before a
/// filter can refuse it: streams may hold twice that, so that ours is the answer.
fn routes(options: &Options, buffer: usize) -> Value {
    json!({
        "name": options.name,
        "virtual_hosts": [{
            "name": options.name,
            "domains": ["*"],
            "request_body_buffer_limit": buffer.saturating_mul(2),
            "routes": [{
                "match": { "prefix": "/" },
                "route": { "cluster": options.upstream_cluster() },
            }],
        }],
    })
}

/// One JSON object a line: no query, no field of the request but its id.
fn access_log(path: &std::path::Path) -> Value {
    json!({
        "name": "envoy.access_loggers.file",
        "typed_config": {
            "@type": "type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog",
            "path": path,
            "log_format": { "json_format": {
                "time": "%START_TIME%",
                "method": "%REQ(:METHOD)%",
                "path": "%PATH(NQ)%",
                "protocol": "%PROTOCOL%",
                "status": "%RESPONSE_CODE%",
                "details": "%RESPONSE_CODE_DETAILS%",
                "flags": "%RESPONSE_FLAGS%",
                "duration_ms": "%DURATION%",
                "request_id": "%REQ(X-REQUEST-ID)%",
                "mark_headers": "%FILTER_STATE(wasm.tollgate.headers:PLAIN)%",
                "mark_jwt": "%FILTER_STATE(wasm.tollgate.jwt:PLAIN)%",
                "mark_schema": "%FILTER_STATE(wasm.tollgate.schema:PLAIN)%",
            } },
        },
    })
}
