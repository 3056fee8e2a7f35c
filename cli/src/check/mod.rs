//! `tollgate check`: compiles policies as the filters do, and prints what is
//! wrong with them, like a compiler or as JSON. With `--request`, what they decide
//! about one request.

mod output;
pub mod request;

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{Args as _, Command, ValueEnum};

use self::output::Checked;
use crate::policy::Policy;

/// Compiles policies and prints every mistake.
///
/// Reads each policy file and the OpenAPI document that it names, compiles them
/// with the code that runs in the proxy, and prints all mistakes at once, each
/// with its place. Warnings are about what compiles and is not enforced.
///
/// With `--request`, says what the filters would decide about that request, and
/// by which steps: nothing is sent, and nothing of it is kept.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub struct Args {
    /// Policy files
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,

    /// A request in YAML or JSON, `-` for standard input: says what is decided about it
    #[arg(long, value_name = "FILE")]
    pub request: Option<PathBuf>,

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
  tollgate check tollgate.yaml --request request.yaml

A request:
  path: /api/v1/orders/7?x=1            # required
  host: api.example.com                 # required
  method: GET                           # the default
  scheme: https                         # the default: the client's connection is TLS
  headers:                              # or a list of [name, value]
    authorization: Bearer eyJ...
  body: '{\"a\": 1}'                    # or body_file: ./body.json
  at: 2026-11-25T04:00:00Z              # or seconds since 1970; default: now
  certificate: ./client.pem             # what the client showed, or its SHA-256 in hex
  keys: { corp: ./jwks.json }           # the key sets of remote providers

Exit codes:
  0  every policy compiles; the request would pass
  1  there is a mistake in a policy, or in the request's file
  2  the command line is wrong
  3  the request would be refused";

/// Runs the command to its end.
#[must_use]
pub fn run(args: &Args) -> ExitCode {
    let mut out = anstream::stdout().lock();
    let ended = match (&args.request, args.files.as_slice()) {
        (None, files) => policies(&mut out, files, args.format),
        (Some(request), [policy]) => request::run(&mut out, policy, request, args.format),
        (Some(_), _) => one_policy(),
    };
    match ended.and_then(|code| out.flush().map(|()| code)) {
        Ok(code) => code,
        Err(error) => {
            // Where standard error is closed too, the exit code still tells.
            let _ = writeln!(io::stderr(), "error: cannot write: {error}");
            ExitCode::FAILURE
        }
    }
}

fn policies(out: &mut impl io::Write, files: &[PathBuf], format: Format) -> io::Result<ExitCode> {
    let checked: Vec<Checked<'_>> = files
        .iter()
        .map(|file| Checked {
            file,
            result: Policy::load_with_examples(file),
        })
        .collect();
    match format {
        Format::Text => output::text(out, &checked)?,
        Format::Json => output::json(out, &checked)?,
    }
    Ok(match checked.iter().all(|checked| checked.result.is_ok()) {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}

/// Ends the program: the command line is wrong.
fn one_policy() -> ! {
    let message = "`--request` is tried with one policy file";
    let mut command = Args::augment_args(Command::new("tollgate check"));
    command.error(ErrorKind::TooManyValues, message).exit()
}
