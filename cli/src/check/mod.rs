//! `tollgate check`: compiles policies and prints what is wrong with them.

use std::path::PathBuf;
use std::process::ExitCode;

/// Compiles policy files and prints every mistake.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Policy files
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
}

/// Runs the command to its end.
#[must_use]
pub fn run(args: &Args) -> ExitCode {
    let _ = args;
    todo!()
}
