//! The configuration that Envoy starts with: what `tollgate render envoy` writes,
//! for the addresses of this run.

use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use super::modules::Layout;
use super::ports::Addresses;
use super::upstream::Upstream;
use crate::policy::{Policy, Report};
use crate::render::envoy::{self, Options};

/// All that a configuration is made of.
#[derive(Debug)]
pub struct Plan<'a> {
    /// The policy file.
    pub policy: &'a Path,
    /// Where Envoy listens.
    pub addresses: Addresses,
    /// The API behind the gateway.
    pub upstream: &'a Upstream,
    /// The folder of the modules, absolute.
    pub modules: &'a Path,
    /// How the filters are loaded.
    pub layout: Layout,
    /// Addresses of clusters that the policy may name.
    pub clusters: &'a [(&'a str, SocketAddr)],
}

/// Why there is no configuration.
#[derive(Debug, thiserror::Error)]
pub enum BootstrapError {
    /// The policy doesn't compile.
    #[error("the policy is refused\n{0}")]
    Policy(Report),
    /// It can't be written.
    #[error("`{}`: {error}", path.display())]
    Write {
        /// Where to.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
}

/// Writes the configuration into `folder`; gives where it is.
///
/// # Errors
/// Where the policy is refused or the file can't be written.
pub fn write(plan: &Plan<'_>, folder: &Path) -> Result<PathBuf, BootstrapError> {
    let policy = Policy::load(plan.policy).map_err(BootstrapError::Policy)?;
    let text = envoy::bootstrap(&policy, &options(plan)).to_string();
    let path = folder.join("envoy.json");
    match std::fs::write(&path, text) {
        Ok(()) => Ok(path),
        Err(error) => Err(BootstrapError::Write { path, error }),
    }
}

fn options(plan: &Plan<'_>) -> Options {
    let clusters = plan.clusters.iter();
    Options {
        admin: Some(plan.addresses.admin),
        layout: plan.layout,
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
