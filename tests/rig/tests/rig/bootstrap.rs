//! An Envoy that only passes requests on.

use std::net::SocketAddr;

use serde_json::{Value, json};
use tollgate_rig::{Envoy, Http, Identity, Port, Upstream};

/// Envoy between a port and an upstream.
pub struct Proxy {
    pub envoy: Envoy,
    pub listen: Port,
    pub upstream: Upstream,
}

/// Starts one that speaks `http` to the upstream, and TLS to clients with `tls`.
pub fn proxy(http: Http, tls: Option<&Identity>) -> Proxy {
    let upstream = Upstream::start();
    let listen = Port::free().unwrap();
    let bootstrap = bootstrap(
        &[listener("main", listen.address(), "up", tls)],
        &[cluster("up", upstream.address(), http)],
    );
    let envoy = Envoy::start(&bootstrap, 1).unwrap_or_else(|error| panic!("{error}"));
    Proxy {
        envoy,
        listen,
        upstream,
    }
}

pub fn bootstrap(listeners: &[Value], clusters: &[Value]) -> Value {
    json!({ "static_resources": { "listeners": listeners, "clusters": clusters } })
}

pub fn listener(name: &str, at: SocketAddr, cluster: &str, tls: Option<&Identity>) -> Value {
    let manager = json!({
        "@type": "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
        "stat_prefix": name,
        "route_config": { "virtual_hosts": [{ "name": "all", "domains": ["*"], "routes": [
            { "match": { "prefix": "/" }, "route": { "cluster": cluster } },
        ] }] },
        "http_filters": [{
            "name": "router",
            "typed_config": { "@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router" },
        }],
    });
    let mut chain = json!({ "filters": [{ "name": "http", "typed_config": manager }] });
    if let Some(tls) = tls {
        chain["transport_socket"] = json!({
            "name": "tls",
            "typed_config": {
                "@type": "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext",
                "common_tls_context": {
                    "alpn_protocols": ["h2", "http/1.1"],
                    "tls_certificates": [{
                        "certificate_chain": { "filename": tls.certificate_file() },
                        "private_key": { "filename": tls.key_file() },
                    }],
                },
            },
        });
    }
    json!({ "name": name, "address": address(at), "filter_chains": [chain] })
}

pub fn cluster(name: &str, at: SocketAddr, http: Http) -> Value {
    let mut cluster = json!({
        "name": name,
        "connect_timeout": "1s",
        "load_assignment": { "cluster_name": name, "endpoints": [
            { "lb_endpoints": [{ "endpoint": { "address": address(at) } }] },
        ] },
    });
    if http == Http::Two {
        cluster["typed_extension_protocol_options"] = json!({
            "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": {
                "@type": "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
                "explicit_http_config": { "http2_protocol_options": {} },
            },
        });
    }
    cluster
}

fn address(at: SocketAddr) -> Value {
    json!({ "socket_address": { "address": at.ip(), "port_value": at.port() } })
}
