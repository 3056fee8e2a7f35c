//! The `tollgate` command.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use tollgate::up;

/// Runs tollgate's filters in a local Envoy.
#[derive(Debug, Parser)]
#[command(version, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Up(up::Args),
}

fn main() -> ExitCode {
    match Cli::parse().command {
        Command::Up(args) => up::run(&args),
    }
}
