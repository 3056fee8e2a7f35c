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
    let mut manager = json!({
        "@type": "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
        "stat_prefix": options.name,
        "codec_type": "AUTO",
        // The gateway is the edge: no client is trusted for what Envoy says of it.
        "use_remote_address": true,
        "internal_address_config": {},
        "request_headers_timeout": "10s",
        "stream_idle_timeout": "60s",
        "http2_protocol_options": {
            "max_concurrent_streams": 100,
            "initial_stream_window_size": 65_536,
            "initial_connection_window_size": 1_048_576,
        },
        "route_config": routes(options),
        "http_filters": filters::chain(policy, options),
    });
    if options.ambiguity == Ambiguity::Envoy {
        manager["normalize_path"] = json!(true);
        manager["merge_slashes"] = json!(true);
        manager["path_with_escaped_slashes_action"] = json!("REJECT_REQUEST");
        manager["common_http_protocol_options"] =
            json!({ "headers_with_underscores_action": "REJECT_REQUEST" });
    }
    if let Some(hardening) = Hardening::of(policy) {
        let transport = match options.tls {
            Some(_) => Transport::Tls,
            None => Transport::Plain,
        };
        manager["local_reply_config"] = hardening.local_reply_config(transport);
        if hardening.removes_server() {
            manager["server_header_transformation"] = json!("PASS_THROUGH");
        }
    }
    if let Some(path) = &options.access_log {
        manager["access_log"] = json!([access_log(path)]);
    }
    manager
}

fn routes(options: &Options) -> Value {
    json!({
        "name": options.name,
        "virtual_hosts": [{
            "name": options.name,
            "domains": ["*"],
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
