//! What is called a difference between two runs.

use tollgate::bench::compare::compare;
use tollgate::bench::compare::result::{Comparison, Row, Topic};
use tollgate::bench::result::Outcome;

use crate::made::{Run, record};

fn compared(before: Run, after: Run) -> Comparison {
    compare(&record(&before), &record(&after))
}

fn row<'c>(comparison: &'c Comparison, subject: &str, topic: Topic) -> &'c Row {
    let is_it = |row: &&Row| row.subject == subject && row.topic == topic;
    comparison.rows.iter().find(is_it).unwrap()
}

#[test]
fn five_microseconds_more_are_found() {
    for seed in 0..8 {
        let (before, after) = (2 * seed, 2 * seed + 1);
        let run = |seed, added| Run {
            seed,
            added,
            ..Run::default()
        };
        let comparison = compared(run(before, 20.0), run(after, 25.0));
        let added = row(&comparison, "all", Topic::Added);
        assert_eq!(added.outcome, Outcome::More, "{seed}: {}", added.words);
        assert!(added.difference.holds(added.difference.median));
        assert!(
            (3.5..6.5).contains(&added.difference.median),
            "{}",
            added.words
        );
        assert!(comparison.has_more());
        // And the other way round they are fewer.
        let comparison = compared(run(after, 25.0), run(before, 20.0));
        assert_eq!(row(&comparison, "all", Topic::Added).outcome, Outcome::Less);
    }
}

#[test]
fn noise_is_not_called_a_difference() {
    let run = |seed| Run {
        seed,
        ..Run::default()
    };
    let called = (100..160).filter(|seed| compared(run(*seed), run(seed + 1000)).has_more());
    let called = called.count();
    assert!(called <= 1, "{called} of 60");
}

#[test]
fn a_record_does_not_differ_from_itself() {
    let record = record(&Run::default());
    let comparison = compare(&record, &record);
    let undecided = |row: &Row| row.outcome == Outcome::Undecided && row.difference.median == 0.0;
    assert!(
        comparison.rows.iter().all(undecided),
        "{:?}",
        comparison.rows
    );
    // Costs and latency, memory and start of two chains, and a module.
    assert_eq!(comparison.rows.len(), 9);
    assert_eq!(comparison.only_before, []);
    assert_eq!(comparison.only_after, []);
}

#[test]
fn what_is_no_larger_than_what_the_base_moved_is_not_the_chains() {
    let before = Run::default();
    let after = Run {
        seed: 2,
        base: 36.0,
        added: 23.0,
        ..Run::default()
    };
    let comparison = compared(before, after);
    assert_eq!(row(&comparison, "none", Topic::Cost).outcome, Outcome::More);
    assert_eq!(
        row(&comparison, "all", Topic::Added).outcome,
        Outcome::Undecided
    );
    // A base has nothing of a chain in it.
    assert!(!comparison.has_more());
}

#[test]
fn latency_and_sizes_are_compared_too() {
    let after = Run {
        seed: 2,
        p99: 2000.0,
        module: 1_020_000,
        ..Run::default()
    };
    let comparison = compared(Run::default(), after);
    assert_eq!(
        row(&comparison, "all", Topic::P99).outcome,
        Outcome::Undecided,
        "its base is as much slower"
    );
    assert_eq!(
        row(&comparison, "tollgate.wasm", Topic::Module).outcome,
        Outcome::More
    );
    let mut after = record(&Run {
        seed: 2,
        ..Run::default()
    });
    after.latency[1] = record(&Run {
        seed: 3,
        p99: 2000.0,
        ..Run::default()
    })
    .latency
    .remove(1);
    after.memory[1].loaded = Some(150_000_000);
    after.start[1].cpu_millis = 800.0;
    let comparison = compare(&record(&Run::default()), &after);
    assert_eq!(row(&comparison, "all", Topic::P99).outcome, Outcome::More);
    assert_eq!(
        row(&comparison, "all", Topic::Memory).outcome,
        Outcome::More
    );
    assert_eq!(row(&comparison, "all", Topic::Start).outcome, Outcome::Less);
}

#[test]
fn between_machines_shares_are_shown_and_no_difference_is_called() {
    let mut after = record(&Run {
        seed: 2,
        base: 60.0,
        added: 120.0,
        ..Run::default()
    });
    after.machine.cpu = "Other".to_owned();
    let comparison = compare(&record(&Run::default()), &after);
    assert!(!comparison.same_machine);
    let share = row(&comparison, "all", Topic::Share);
    assert_eq!(share.outcome, Outcome::Undecided);
    assert!(
        (0.6..0.75).contains(&share.before.median),
        "{}",
        share.before.median
    );
    assert!(
        (1.9..2.1).contains(&share.after.median),
        "{}",
        share.after.median
    );
    let absolute = |row: &&Row| matches!(row.topic, Topic::Added | Topic::P99 | Topic::Start);
    assert_eq!(comparison.rows.iter().find(absolute), None);
}

#[test]
fn what_only_one_has_or_is_another_workload_is_listed() {
    let before = record(&Run::default());
    let mut after = before.clone();
    after.cells.retain(|cell| cell.chain == "none");
    let comparison = compare(&before, &after);
    assert_eq!(comparison.only_before.len(), 1);
    assert_eq!(comparison.only_before[0].chain, "all");
    let mut after = before.clone();
    after.workloads[0].connections = 64;
    let comparison = compare(&before, &after);
    assert!(comparison.rows.iter().all(|row| row.workload.is_none()));
    assert_eq!(
        (comparison.only_before.len(), comparison.only_after.len()),
        (2, 2)
    );
    assert!(comparison.warnings[0].starts_with("`get` isn't the same workload"));
}
