//! Why a run gives no record, and the exit code for it.

use std::io;
use std::process::ExitCode;

use super::budget::hold::HoldError;
use super::chain::file::FileError;
use super::chain::material::MaterialError;
use super::destination::DestinationError;
use super::identity::IdentityError;
use super::load::LoadError;
use super::result::ReadError;
use super::workload::built_in::WorkloadError;
use super::workload::described::DescribedError;
use crate::policy::Report;
use crate::up::envoy::LaunchError;
use crate::up::envoy::locate::LocateError;
use crate::up::issuer::keys::KeyError;
use crate::up::modules::ModulesError;
use crate::up::ports::PortErrors;

/// Why a run gives no record.
#[derive(Debug, thiserror::Error)]
pub enum BenchError {
    /// There is no such chain.
    #[error("no chain `{0}`\n  hint: `tollgate bench --help` lists them")]
    Chain(String),
    /// There is no such workload.
    #[error("no workload `{0}`\n  hint: `tollgate bench --help` lists them")]
    Workload(String),
    /// The system bounds the number of connections.
    #[error(
        "`{workload}` needs {needed} open files, and the system allows {limit}\n  hint: raise `ulimit -Hn`, or measure fewer chains at a time"
    )]
    Files {
        /// Which workload.
        workload: String,
        /// How many it takes.
        needed: usize,
        /// How many there may be.
        limit: usize,
    },
    /// Another generator was asked for.
    #[error("no `wrk` on PATH\n  hint: leave `--generator` out, the built-in one needs nothing")]
    Generator,
    /// The file of chains is wrong.
    #[error(transparent)]
    File(#[from] FileError),
    /// The policy doesn't compile.
    #[error("the policy is refused\n{0}")]
    Policy(Report),
    /// A described request is wrong.
    #[error(transparent)]
    Described(#[from] DescribedError),
    /// The filters aren't built.
    #[error(transparent)]
    Modules(#[from] ModulesError),
    /// There is no Envoy.
    #[error(transparent)]
    Locate(#[from] LocateError),
    /// What the built-in chains are made of is missing.
    #[error(transparent)]
    Material(#[from] MaterialError),
    /// There are no keys.
    #[error("keys: {0}")]
    Keys(#[from] KeyError),
    /// There are no certificates.
    #[error(transparent)]
    Identity(#[from] IdentityError),
    /// There are no requests.
    #[error(transparent)]
    Requests(#[from] WorkloadError),
    /// No port is free.
    #[error(transparent)]
    Ports(#[from] PortErrors),
    /// Envoy couldn't be run.
    #[error("Envoy didn't start: {0}")]
    Launch(#[from] LaunchError),
    /// Envoy doesn't serve.
    #[error("the Envoy of chain `{chain}` {fault}{}", written(log))]
    Envoy {
        /// Whose.
        chain: String,
        /// What became of it.
        fault: String,
        /// What it wrote last.
        log: Vec<String>,
    },
    /// The load broke off.
    #[error("chain `{chain}`, workload `{workload}`: {error}")]
    Load {
        /// Of which chain.
        chain: String,
        /// Under which workload.
        workload: String,
        /// How.
        error: LoadError,
    },
    /// The system lacks what is needed.
    #[error("the system: {0}")]
    System(io::Error),
    /// Standard output is closed.
    #[error("standard output: {0}")]
    Output(io::Error),
    /// A recorded run can't be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// A file can't be written.
    #[error(transparent)]
    Destination(#[from] DestinationError),
    /// A bound is about nothing that is measured.
    #[error(transparent)]
    Budget(#[from] HoldError),
    /// Two records don't tell whether one costs more.
    #[error("`--fail-on-more` can't be told: {0}")]
    Incomparable(&'static str),
    /// A signal ended it.
    #[error("ended before there was a result")]
    Ended,
}

// === impl BenchError ===

impl BenchError {
    /// The exit code.
    #[must_use]
    pub fn exit_code(&self) -> ExitCode {
        match self {
            Self::Chain(_) | Self::Workload(_) | Self::Budget(_) => ExitCode::from(2),
            Self::Ended => ExitCode::from(130),
            Self::Generator
            | Self::Files { .. }
            | Self::File(_)
            | Self::Policy(_)
            | Self::Described(_)
            | Self::Modules(_)
            | Self::Locate(_)
            | Self::Material(_)
            | Self::Keys(_)
            | Self::Identity(_)
            | Self::Requests(_)
            | Self::Ports(_)
            | Self::Launch(_)
            | Self::Envoy { .. }
            | Self::Load { .. }
            | Self::System(_)
            | Self::Output(_)
            | Self::Incomparable(_)
            | Self::Read(_)
            | Self::Destination(_) => ExitCode::FAILURE,
        }
    }
}

fn written(log: &[String]) -> String {
    if log.is_empty() {
        return "; it wrote nothing".to_owned();
    }
    format!("; the last that it wrote:\n  {}", log.join("\n  "))
}
