//! What `tollgate up` is told.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::ValueEnum;

use super::envoy::Level;
use crate::render::envoy::{Layout, Upstream};

/// Runs Envoy with the filters in front of a sample API, or of your own.
///
/// Starts Envoy with all three filters, a sample API with an OpenAPI document
/// and a token issuer, and prints `curl` lines with what each of them gives.
/// Everything ends with Ctrl-C.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub struct Args {
    /// Where the gateway listens; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,

    /// Where Envoy's admin interface listens; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:9901")]
    pub admin: SocketAddr,

    /// A policy of your own instead of the sample's
    #[arg(long, value_name = "FILE")]
    pub policy: Option<PathBuf>,

    /// An API of your own instead of the sample; needs `--policy`
    #[arg(long, value_name = "URL")]
    pub upstream: Option<Upstream>,

    /// The authorities that vouch for TLS servers, in PEM; else the system's
    #[arg(long, value_name = "PATH", env = "SSL_CERT_FILE")]
    pub trusted_ca: Option<PathBuf>,

    /// Envoy's binary; else the one on PATH, else the project's own
    #[arg(long, value_name = "PATH", env = "ENVOY")]
    pub envoy: Option<PathBuf>,

    /// The folder of the built filters; else `dist` here or above
    #[arg(long, value_name = "DIR", env = "TOLLGATE_MODULES")]
    pub modules: Option<PathBuf>,

    /// How the filters are loaded
    #[arg(long, value_enum, default_value_t = Layout::Bundle)]
    pub layout: Layout,

    /// Envoy's worker threads
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=256))]
    pub concurrency: u16,

    /// What Envoy writes; the filters write a line at `warning` for each denial
    #[arg(long, value_enum, default_value_t = Level::Warning)]
    pub log_level: Level,

    /// Text for people, or one JSON object for scripts
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,

    /// Send each printed request, compare, and end
    #[arg(long, conflicts_with_all = ["policy", "upstream"])]
    pub check: bool,
}

/// The form of what is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Text,
    /// One object, once the gateway is ready.
    Json,
}

const AFTER_HELP: &str = "\
A provider of your own policy whose keys come from the cluster `sample_issuer` gets
the keys of the built-in token issuer.

Examples:
  tollgate up
  tollgate up --listen 127.0.0.1:0 --admin 127.0.0.1:0
  tollgate up --policy tollgate.yaml --upstream http://127.0.0.1:3000
  tollgate up --check --layout all

Exit codes:
  0  it was ended by Ctrl-C or a signal, or every promise was kept (--check)
  1  it could not start, Envoy ended by itself, or a promise was broken (--check)
  2  the command line is wrong";
