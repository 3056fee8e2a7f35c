//! Runs the tests of all topics, in two Envoys.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::time::Instant;

use crate::gate::{Gate, Place};
use crate::side::Side;
use crate::site::Site;

/// A test: its name, and what it does.
pub type Test = (&'static str, fn(&World));

/// Tests and the gates that they take. Its tests run one after another.
pub struct Topic {
    /// The gates.
    pub gates: fn(&Site) -> Vec<Gate>,
    /// The tests.
    pub tests: &'static [Test],
    /// Beside what they may run.
    pub company: Company,
}

/// Beside what the tests of a topic may run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Company {
    /// Those of other topics: they look at nothing but their own gates.
    Others,
    /// Nothing: they look at what all gates have in common, counters or the log.
    None,
}

/// What tests take.
pub struct World {
    /// What the gates have in common.
    pub site: Site,
    /// The Envoy of one worker.
    pub one: Side,
    /// The Envoy of two.
    pub two: Side,
}

/// Runs those tests whose name has the program's first argument in it, all of
/// them without one; without Envoy or modules they are skipped and counted so.
pub fn run(topics: &[Topic]) -> ExitCode {
    let filter = std::env::args().skip(1).find(|arg| !arg.starts_with('-'));
    let wanted = |test: &&Test| filter.as_ref().is_none_or(|part| test.0.contains(part));
    let count: usize = topics
        .iter()
        .map(|topic| topic.tests.iter().filter(wanted).count())
        .sum();
    if let Some(missing) = missing() {
        println!("skipped: {missing}");
        println!("suite gateway: 0 passed, 0 failed, {count} skipped");
        return ExitCode::SUCCESS;
    }
    let topics = topics
        .iter()
        .filter(|topic| topic.tests.iter().any(|test| wanted(&test)));
    let topics: Vec<&Topic> = topics.collect();
    let begin = Instant::now();
    let world = World::open(&topics);
    println!(
        "two Envoys with their gates stand after {:.1} s",
        begin.elapsed().as_secs_f64()
    );
    let run = |topic: &Topic| {
        topic
            .tests
            .iter()
            .filter(wanted)
            .filter(|test| !passes(test, &world))
            .count()
    };
    let (together, alone): (Vec<&Topic>, Vec<&Topic>) = topics
        .iter()
        .partition(|topic| topic.company == Company::Others);
    let failed: usize = std::thread::scope(|scope| {
        let running: Vec<_> = together
            .iter()
            .map(|topic| scope.spawn(|| run(topic)))
            .collect();
        running
            .into_iter()
            .map(|topic| topic.join().unwrap_or(1))
            .sum()
    });
    let failed = failed + alone.iter().map(|topic| run(topic)).sum::<usize>();
    println!(
        "suite gateway: {} passed, {failed} failed, 0 skipped",
        count - failed
    );
    ExitCode::from(u8::from(failed > 0))
}

fn passes((name, test): &Test, world: &World) -> bool {
    let begin = Instant::now();
    let passed = catch_unwind(AssertUnwindSafe(|| test(world))).is_ok();
    let verdict = if passed { "ok" } else { "FAILED" };
    println!(
        "test {name} ... {verdict} ({:.1} s)",
        begin.elapsed().as_secs_f64()
    );
    passed
}

fn missing() -> Option<String> {
    let module = Site::modules().join("tollgate.wasm");
    match tollgate_rig::Envoy::binary() {
        None => Some("ENVOY is not set".to_owned()),
        Some(_) if module.exists() => None,
        Some(_) => Some(format!("{} is not there", module.display())),
    }
}

// === impl World ===

impl World {
    fn open(topics: &[&Topic]) -> Self {
        let site = Site::new();
        let gates = topics.iter().flat_map(|topic| (topic.gates)(&site));
        let gates: Vec<Gate> = gates.collect();
        let names: BTreeSet<&str> = gates.iter().map(|gate| gate.name.as_str()).collect();
        assert_eq!(names.len(), gates.len(), "every gate has a name of its own");
        let (one, two) = gates
            .into_iter()
            .partition(|gate: &Gate| gate.place == Place::One);
        let (one, two) = std::thread::scope(|scope| {
            let one = scope.spawn(|| Side::start(one, 1));
            let two = Side::start(two, 2);
            (one.join(), two)
        });
        Self {
            one: one.unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
            two,
            site,
        }
    }
}
