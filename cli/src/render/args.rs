//! What `tollgate render` is told.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Subcommand, ValueEnum};

use super::envoy::{Layout, Options, Protocol, Tls, Upstream};
use super::istio::{self, Context, Form};

/// Writes configuration that runs a policy.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// For whom.
    #[command(subcommand)]
    pub target: Target,
}

/// What is written.
#[derive(Debug, Subcommand)]
pub enum Target {
    /// Writes configuration for Envoy
    Envoy(EnvoyArgs),
    /// Writes manifests for Istio
    Istio(IstioArgs),
}

/// Writes configuration for Envoy.
///
/// The listener with the filters in their order, the RBAC filter that insists on
/// their marks, hardened local replies, buffer limits that fit the policy, and
/// the clusters of the upstream and of the key sets.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub struct EnvoyArgs {
    /// The policy file
    #[arg(value_name = "FILE")]
    pub policy: PathBuf,

    /// The API behind the gateway
    #[arg(long, value_name = "URL")]
    pub upstream: Upstream,

    /// What the upstream is spoken to in
    #[arg(long, value_enum, default_value_t = Protocol::Http1)]
    pub upstream_protocol: Protocol,

    /// Where the gateway listens
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "0.0.0.0:8080")]
    pub listen: SocketAddr,

    /// The listener's certificate chain, in PEM, where Envoy reads it
    #[arg(long, value_name = "PATH", requires = "tls_key")]
    pub tls_certificate: Option<PathBuf>,

    /// The key of the certificate, in PEM, where Envoy reads it
    #[arg(long, value_name = "PATH", requires = "tls_certificate")]
    pub tls_key: Option<PathBuf>,

    /// The authorities of clients' certificates, in PEM, for `sender: mtls`:
    /// clients are asked for one; which request needs it, the policy says
    #[arg(long, value_name = "PATH", requires = "tls_certificate")]
    pub client_ca: Option<PathBuf>,

    /// Where Envoy's admin interface listens; none without
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub admin: Option<SocketAddr>,

    /// Names the listener, its statistics and the upstream's cluster
    #[arg(long, value_name = "NAME", default_value = "tollgate", value_parser = name)]
    pub name: String,

    /// The folder of the built filters, where Envoy reads it
    #[arg(long, value_name = "DIR", default_value = "/etc/tollgate")]
    pub modules: PathBuf,

    /// How the filters are loaded
    #[arg(long, value_enum, default_value_t = Layout::Bundle)]
    pub layout: Layout,

    /// The authorities that vouch for TLS servers, in PEM, where Envoy reads them
    #[arg(
        long,
        value_name = "PATH",
        default_value = "/etc/ssl/certs/ca-certificates.crt"
    )]
    pub trusted_ca: PathBuf,

    /// The access log's file
    #[arg(long, value_name = "PATH", default_value = "/dev/stdout")]
    pub access_log: PathBuf,

    /// What of the configuration is written
    #[arg(long, value_enum, default_value_t = Part::Bootstrap)]
    pub part: Part,

    /// The form
    #[arg(long, value_enum, default_value_t = Format::Yaml)]
    pub format: Format,

    /// The file; standard output without
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// Writes manifests for Istio.
///
/// The filters as `EnvoyFilter` or `WasmPlugin`, and the RBAC filter, hardened
/// local replies and buffer limits that guard them as an `EnvoyFilter`.
#[derive(Debug, clap::Args)]
#[command(after_help = ISTIO_HELP)]
pub struct IstioArgs {
    /// The policy file
    #[arg(value_name = "FILE")]
    pub policy: PathBuf,

    /// How the filters are attached
    #[arg(long, value_enum, default_value_t = Form::EnvoyFilter)]
    pub form: Form,

    /// Where they run
    #[arg(long, value_enum, default_value_t = Context::Gateway)]
    pub context: Context,

    /// Begins the names of the manifests
    #[arg(long, value_name = "NAME", default_value = "tollgate", value_parser = label)]
    pub name: String,

    /// The namespace of the manifests
    #[arg(long, value_name = "NAMESPACE", default_value = "istio-system", value_parser = label)]
    pub namespace: String,

    /// A label of the workloads; all of them without
    #[arg(long, value_name = "LABEL=VALUE", value_parser = pair)]
    pub selector: Vec<(String, String)>,

    /// The module of all filters, for `wasm-plugin`
    #[arg(
        long,
        value_name = "URL",
        default_value = "file:///etc/tollgate/tollgate.wasm"
    )]
    pub url: String,

    /// The folder of the built filters in the proxy's container, for `envoy-filter`
    #[arg(long, value_name = "DIR", default_value = "/etc/tollgate")]
    pub modules: PathBuf,

    /// The form of the text
    #[arg(long, value_enum, default_value_t = Format::Yaml)]
    pub format: Format,

    /// The file; standard output without
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// What of a configuration is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Part {
    /// All that Envoy starts with
    Bootstrap,
    /// The listener with the filters
    Listener,
    /// The clusters
    Clusters,
}

/// The form of what is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// YAML
    Yaml,
    /// JSON
    Json,
}

const AFTER_HELP: &str = "\
Examples:
  tollgate render envoy tollgate.yaml --upstream http://127.0.0.1:3000
  tollgate render envoy tollgate.yaml --upstream https://api.internal --part listener --format json
  tollgate render envoy tollgate.yaml --upstream http://api:3000 --modules dist -o envoy.yaml

Exit codes:
  0  it was written
  1  the policy doesn't compile, or the file can't be written
  2  the command line is wrong";

const ISTIO_HELP: &str = "\
Examples:
  tollgate render istio tollgate.yaml --selector istio=ingressgateway
  tollgate render istio tollgate.yaml --form wasm-plugin --url oci://registry.example/tollgate:0.1.0

Exit codes:
  0  they were written
  1  the policy doesn't compile or asks for what the form cannot do, or the file can't be written
  2  the command line is wrong";

// === impl IstioArgs ===

impl IstioArgs {
    /// What the manifests are made of besides the policy.
    #[must_use]
    pub fn options(&self) -> istio::Options {
        istio::Options {
            name: self.name.clone(),
            namespace: self.namespace.clone(),
            selector: self.selector.clone(),
            form: self.form,
            context: self.context,
            url: self.url.clone(),
            modules: self.modules.clone(),
        }
    }
}

// === impl EnvoyArgs ===

impl EnvoyArgs {
    /// What the configuration is made of besides the policy.
    #[must_use]
    pub fn options(&self) -> Options {
        let pair = self.tls_certificate.clone().zip(self.tls_key.clone());
        Options {
            name: self.name.clone(),
            tls: pair.map(|(certificate, key)| Tls {
                certificate,
                key,
                client_ca: self.client_ca.clone(),
            }),
            admin: self.admin,
            upstream_protocol: self.upstream_protocol,
            layout: self.layout,
            trusted_ca: self.trusted_ca.clone(),
            access_log: Some(self.access_log.clone()),
            ..Options::new(self.listen, self.upstream.clone(), self.modules.clone())
        }
    }
}

fn name(text: &str) -> Result<String, String> {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    if !text.is_empty() && text.bytes().all(fits) {
        Ok(text.to_owned())
    } else {
        Err("expected lower-case letters, digits and `_`".to_owned())
    }
}

/// A name in Kubernetes (RFC 1123 label).
fn label(text: &str) -> Result<String, String> {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let edge = |byte: Option<&u8>| byte.is_some_and(|byte| *byte != b'-');
    let bytes = text.as_bytes();
    if text.len() <= 63
        && bytes.iter().all(|byte| fits(*byte))
        && edge(bytes.first())
        && edge(bytes.last())
    {
        Ok(text.to_owned())
    } else {
        Err("expected 1 to 63 of a to z, 0 to 9 and `-`, not at its ends".to_owned())
    }
}

fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((label, value)) if !label.is_empty() => Ok((label.to_owned(), value.to_owned())),
        Some(_) | None => Err("expected a label and its value, as in `app=orders`".to_owned()),
    }
}
