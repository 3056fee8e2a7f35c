//! The configuration of the Envoy that is measured: what `tollgate render envoy`
//! writes, with the chain's filters in it.

use std::path::Path;

use serde_json::{Value, json};

use super::material::Material;
use super::{Chain, Filters, Marks, Transport};
use crate::bench::identity::Identity;
use crate::policy::Policy;
use crate::render::envoy::{self, Layout, MARKS, Options, Tls, Upstream};
use crate::up::ports::Addresses;

/// What a configuration is made of besides the chain.
#[derive(Debug, Clone, Copy)]
pub struct Frame<'a> {
    /// Where Envoy listens.
    pub addresses: Addresses,
    /// Where its requests go.
    pub upstream: &'a Upstream,
    /// The folder of the project's modules, absolute; none where no chain loads one.
    pub modules: Option<&'a Path>,
    /// Certificates for TLS.
    pub identity: &'a Identity,
}

/// Connections from one Envoy to the upstream, at most: Envoy's own limit.
pub const UPSTREAM_CONNECTIONS: usize = 1024;

/// The bootstrap for `chain`.
#[must_use]
pub fn bootstrap(chain: &Chain, material: &Material, frame: &Frame<'_>) -> Value {
    let (policy, layout) = match &chain.filters {
        Filters::Plain(_) => (&material.all, Layout::All),
        Filters::Policy { policy, layout, .. } => (policy, *layout),
    };
    let modules = frame.modules.unwrap_or(Path::new("/"));
    let options = Options {
        admin: Some(frame.addresses.admin),
        layout,
        tls: tls(chain.transport, frame.identity),
        ..Options::new(
            frame.addresses.listen,
            frame.upstream.clone(),
            modules.to_owned(),
        )
    };
    let mut bootstrap = envoy::bootstrap(policy, &options);
    let filters = &mut manager(&mut bootstrap)["http_filters"];
    *filters = json!(kept(filters, &chain.filters));
    unlimited(&mut bootstrap);
    bootstrap
}

/// The fields that the connection manager sets on its local replies under `policy`.
#[must_use]
pub fn local_reply_fields(policy: &Policy) -> Vec<Value> {
    let address = std::net::SocketAddr::from(([127, 0, 0, 1], 0));
    let options = Options::new(address, Upstream::from(address), "/".into());
    let mut bootstrap = envoy::bootstrap(policy, &options);
    let mappers = &manager(&mut bootstrap)["local_reply_config"]["mappers"];
    let fields = mappers[0]["headers_to_add"].as_array();
    fields.cloned().unwrap_or_default()
}

fn tls(transport: Transport, identity: &Identity) -> Option<Tls> {
    let client_ca = match transport {
        Transport::Plain => return None,
        Transport::Tls => None,
        Transport::MutualTls => Some(identity.authority_file.clone()),
    };
    Some(Tls {
        certificate: identity.certificate_file.clone(),
        key: identity.key_file.clone(),
        client_ca,
    })
}

fn manager(bootstrap: &mut Value) -> &mut Value {
    let chain = &mut bootstrap["static_resources"]["listeners"][0]["filter_chains"][0];
    &mut chain["filters"][0]["typed_config"]
}

/// Of the rendered filters, the router is last.
fn kept(rendered: &Value, filters: &Filters) -> Vec<Value> {
    let rendered = rendered.as_array().cloned().unwrap_or_default();
    match filters {
        Filters::Plain(plain) => plain.iter().chain(rendered.last()).cloned().collect(),
        Filters::Policy {
            marks: Marks::Insisted,
            ..
        } => rendered,
        Filters::Policy {
            marks: Marks::Bare, ..
        } => {
            let guards = |filter: &Value| filter["name"] == MARKS;
            let before = rendered.iter().take_while(|filter| !guards(filter));
            before.chain(rendered.last()).cloned().collect()
        }
    }
}

/// A load that Envoy's limits on requests would cut, or its patience with a busy upstream, is
/// none that can be compared. Its limit on connections upstream stays: beyond it requests
/// wait, while without it each Envoy would keep as many files open here as it had requests
/// at once.
fn unlimited(bootstrap: &mut Value) {
    let most = json!(1_000_000);
    let cluster = &mut bootstrap["static_resources"]["clusters"][0];
    cluster["connect_timeout"] = json!("30s");
    cluster["circuit_breakers"] = json!({ "thresholds": [{
        "max_connections": UPSTREAM_CONNECTIONS,
        "max_pending_requests": most,
        "max_requests": most,
    }] });
    let host = &mut manager(bootstrap)["route_config"]["virtual_hosts"][0];
    host["routes"][0]["route"]["timeout"] = json!("60s");
}
