//! `tollgate bench` as people run it, with a real Envoy: it finds what was added, and
//! nothing where nothing was.
//!
//! It needs `$ENVOY` and the modules (`$TOLLGATE_MODULES`, else `dist`); without
//! them everything is skipped, and counted as skipped.

#[path = "bench/found.rs"]
mod found;
#[path = "bench/run.rs"]
mod run;
#[path = "bench/whole.rs"]
mod whole;

use std::panic::catch_unwind;
use std::process::ExitCode;

/// A test: its name, and what it does.
type Test = (&'static str, fn());

fn main() -> ExitCode {
    let filter = std::env::args().skip(1).find(|arg| !arg.starts_with('-'));
    let wanted = |(name, _): &&Test| filter.as_ref().is_none_or(|part| name.contains(part));
    let tests: Vec<&Test> = found::TESTS
        .iter()
        .chain(whole::TESTS)
        .filter(wanted)
        .collect();
    if let Some(missing) = run::missing() {
        println!("skipped: {missing}");
        println!("suite bench: 0 passed, 0 failed, {} skipped", tests.len());
        return ExitCode::SUCCESS;
    }
    let mut failed = 0;
    for (name, test) in &tests {
        let verdict = if catch_unwind(test).is_ok() {
            "ok"
        } else {
            "FAILED"
        };
        failed += usize::from(verdict != "ok");
        println!("test {name} ... {verdict}");
    }
    println!(
        "suite bench: {} passed, {failed} failed, 0 skipped",
        tests.len() - failed
    );
    ExitCode::from(u8::from(failed > 0))
}
