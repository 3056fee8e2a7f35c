//! Runs every case through every executor and layout, and says what differs.
//!
//! `cargo test -p tollgate-conformance -- PART` runs the cases whose name has PART.

use std::path::PathBuf;
use tollgate_conformance::case::{self, Case};
use tollgate_conformance::check::differences;
use tollgate_conformance::run::{Executor, Layout, run};
use tollgate_conformance::tokens::Keys;

#[derive(Default)]
struct Totals {
    passed: usize,
    failed: usize,
    skipped: usize,
}

fn main() {
    let part = std::env::args()
        .skip(1)
        .find(|argument| !argument.starts_with('-'))
        .unwrap_or_default();
    let keys = Keys::load().unwrap_or_else(|error| panic!("{error}"));
    let cases: Vec<_> = case::all()
        .into_iter()
        .filter(|(name, _)| name.contains(&part))
        .collect();
    let modules = modules();
    let mut failed = 0;
    failed += suite(
        "cases-native",
        &cases,
        |case| {
            Some(
                [Layout::Separate, Layout::All]
                    .into_iter()
                    .flat_map(|layout| outcome(case, &keys, Executor::Native, layout))
                    .collect(),
            )
        },
        "native",
    );
    failed += suite(
        "cases-emulator",
        &cases,
        |case| {
            let folder = modules.as_deref()?;
            let layouts = [Layout::Separate, Layout::Bundle, Layout::All];
            Some(
                layouts
                    .into_iter()
                    .flat_map(|layout| outcome(case, &keys, Executor::Emulator(folder), layout))
                    .collect(),
            )
        },
        "emulator",
    );
    if failed > 0 {
        std::process::exit(1);
    }
}

/// Runs the cases of one executor; `None` where it isn't there.
fn suite(
    name: &str,
    cases: &[(String, Result<Case, String>)],
    run: impl Fn(&Case) -> Option<Vec<String>>,
    executor: &str,
) -> usize {
    let mut totals = Totals::default();
    for (file, case) in cases {
        let case = match case {
            Ok(case) => case,
            Err(error) => {
                println!("FAILED {name} {file}: {error}");
                totals.failed += 1;
                continue;
            }
        };
        let skip = case.skip.get(executor);
        match (run(case), skip) {
            (None, _) => totals.skipped += 1,
            (Some(found), Some(_)) if found.is_empty() => {
                println!("FAILED {name} {file}: is skipped and would pass");
                totals.failed += 1;
            }
            (Some(found), None) if found.is_empty() => totals.passed += 1,
            (Some(_), Some(_)) => {}
            (Some(found), None) => {
                println!("FAILED {name} {file}");
                found.iter().for_each(|line| println!("  {line}"));
                totals.failed += 1;
            }
        }
    }
    println!(
        "suite {name}: {} passed, {} failed, {} skipped",
        totals.passed, totals.failed, totals.skipped
    );
    totals.failed
}

fn outcome(case: &Case, keys: &Keys, executor: Executor<'_>, layout: Layout) -> Vec<String> {
    let found = match run(case, keys, executor, layout) {
        Ok(seen) => differences(case, &seen),
        Err(error) => vec![error],
    };
    found
        .into_iter()
        .map(|line| format!("{layout:?}: {line}"))
        .collect()
}

/// The folder of the built modules: `$TOLLGATE_MODULES`, else `dist`.
fn modules() -> Option<PathBuf> {
    let folder = std::env::var_os("TOLLGATE_MODULES").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../dist")),
        PathBuf::from,
    );
    folder.join("tollgate.wasm").exists().then_some(folder)
}
