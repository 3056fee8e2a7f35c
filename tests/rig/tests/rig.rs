//! The rig itself, around an Envoy without filters.
//!
//! It needs `$ENVOY`; without it everything is skipped, and counted as skipped.

#[path = "rig/bootstrap.rs"]
mod bootstrap;
#[path = "rig/exchanges.rs"]
mod exchanges;
#[path = "rig/process.rs"]
mod process;
#[path = "rig/servers.rs"]
mod servers;

use std::panic::catch_unwind;
use std::process::ExitCode;

/// A test: its name, and what it does.
type Test = (&'static str, fn());

fn main() -> ExitCode {
    let filter = std::env::args().skip(1).find(|arg| !arg.starts_with('-'));
    let wanted = |(name, _): &&Test| filter.as_ref().is_none_or(|part| name.contains(part));
    let tests: Vec<&Test> = [exchanges::TESTS, process::TESTS, servers::TESTS]
        .into_iter()
        .flatten()
        .filter(wanted)
        .collect();
    if tollgate_rig::Envoy::binary().is_none() {
        println!("skipped: ENVOY is not set");
        println!("suite rig: 0 passed, 0 failed, {} skipped", tests.len());
        return ExitCode::SUCCESS;
    }
    let mut failed = 0;
    for (name, test) in &tests {
        let passed = catch_unwind(test).is_ok();
        failed += usize::from(!passed);
        println!("test {name} ... {}", if passed { "ok" } else { "FAILED" });
    }
    println!(
        "suite rig: {} passed, {failed} failed, 0 skipped",
        tests.len() - failed
    );
    ExitCode::from(u8::from(failed > 0))
}
