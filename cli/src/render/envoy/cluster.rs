//! Clusters: the API behind the gateway, and the servers of key sets.

use std::net::SocketAddr;

use serde_json::{Value, json};
use tollgate_kit::remote::Remote;

use super::options::{Options, Protocol};
use super::tls;
use super::upstream::{Scheme, Upstream};

/// An address as Envoy takes it.
#[must_use]
pub fn address(address: SocketAddr) -> Value {
    socket_address(&address.ip().to_string(), address.port())
}

/// The API behind the gateway.
#[must_use]
pub fn upstream(options: &Options) -> Value {
    let mut cluster = server(&options.upstream_cluster(), &options.upstream);
    if options.upstream.scheme == Scheme::Https {
        cluster["transport_socket"] = tls::upstream(&options.upstream.host, options);
    }
    if options.upstream_protocol == Protocol::Http2 {
        cluster["typed_extension_protocol_options"] = json!({
            "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": {
                "@type": "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
                "explicit_http_config": { "http2_protocol_options": {} },
            },
        });
    }
    cluster
}

/// The server of a key set. Its certificate must name the host of the `uri`,
/// wherever the connection goes.
#[must_use]
pub fn keys(remote: &Remote, options: &Options) -> Value {
    let url = format!("{}://{}", remote.scheme, remote.authority);
    // The filter compiled the same `uri`: what it takes for one is one here.
    let named = url.parse::<Upstream>().ok();
    let address = options.cluster_addresses.get(&remote.cluster);
    let server_of = match (address, &named) {
        (Some(address), _) => Upstream::from(*address),
        (None, Some(named)) => named.clone(),
        (None, None) => Upstream {
            scheme: Scheme::Http,
            host: remote.authority.clone(),
            port: 80,
        },
    };
    let mut cluster = server(&remote.cluster, &server_of);
    if let Some(named) = named.filter(|named| named.scheme == Scheme::Https) {
        cluster["transport_socket"] = tls::upstream(&named.host, options);
    }
    cluster
}

fn server(name: &str, server: &Upstream) -> Value {
    let discovery = match server.host.parse::<std::net::IpAddr>() {
        Ok(_) => "STATIC",
        Err(_) => "STRICT_DNS",
    };
    json!({
        "name": name,
        "type": discovery,
        "connect_timeout": "1s",
        "load_assignment": {
            "cluster_name": name,
            "endpoints": [{ "lb_endpoints": [{
                "endpoint": { "address": socket_address(&server.host, server.port) },
            }] }],
        },
    })
}

fn socket_address(host: &str, port: u16) -> Value {
    json!({ "socket_address": { "address": host, "port_value": port } })
}
