//! `tollgate bench`: what a chain of filters costs, side by side with others.
//!
//! [`session`] is the run: [`selection`] says what is measured, a [`stand`] is one
//! Envoy, [`rounds`] measure, [`findings`] make the [`result`] of it. Beneath them
//! each module has one part: [`chain`]s, [`workload`]s, the [`load`], what `/proc`
//! tells ([`measure`]), and what samples say ([`statistics`]). [`text`] and [`page`]
//! show a result.

pub mod answers;
pub mod args;
pub mod budget;
pub mod chain;
pub mod compare;
pub mod destination;
pub mod dots;
pub mod error;
pub mod files;
pub mod findings;
pub mod identity;
pub mod load;
pub mod measure;
pub mod page;
pub mod plan;
pub mod progress;
pub mod result;
pub mod rounds;
pub mod selection;
pub mod session;
pub mod stand;
pub mod statistics;
pub mod table;
pub mod text;
pub mod upstream;
pub mod workload;

use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use anstyle::AnsiColor;

pub use self::args::Args;
use self::args::{Command, Format, Report};
use self::destination::Destination;
use self::error::BenchError;
use self::progress::Progress;
use self::result::Record;

/// It was measured, and something costs more than it may.
const BEYOND: u8 = 3;

/// Runs the command to its end.
#[must_use]
pub fn run(args: &Args) -> ExitCode {
    let done = match &args.command {
        Some(Command::Report(report)) => self::report(report),
        Some(Command::Compare(args)) => compare::run(args),
        None => measure_and_tell(args),
    };
    match done {
        Ok(code) => code,
        Err(error) => {
            let red = AnsiColor::Red.on_default().bold();
            // Where standard error is closed, the exit code still tells.
            let _ = writeln!(anstream::stderr(), "{red}error:{red:#} {error}");
            error.exit_code()
        }
    }
}

/// The page of a recorded run.
fn report(args: &Report) -> Result<ExitCode, BenchError> {
    let record = result::read(&args.record)?;
    let written = Destination::open(&args.html)?.write(&page::page(&record))?;
    tell(&written);
    Ok(ExitCode::SUCCESS)
}

fn measure_and_tell(args: &Args) -> Result<ExitCode, BenchError> {
    // Minutes pass before there is anything to write.
    let html = args.html.as_deref().map(Destination::open).transpose()?;
    let output = args.output.as_deref().map(Destination::open).transpose()?;
    let record = measure(args, &Progress::new())?;
    let mut written = Vec::new();
    if let Some(html) = html {
        written.push(html.write(&page::page(&record))?);
    }
    if let Some(output) = output {
        let json = serde_json::to_string(&record);
        written.push(output.write(&json.map_err(|error| BenchError::Output(error.into()))?)?);
    }
    print(&record, args.format).map_err(BenchError::Output)?;
    written.iter().for_each(|written| tell(written));
    Ok(match record.fits() {
        true => ExitCode::SUCCESS,
        false => ExitCode::from(BEYOND),
    })
}

fn tell(written: &Path) {
    // Where standard error is closed, the file is there all the same.
    let _ = writeln!(anstream::stderr(), "wrote {}", written.display());
}

/// Measures what `args` ask for. Call it on the main thread: the Envoys' lives are
/// tied to the thread that starts them.
///
/// # Errors
/// Where it can't be measured, or a signal ends it.
pub fn measure(args: &Args, progress: &Progress) -> Result<Record, BenchError> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(BenchError::System)?
        .block_on(session::measure(args, progress))
}

fn print(record: &Record, format: Format) -> std::io::Result<()> {
    let mut out = anstream::stdout().lock();
    match format {
        Format::Text => text::print(&mut out, record)?,
        Format::Json => {
            serde_json::to_writer(&mut out, record)?;
            writeln!(out)?;
        }
    }
    out.flush()
}
