//! Why `up` fails, and the exit code for it.

use std::io;
use std::net::SocketAddr;
use std::process::{ExitCode, ExitStatus};
use std::time::Duration;

use super::envoy::LaunchError;
use super::envoy::locate::LocateError;
use super::issuer::IssuerError;
use super::issuer::keys::KeyError;
use super::modules::ModulesError;
use super::ports::PortErrors;
use crate::policy::Report;

/// Why `up` fails.
#[derive(Debug, thiserror::Error)]
pub enum UpError {
    /// An API of one's own without a policy.
    #[error(
        "the sample's policy doesn't fit an API of your own\n  hint: add `--policy FILE` to `--upstream`"
    )]
    PolicyMissing,
    /// The policy doesn't compile.
    #[error("the policy is refused\n{0}")]
    Policy(Report),
    /// A port is taken.
    #[error(transparent)]
    Ports(#[from] PortErrors),
    /// The filters aren't built.
    #[error(transparent)]
    Modules(#[from] ModulesError),
    /// There is no Envoy.
    #[error(transparent)]
    Locate(#[from] LocateError),
    /// The token issuer didn't start.
    #[error("the token issuer: {0}")]
    Issuer(#[from] IssuerError),
    /// A token couldn't be signed.
    #[error("the token issuer: {0}")]
    Token(#[from] KeyError),
    /// The sample API didn't start.
    #[error("the sample API: {0}")]
    Api(io::Error),
    /// Envoy couldn't be run.
    #[error("Envoy didn't start: {0}")]
    Launch(#[from] LaunchError),
    /// Envoy ended.
    #[error("Envoy ended by itself ({status}){}", written(log))]
    Ended {
        /// How.
        status: ExitStatus,
        /// What it wrote last.
        log: Vec<String>,
    },
    /// The gateway doesn't do what it should.
    #[error("the gateway at {gateway} wasn't ready after {} s: {last}{}", waited.as_secs(), written(log))]
    NotReady {
        /// Where.
        gateway: SocketAddr,
        /// For how long it was tried.
        waited: Duration,
        /// How the last attempt went.
        last: String,
        /// What Envoy wrote last.
        log: Vec<String>,
    },
    /// A file of our own couldn't be written.
    #[error("the temporary folder: {0}")]
    Folder(io::Error),
    /// Standard output is closed.
    #[error("standard output: {0}")]
    Output(io::Error),
    /// The system doesn't let us run or end children, or hear signals.
    #[error("the system: {0}")]
    System(io::Error),
}

// === impl UpError ===

impl UpError {
    /// The exit code: 2 for a wrong command line, as for those that clap finds.
    #[must_use]
    pub fn exit_code(&self) -> ExitCode {
        match self {
            Self::PolicyMissing => ExitCode::from(2),
            Self::Policy(_)
            | Self::Ports(_)
            | Self::Modules(_)
            | Self::Locate(_)
            | Self::Issuer(_)
            | Self::Token(_)
            | Self::Api(_)
            | Self::Launch(_)
            | Self::Ended { .. }
            | Self::NotReady { .. }
            | Self::Folder(_)
            | Self::Output(_)
            | Self::System(_) => ExitCode::FAILURE,
        }
    }
}

fn written(log: &[String]) -> String {
    if log.is_empty() {
        return "; it wrote nothing".to_owned();
    }
    format!("; the last that it wrote:\n  {}", log.join("\n  "))
}
