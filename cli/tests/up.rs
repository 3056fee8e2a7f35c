//! `tollgate up` as people run it: the built program, a real Envoy, the printed lines in a shell.
//!
//! It needs `$ENVOY` and the modules (`$TOLLGATE_MODULES`, else `dist`); without
//! them everything is skipped, and counted as skipped.

mod harness;
#[path = "up/promises.rs"]
mod promises;
#[path = "up/run.rs"]
mod run;
#[path = "up/supervision.rs"]
mod supervision;

use std::process::ExitCode;

fn main() -> ExitCode {
    harness::run("up", &[promises::TESTS, supervision::TESTS])
}
