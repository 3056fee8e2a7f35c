//! `tollgate bench compare`: two records side by side, and which of their differences
//! aren't noise.
//!
//! [`costs`] and [`others`] compare, [`surroundings`] says what else differs between
//! the two runs, and [`text`] prints it.

mod costs;
mod others;
pub mod result;
mod surroundings;
mod text;

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use self::result::{Comparison, FORMAT, Run};
use super::BEYOND;
use super::args::Format;
use super::error::BenchError;
use super::result::{Outcome, ReadError, Record, read};
use super::statistics::{FEWEST, Random};

/// Compares two records, as `--output` writes them.
///
/// What chains add is compared in microseconds where both ran on the same kind of machine; else
/// as a share of what Envoy takes without them, and no difference is called one. A difference
/// is also not called one where what the chain's base differs by explains it: nothing of the
/// chain is in that.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub struct Args {
    /// The record that it is held against; of a folder, the one whose name is last
    #[arg(value_name = "A")]
    pub before: PathBuf,

    /// The record that is judged; likewise
    #[arg(value_name = "B")]
    pub after: PathBuf,

    /// Exits with 3 where something of B costs more than in A
    #[arg(long)]
    pub fail_on_more: bool,

    /// Text for people, or one JSON object for scripts
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
}

const AFTER_HELP: &str = "\
Examples:
  tollgate bench compare before.json after.json
  tollgate bench compare bench/history after.json --fail-on-more

Exit codes:
  0  they were compared
  1  one isn't a record that can be read, or --fail-on-more can't be told: the machines differ,
     a run has too few rounds, or no workload is in both
  2  the command line is wrong
  3  with --fail-on-more: something of B costs more";

/// Of the bootstrap.
const SEED: u64 = 1;

/// Runs the command to its end.
///
/// # Errors
/// Where they can't be compared.
pub fn run(args: &Args) -> Result<ExitCode, BenchError> {
    let (before, after) = (read(&file(&args.before)?)?, read(&file(&args.after)?)?);
    let comparison = compare(&before, &after);
    print(&comparison, args.format).map_err(BenchError::Output)?;
    if !args.fail_on_more {
        return Ok(ExitCode::SUCCESS);
    }
    let rounds = before.rounds_taken().min(after.rounds_taken());
    if !comparison.same_machine {
        Err(BenchError::Incomparable("the machines differ"))
    } else if rounds < FEWEST {
        Err(BenchError::Incomparable("one has too few rounds"))
    } else if comparison.rows.iter().all(|row| row.workload.is_none()) {
        Err(BenchError::Incomparable("no workload is in both"))
    } else if comparison.has_more() {
        Ok(ExitCode::from(BEYOND))
    } else {
        Ok(ExitCode::SUCCESS)
    }
}

/// What `after` differs by from `before`.
#[must_use]
pub fn compare(before: &Record, after: &Record) -> Comparison {
    let mut random = Random::new(SEED);
    let same_machine = surroundings::is_same_machine(before, after);
    let mut rows = costs::rows(before, after, &mut random);
    rows.extend(others::latency(before, after, &mut random));
    rows.extend(others::memory(before, after));
    rows.extend(others::start(before, after));
    rows.extend(others::modules(before, after));
    Comparison {
        format: FORMAT,
        before: Run::of(before),
        after: Run::of(after),
        same_machine,
        rows,
        only_before: costs::missing(before, after),
        only_after: costs::missing(after, before),
        warnings: surroundings::warnings(before, after),
    }
}

/// The file itself, or of a folder the one whose name is last: names begin with a date.
fn file(path: &Path) -> Result<PathBuf, BenchError> {
    if !path.is_dir() {
        return Ok(path.to_owned());
    }
    let fault = |error| ReadError::File {
        path: path.to_owned(),
        error,
    };
    let entries = std::fs::read_dir(path).map_err(fault)?;
    let files = entries.flatten().map(|entry| entry.path());
    let records = files.filter(|file| file.extension().is_some_and(|end| end == "json"));
    let none = || fault(io::Error::other("the folder has no record in it"));
    Ok(records.max().ok_or_else(none)?)
}

fn print(comparison: &Comparison, format: Format) -> io::Result<()> {
    let mut out = anstream::stdout().lock();
    match format {
        Format::Text => text::print(&mut out, comparison)?,
        Format::Json => {
            serde_json::to_writer(&mut out, comparison)?;
            writeln!(out)?;
        }
    }
    out.flush()
}

// === impl Comparison ===

impl Comparison {
    /// Whether something costs more than before, bases aside: nothing of a chain is in them.
    #[must_use]
    pub fn has_more(&self) -> bool {
        let is_more = |row: &result::Row| row.outcome == Outcome::More && !row.is_base;
        self.rows.iter().any(is_more)
    }
}
