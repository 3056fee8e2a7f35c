//! Runs every case through every executor and layout, and says what differs.
//!
//! `cargo test -p tollgate-conformance -- PART` runs the cases whose name has PART.

use std::path::Path;
use tollgate_conformance::artefacts;
use tollgate_conformance::case::{self, Case};
use tollgate_conformance::check::differences;
use tollgate_conformance::envoy::Gateway;
use tollgate_conformance::observe::Observation;
use tollgate_conformance::run::{Executor, Layout, run};
use tollgate_conformance::tokens::Keys;
use tollgate_rig::Envoy;

const LAYOUTS: [Layout; 3] = [Layout::Separate, Layout::Bundle, Layout::All];

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
    let modules = artefacts::modules();
    let mut failed = 0;
    failed += suite(
        "cases-native",
        &cases,
        |_, case| {
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
        |_, case| {
            let folder = modules.as_deref()?;
            Some(
                LAYOUTS
                    .into_iter()
                    .flat_map(|layout| outcome(case, &keys, Executor::Emulator(folder), layout))
                    .collect(),
            )
        },
        "emulator",
    );
    failed += envoy(&cases, &keys, modules.as_deref());
    if failed > 0 {
        std::process::exit(1);
    }
}

/// Runs them in a real Envoy for each layout, side by side.
fn envoy(cases: &[(String, Result<Case, String>)], keys: &Keys, modules: Option<&Path>) -> usize {
    let name = "cases-envoy";
    let Some(modules) = modules.filter(|_| Envoy::binary().is_some()) else {
        return suite(name, cases, |_, _| None, "envoy");
    };
    let good = |(file, case): &(String, Result<Case, String>)| {
        Some((file.clone(), case.as_ref().ok()?.clone()))
    };
    let good: Vec<_> = cases.iter().filter_map(good).collect();
    let start = |layout| Gateway::start(&good, keys, layout, modules);
    let gateways = match side_by_side(LAYOUTS, start).into_iter().collect() {
        Ok::<Vec<_>, String>(gateways) => gateways,
        Err(error) => {
            println!("FAILED {name}: {error}");
            println!("suite {name}: 0 passed, {} failed, 0 skipped", cases.len());
            return cases.len();
        }
    };
    let run = |file: &str, case: &Case| {
        let one = |(layout, gateway): (Layout, &Gateway)| {
            found(case, layout, gateway.run(file, case, keys))
        };
        let all = LAYOUTS.into_iter().zip(&gateways);
        Some(side_by_side(all, one).concat())
    };
    suite(name, cases, run, "envoy")
}

/// Does something with each at a time.
fn side_by_side<T: Send, R: Send>(
    all: impl IntoIterator<Item = T>,
    each: impl Fn(T) -> R + Sync,
) -> Vec<R> {
    std::thread::scope(|scope| {
        let threads: Vec<_> = all
            .into_iter()
            .map(|one| scope.spawn(|| each(one)))
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    })
}

/// Runs the cases of one executor; `None` where it isn't there.
fn suite(
    name: &str,
    cases: &[(String, Result<Case, String>)],
    run: impl Fn(&str, &Case) -> Option<Vec<String>>,
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
        match (run(file, case), skip) {
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
    found(case, layout, run(case, keys, executor, layout))
}

fn found(case: &Case, layout: Layout, seen: Result<Observation, String>) -> Vec<String> {
    let found = match seen {
        Ok(seen) => differences(case, &seen),
        Err(error) => vec![error],
    };
    found
        .into_iter()
        .map(|line| format!("{layout:?}: {line}"))
        .collect()
}
