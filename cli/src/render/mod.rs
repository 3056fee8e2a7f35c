//! `tollgate render`: turns a policy into configuration for Envoy and Istio.

pub mod envoy;

use std::process::ExitCode;

/// Writes configuration for Envoy or Istio.
#[derive(Debug, clap::Args)]
pub struct Args {}

/// Runs the command to its end.
#[must_use]
pub fn run(args: &Args) -> ExitCode {
    let _ = args;
    todo!()
}
