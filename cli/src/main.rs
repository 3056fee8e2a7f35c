//! The `tollgate` command.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use tollgate::{bench, check, render, up};

/// Runs, checks, renders and measures tollgate's filters.
#[derive(Debug, Parser)]
#[command(version, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Up(up::Args),
    Check(check::Args),
    Render(render::Args),
    Bench(bench::Args),
}

fn main() -> ExitCode {
    match Cli::parse().command {
        Command::Up(args) => up::run(&args),
        Command::Check(args) => check::run(&args),
        Command::Render(args) => render::run(&args),
        Command::Bench(args) => bench::run(&args),
    }
}
