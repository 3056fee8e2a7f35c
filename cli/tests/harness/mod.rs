//! Runs tests that need a real Envoy and the built modules, and prints totals of
//! their own: without them everything is skipped, and counted as skipped.

use std::panic::catch_unwind;
use std::path::PathBuf;
use std::process::ExitCode;

/// A test: its name, and what it does.
pub type Test = (&'static str, fn());

/// Runs the tests whose names have the first argument in them.
pub fn run(suite: &str, topics: &[&[Test]]) -> ExitCode {
    let filter = std::env::args().skip(1).find(|arg| !arg.starts_with('-'));
    let wanted = |(name, _): &&Test| filter.as_ref().is_none_or(|part| name.contains(part));
    let tests: Vec<&Test> = topics.iter().copied().flatten().filter(wanted).collect();
    if let Some(missing) = missing() {
        println!("skipped: {missing}");
        println!("suite {suite}: 0 passed, 0 failed, {} skipped", tests.len());
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
        "suite {suite}: {} passed, {failed} failed, 0 skipped",
        tests.len() - failed
    );
    ExitCode::from(u8::from(failed > 0))
}

/// The folder of the built modules: `$TOLLGATE_MODULES`, else `dist`.
pub fn modules() -> PathBuf {
    let named = std::env::var_os("TOLLGATE_MODULES").map(PathBuf::from);
    named.unwrap_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../dist")))
}

/// What isn't there of what these tests need.
fn missing() -> Option<String> {
    let envoy = std::env::var_os("ENVOY").map(PathBuf::from);
    if !envoy.as_ref().is_some_and(|path| path.is_file()) {
        return Some("$ENVOY names no Envoy".to_owned());
    }
    let modules = modules();
    [
        "tollgate.wasm",
        "tollgate_jwt.wasm",
        "tollgate_schema.wasm",
        "tollgate_headers.wasm",
    ]
    .iter()
    .map(|file| modules.join(file))
    .find(|file| !file.is_file())
    .map(|file| format!("{} isn't built", file.display()))
}
