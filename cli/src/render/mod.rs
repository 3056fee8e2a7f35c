//! `tollgate render`: turns a policy into configuration for Envoy.

pub mod args;
pub mod envoy;

use std::io::{self, Write as _};
use std::path::Path;
use std::process::ExitCode;

use anstyle::AnsiColor;
use serde_json::{Value, json};

pub use self::args::Args;
use self::args::{EnvoyArgs, Format, Part, Target};
use crate::policy::Policy;

/// Runs the command to its end.
#[must_use]
pub fn run(args: &Args) -> ExitCode {
    let Target::Envoy(args) = &args.target;
    let policy = match Policy::load(&args.policy) {
        Ok(policy) => policy,
        Err(report) => {
            let _ = write!(anstream::stderr(), "{}", report.painted());
            return ExitCode::FAILURE;
        }
    };
    // Standard output may be a file: what deserves a second look is said beside it.
    let _ = write!(anstream::stderr(), "{}", policy.warnings().painted());
    match write(&envoy(&policy, args), args.format, args.output.as_deref()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let red = AnsiColor::Red.on_default().bold();
            let _ = writeln!(anstream::stderr(), "{red}error:{red:#} {error}");
            ExitCode::FAILURE
        }
    }
}

fn envoy(policy: &Policy, args: &EnvoyArgs) -> Value {
    let options = args.options();
    match args.part {
        Part::Bootstrap => envoy::bootstrap(policy, &options),
        Part::Listener => envoy::listener(policy, &options),
        Part::Clusters => json!(envoy::clusters(policy, &options)),
    }
}

fn write(value: &Value, format: Format, output: Option<&Path>) -> io::Result<()> {
    let text = match format {
        Format::Json => format!("{}\n", serde_json::to_string_pretty(value)?),
        Format::Yaml => serde_yaml_ng::to_string(value).map_err(io::Error::other)?,
    };
    match output {
        Some(file) => std::fs::write(file, text).map_err(|error| {
            io::Error::new(error.kind(), format!("`{}`: {error}", file.display()))
        }),
        None => io::stdout().lock().write_all(text.as_bytes()),
    }
}
