//! Envoy configuration: a listener with the chain, the clusters, and the whole
//! static bootstrap.

mod options;

use serde_json::Value;

pub use self::options::{HoldFlag, Normalization, Options, Protocol, Tls};
use crate::policy::Policy;

/// A complete static bootstrap.
#[must_use]
pub fn bootstrap(policy: &Policy, options: &Options) -> Value {
    let _ = (policy, options);
    todo!()
}

/// The listener with the chain of filters.
#[must_use]
pub fn listener(policy: &Policy, options: &Options) -> Value {
    let _ = (policy, options);
    todo!()
}

/// The upstream (`<name>_upstream`) and every cluster that the policy fetches from.
#[must_use]
pub fn clusters(policy: &Policy, options: &Options) -> Vec<Value> {
    let _ = (policy, options);
    todo!()
}

/// What a bootstrap has besides listeners and clusters: `stats_config`, and `admin` where there is one.
#[must_use]
pub fn frame(options: &Options) -> Value {
    let _ = options;
    todo!()
}
