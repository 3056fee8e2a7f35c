//! `tollgate check`: compiles policies as the filters do, and prints what is
//! wrong with them, like a compiler or as JSON.

mod output;

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::ValueEnum;

use self::output::Checked;
use crate::policy::Policy;

/// Compiles policies and prints every mistake.
///
/// Reads each policy file and the OpenAPI document that it names, compiles them
/// with the code that runs in the proxy, and prints all mistakes at once, each
/// with its place. Warnings are about what compiles and is not enforced.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub struct Args {
    /// Policy files
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,

    /// Text for people, or one JSON object for scripts
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
}

/// The form of what is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Text,
    /// One object.
    Json,
}

const AFTER_HELP: &str = "\
Examples:
  tollgate check tollgate.yaml
  tollgate check --format json policies/*.yaml

Exit codes:
  0  every policy compiles
  1  at least one does not
  2  the command line is wrong";

/// Runs the command to its end.
#[must_use]
pub fn run(args: &Args) -> ExitCode {
    let checked: Vec<Checked<'_>> = args
        .files
        .iter()
        .map(|file| Checked {
            file,
            result: Policy::load(file),
        })
        .collect();
    match print(args.format, &checked) {
        Ok(()) if checked.iter().all(|checked| checked.result.is_ok()) => ExitCode::SUCCESS,
        Ok(()) => ExitCode::FAILURE,
        Err(error) => {
            // Where standard error is closed too, the exit code still tells.
            let _ = writeln!(io::stderr(), "error: cannot write: {error}");
            ExitCode::FAILURE
        }
    }
}

fn print(format: Format, checked: &[Checked<'_>]) -> io::Result<()> {
    let mut out = anstream::stdout().lock();
    match format {
        Format::Text => output::text(&mut out, checked)?,
        Format::Json => output::json(&mut out, checked)?,
    }
    out.flush()
}
