//! The configuration that Envoy starts with: what `tollgate render envoy` writes,
//! for the addresses of this run.

use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use super::ports::Addresses;
use crate::policy::Policy;
use crate::render::envoy::{self, Layout, Options, Upstream};

/// All that a configuration is made of.
#[derive(Debug)]
pub struct Plan<'a> {
    /// What the filters decide by.
    pub policy: &'a Policy,
    /// Where Envoy listens.
    pub addresses: Addresses,
    /// The API behind the gateway.
    pub upstream: &'a Upstream,
    /// The folder of the modules, absolute.
    pub modules: &'a Path,
    /// How the filters are loaded.
    pub layout: Layout,
    /// The authorities that vouch for TLS servers.
    pub trusted_ca: PathBuf,
    /// Addresses of clusters that the policy may name.
    pub clusters: &'a [(&'a str, SocketAddr)],
}

/// Writes the configuration into `folder`; gives where it is.
///
/// # Errors
/// Where the file can't be written.
pub fn write(plan: &Plan<'_>, folder: &Path) -> io::Result<PathBuf> {
    let path = folder.join("envoy.json");
    let bootstrap = envoy::bootstrap(plan.policy, &options(plan));
    std::fs::write(&path, bootstrap.to_string())?;
    Ok(path)
}

fn options(plan: &Plan<'_>) -> Options {
    let clusters = plan.clusters.iter();
    Options {
        admin: Some(plan.addresses.admin),
        layout: plan.layout,
        trusted_ca: plan.trusted_ca.clone(),
        cluster_addresses: clusters
            .map(|(name, address)| ((*name).to_owned(), *address))
            .collect(),
        ..Options::new(
            plan.addresses.listen,
            plan.upstream.clone(),
            plan.modules.to_owned(),
        )
    }
}
