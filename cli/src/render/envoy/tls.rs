//! TLS: what clients must speak, and how servers are checked.

use std::net::IpAddr;

use serde_json::{Value, json};

use super::options::{Options, Tls};

/// The listener's side: TLS 1.3 only. A client's certificate is checked where one
/// is shown; whether a request needs one is the filters' decision.
#[must_use]
pub fn downstream(tls: &Tls) -> Value {
    let mut socket = json!({
        "name": "envoy.transport_sockets.tls",
        "typed_config": {
            "@type": "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext",
            "common_tls_context": {
                "alpn_protocols": ["h2", "http/1.1"],
                "tls_params": { "tls_minimum_protocol_version": "TLSv1_3", "tls_maximum_protocol_version": "TLSv1_3" },
                "tls_certificates": [{
                    "certificate_chain": { "filename": tls.certificate },
                    "private_key": { "filename": tls.key },
                }],
            },
        },
    });
    if let Some(authorities) = &tls.client_ca {
        let context = &mut socket["typed_config"];
        context["require_client_certificate"] = json!(false);
        context["common_tls_context"]["validation_context"] =
            json!({ "trusted_ca": { "filename": authorities } });
    }
    socket
}

/// The side of a client of `host`: its name is sent, and its certificate must
/// carry it, signed by an authority that is trusted.
#[must_use]
pub fn upstream(host: &str, options: &Options) -> Value {
    let kind = match host.parse::<IpAddr>() {
        Ok(_) => "IP_ADDRESS",
        Err(_) => "DNS",
    };
    let mut context = json!({
        "@type": "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext",
        "common_tls_context": {
            "tls_params": { "tls_minimum_protocol_version": "TLSv1_2", "tls_maximum_protocol_version": "TLSv1_3" },
            "validation_context": {
                "trusted_ca": { "filename": options.trusted_ca },
                "match_typed_subject_alt_names": [{ "san_type": kind, "matcher": { "exact": host } }],
            },
        },
    });
    // RFC 6066 §3: an address is no server name.
    if kind == "DNS" {
        context["sni"] = json!(host);
    }
    json!({ "name": "envoy.transport_sockets.tls", "typed_config": context })
}
