//! `tollgate render`: turns a policy into configuration for Envoy and Istio.

pub mod args;
pub mod envoy;
pub mod istio;

use std::io::{self, Write as _};
use std::path::Path;
use std::process::ExitCode;

use anstyle::AnsiColor;
use serde_json::{Value, json};

pub use self::args::Args;
use self::args::{EnvoyArgs, Format, Part, Target};
use crate::policy::{Policy, Report};

/// Runs the command to its end.
#[must_use]
pub fn run(args: &Args) -> ExitCode {
    let (file, format, output) = match &args.target {
        Target::Envoy(args) => (&args.policy, args.format, args.output.as_deref()),
        Target::Istio(args) => (&args.policy, args.format, args.output.as_deref()),
    };
    let rendered = Policy::load(file).and_then(|policy| {
        // Standard output may be a file: what deserves a second look is said beside it.
        say(policy.warnings());
        documents(&policy, &args.target)
    });
    match rendered.map(|documents| write(&documents, format, output)) {
        Ok(Ok(())) => ExitCode::SUCCESS,
        Ok(Err(error)) => {
            let red = AnsiColor::Red.on_default().bold();
            let _ = writeln!(anstream::stderr(), "{red}error:{red:#} {error}");
            ExitCode::FAILURE
        }
        Err(report) => {
            say(&report);
            ExitCode::FAILURE
        }
    }
}

/// Where standard error is closed, the exit code still tells.
fn say(report: &Report) {
    let _ = write!(anstream::stderr(), "{}", report.painted());
}

fn documents(policy: &Policy, target: &Target) -> Result<Vec<Value>, Report> {
    match target {
        Target::Envoy(args) => Ok(vec![envoy(policy, args)]),
        Target::Istio(args) => istio::manifests(policy, &args.options()),
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

fn write(documents: &[Value], format: Format, output: Option<&Path>) -> io::Result<()> {
    let text = text(documents, format)?;
    match output {
        Some(file) => std::fs::write(file, text).map_err(|error| {
            io::Error::new(error.kind(), format!("`{}`: {error}", file.display()))
        }),
        None => io::stdout().lock().write_all(text.as_bytes()),
    }
}

/// Several are a stream of YAML documents, or an array.
fn text(documents: &[Value], format: Format) -> io::Result<String> {
    match (format, documents) {
        (Format::Json, [one]) => Ok(format!("{}\n", serde_json::to_string_pretty(one)?)),
        (Format::Json, many) => Ok(format!("{}\n", serde_json::to_string_pretty(many)?)),
        (Format::Yaml, all) => {
            let texts = all.iter().map(serde_yaml_ng::to_string);
            let texts: Result<Vec<String>, _> = texts.collect();
            Ok(texts.map_err(io::Error::other)?.join("---\n"))
        }
    }
}
