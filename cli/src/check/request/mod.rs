//! `tollgate check --request`: what the filters would decide about one request,
//! and by which steps. The filters decide themselves, natively; nothing is sent.

pub mod file;
mod json;
mod part;
mod text;
mod trial;
mod walk;

use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use self::file::Given;
use self::trial::Trial;
use super::Format;
use crate::policy::{Policy, Report};

/// A request that was tried.
struct Tried {
    policy: Policy,
    given: Given,
    trial: Trial,
}

/// The files of a trial, as the command line names them.
#[derive(Clone, Copy)]
struct Files<'f> {
    policy: &'f Path,
    request: &'f Path,
}

/// Tries the request that `request` describes, and prints what came of it.
///
/// # Errors
/// Where the output is closed.
pub fn run(
    out: &mut impl Write,
    policy: &Path,
    request: &Path,
    format: Format,
) -> io::Result<ExitCode> {
    let files = Files { policy, request };
    let tried = attempt(files);
    match format {
        Format::Text => text::print(out, files, &tried)?,
        Format::Json => json::print(out, files, &tried)?,
    }
    Ok(match tried {
        Ok(tried) if tried.trial.passes() => ExitCode::SUCCESS,
        Ok(_) => ExitCode::from(REFUSED),
        Err(_) => ExitCode::FAILURE,
    })
}

fn attempt(files: Files<'_>) -> Result<Tried, Report> {
    let policy = Policy::load(files.policy)?;
    let given = Given::load(files.request, policy.remotes())?;
    let trial = Trial::run(&policy.stages()?, &given);
    Ok(Tried {
        policy,
        given,
        trial,
    })
}

/// The exit code for a request that would be refused: 1 is for mistakes in files.
const REFUSED: u8 = 3;

/// What may be shown of a value that a filter gives a field: of a path all but
/// the query, which may hold a token; of what else `jwt` writes nothing, as it is
/// of the token or beside one.
fn shown(filter: &str, field: &str, value: &[u8]) -> Option<String> {
    let value = String::from_utf8_lossy(value);
    match (field, filter) {
        (":path", _) => Some(without_query(&value)),
        (_, "jwt") => None,
        (_, _) => Some(value.into_owned()),
    }
}

fn without_query(path: &str) -> String {
    match path.split_once('?') {
        Some((path, _)) => format!("{path}?…"),
        None => path.to_owned(),
    }
}
