//! Envoy configuration: a listener with the chain, the clusters, and the whole
//! static bootstrap. Every part fails closed by itself: what a filter cannot
//! hold, mark or see, another part of the same configuration refuses.

mod cluster;
pub(super) mod connection_manager;
pub(super) mod filters;
pub(super) mod hardening;
mod layout;
mod options;
mod stats;
mod tls;
mod upstream;

use serde_json::{Value, json};

pub use self::filters::MARKS;
pub use self::layout::Layout;
pub use self::options::{Ambiguity, HoldFlag, Options, Protocol, TRUSTED_CA, Tls};
pub use self::upstream::{Scheme, Upstream, UpstreamError};
use crate::policy::Policy;

/// A complete static bootstrap.
#[must_use]
pub fn bootstrap(policy: &Policy, options: &Options) -> Value {
    let mut bootstrap = frame(options);
    bootstrap["static_resources"] = json!({
        "listeners": [listener(policy, options)],
        "clusters": clusters(policy, options),
    });
    bootstrap
}

/// The listener with the chain of filters.
#[must_use]
pub fn listener(policy: &Policy, options: &Options) -> Value {
    let mut chain = json!({
        "filters": [connection_manager::network_filter(policy, options)],
    });
    if let Some(tls) = &options.tls {
        chain["transport_socket"] = tls::downstream(tls);
    }
    json!({
        "name": options.name,
        "address": cluster::address(options.listen),
        "per_connection_buffer_limit_bytes": buffer_limit(policy),
        "filter_chains": [chain],
    })
}

/// The upstream (`<name>_upstream`) and every cluster that the policy fetches from.
#[must_use]
pub fn clusters(policy: &Policy, options: &Options) -> Vec<Value> {
    let mut clusters = vec![cluster::upstream(options)];
    for remote in policy.remotes() {
        let known = |cluster: &Value| cluster["name"] == remote.cluster.as_str();
        if !clusters.iter().any(known) {
            clusters.push(cluster::keys(remote, options));
        }
    }
    clusters
}

/// What a bootstrap has besides listeners and clusters: `stats_config`, the
/// limit on connections, and `admin` where there is one.
#[must_use]
pub fn frame(options: &Options) -> Value {
    let mut frame = json!({
        "stats_config": stats::config(),
        "overload_manager": { "resource_monitors": [{
            "name": "envoy.resource_monitors.global_downstream_max_connections",
            "typed_config": {
                "@type": "type.googleapis.com/envoy.extensions.resource_monitors.downstream_connections.v3.DownstreamConnectionsConfig",
                "max_active_downstream_connections": MAX_CONNECTIONS,
            },
        }] },
    });
    if let Some(admin) = options.admin {
        frame["admin"] = json!({ "address": cluster::address(admin) });
    }
    frame
}

/// Twice what `schema` reads: above the limit the filter answers, with a reason,
/// before Envoy would without one. Never below Envoy's own default.
#[must_use]
pub fn buffer_limit(policy: &Policy) -> usize {
    let twice = policy.body_limit().saturating_mul(2);
    twice.clamp(ENVOY_BUFFER, MAX_WINDOW)
}

/// `per_connection_buffer_limit_bytes` where nothing is set.
const ENVOY_BUFFER: usize = 1024 * 1024;

/// RFC 9113 §6.9.1.
const MAX_WINDOW: usize = 0x7fff_ffff;

/// Envoy by itself has no limit, and warns of that at its start.
const MAX_CONNECTIONS: u32 = 50_000;
