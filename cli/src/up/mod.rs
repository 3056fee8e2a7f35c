//! `tollgate up`: Envoy with the filters in front of an API, by one command.
//!
//! [`session`] is the run, [`stage`] what stands around Envoy; beneath them each
//! module has one part: the sample API, the token issuer, the ports, Envoy's
//! process, and what is promised and printed.

pub mod args;
pub mod bootstrap;
pub mod client;
pub mod envoy;
pub mod error;
pub mod issuer;
pub mod modules;
pub mod ports;
pub mod promise;
pub mod report;
pub mod sample;
pub mod server;
pub mod session;
pub mod signals;
pub mod stage;

use std::io::Write as _;
use std::process::ExitCode;

use anstyle::AnsiColor;

pub use self::args::Args;
use self::error::UpError;
use self::session::End;

/// Runs the command to its end.
#[must_use]
pub fn run(args: &Args) -> ExitCode {
    match session(args) {
        Ok(End::Asked | End::Kept) => ExitCode::SUCCESS,
        Ok(End::Broken) => ExitCode::FAILURE,
        Err(error) => {
            let red = AnsiColor::Red.on_default().bold();
            // Where standard error is closed, the exit code still tells.
            let _ = writeln!(anstream::stderr(), "{red}error:{red:#} {error}");
            error.exit_code()
        }
    }
}

/// On one thread, the main one: Envoy's life is tied to the thread that starts it.
fn session(args: &Args) -> Result<End, UpError> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(UpError::System)?
        .block_on(session::run(args))
}
