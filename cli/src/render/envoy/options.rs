//! What a configuration is made of besides the policy.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;

use clap::ValueEnum;

use super::filters::Loading;
use super::layout::Layout;
use super::upstream::Upstream;

/// What a configuration is made of besides the policy.
#[derive(Debug, Clone)]
pub struct Options {
    /// `[a-z0-9_]+`: names the listener, its statistics, the upstream's cluster
    /// (`<name>_upstream`), and goes into `vm_id`.
    pub name: String,
    /// Where Envoy listens.
    pub listen: SocketAddr,
    /// TLS for the clients; plain without.
    pub tls: Option<Tls>,
    /// Where the admin interface listens; none without.
    pub admin: Option<SocketAddr>,
    /// Where requests go.
    pub upstream: Upstream,
    /// What the upstream is spoken to in.
    pub upstream_protocol: Protocol,
    /// The folder of the modules, as Envoy will see it.
    pub modules: PathBuf,
    /// How the filters are loaded.
    pub layout: Layout,
    /// Whether filters may hold request and response heads.
    pub hold_flag: HoldFlag,
    /// Who meets ambiguous paths and names first.
    pub ambiguity: Ambiguity,
    /// The authorities that vouch for TLS servers.
    pub trusted_ca: PathBuf,
    /// Addresses for clusters that the policy names, instead of what DNS says.
    pub cluster_addresses: BTreeMap<String, SocketAddr>,
    /// The access log's file; none without.
    pub access_log: Option<PathBuf>,
}

/// Certificate and key of the listener, as files that Envoy reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tls {
    /// The chain, in PEM.
    pub certificate: PathBuf,
    /// The key, in PEM.
    pub key: PathBuf,
    /// The authorities of clients' certificates, in PEM: clients are asked for one,
    /// and one that they show must be good. Not asked without.
    pub client_ca: Option<PathBuf>,
}

/// `allow_on_headers_stop_iteration` of the filters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HoldFlag {
    /// `true`: heads can be held while bodies are read.
    Set,
    /// Left out, as under Istio's `WasmPlugin`: only bodies can be held.
    Unset,
}

/// Who normalises paths, and refuses those and the field names that two readers
/// could understand differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ambiguity {
    /// Envoy, without a reason; the filters judge what is left.
    Envoy,
    /// The filters alone.
    Filters,
}

/// What the upstream is spoken to in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Protocol {
    /// HTTP/1.1
    Http1,
    /// HTTP/2, for gRPC and trailers
    Http2,
}

// === impl Options ===

impl Options {
    /// The three that have no default; everything else as `tollgate render envoy` has it.
    #[must_use]
    pub fn new(listen: SocketAddr, upstream: Upstream, modules: PathBuf) -> Self {
        Self {
            name: "tollgate".to_owned(),
            listen,
            tls: None,
            admin: None,
            upstream,
            upstream_protocol: Protocol::Http1,
            modules,
            layout: Layout::Bundle,
            hold_flag: HoldFlag::Set,
            ambiguity: Ambiguity::Envoy,
            trusted_ca: PathBuf::from(TRUSTED_CA[0]),
            cluster_addresses: BTreeMap::new(),
            access_log: None,
        }
    }

    /// What of it concerns the filters.
    #[must_use]
    pub fn loading(&self) -> Loading<'_> {
        Loading {
            name: &self.name,
            layout: self.layout,
            modules: &self.modules,
            hold_flag: self.hold_flag,
        }
    }

    /// The name of the upstream's cluster.
    #[must_use]
    pub fn upstream_cluster(&self) -> String {
        format!("{}_upstream", self.name)
    }
}

/// Where systems keep the authorities that they trust: Debian and Ubuntu, macOS
/// and Alpine, Fedora, SUSE.
pub const TRUSTED_CA: [&str; 4] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/ssl/cert.pem",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
];
