//! `tollgate bench` as people run it, with a real Envoy: it finds what was added, and
//! nothing where nothing was.
//!
//! It needs `$ENVOY` and the modules (`$TOLLGATE_MODULES`, else `dist`); without
//! them everything is skipped, and counted as skipped.

#[path = "bench/found.rs"]
mod found;
mod harness;
#[path = "bench/run.rs"]
mod run;
#[path = "bench/whole.rs"]
mod whole;

use std::process::ExitCode;

fn main() -> ExitCode {
    harness::run("bench", &[found::TESTS, whole::TESTS])
}
