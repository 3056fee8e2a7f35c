//! A run of everything that `--quick` measures, as short as can be.

use tempfile::TempDir;
use tollgate::bench::result::{Caution, FORMAT, Fit, Outcome, Record, read};

use crate::harness::Test;
use crate::run::{bench, record};

pub const TESTS: &[Test] = &[
    (
        "a_quick_run_measures_all_of_it",
        a_quick_run_measures_all_of_it,
    ),
    (
        "a_budget_makes_the_exit_status_and_the_record_a_file",
        a_budget_makes_the_exit_status_and_the_record_a_file,
    ),
    (
        "what_is_not_built_in_is_a_wrong_command_line",
        what_is_not_built_in_is_a_wrong_command_line,
    ),
];

fn a_quick_run_measures_all_of_it() {
    let folder = TempDir::new().unwrap();
    let html = folder.path().join("page.html");
    let record = record(&[
        "--quick",
        "--rounds=1",
        "--seconds=0.05",
        "--workers=1,2",
        "--html",
        html.to_str().unwrap(),
    ]);
    assert_eq!(record.format, FORMAT);
    costs(&record);
    latency(&record);
    memory_and_start(&record);
    assert_eq!(record.modules.len(), 4, "{:?}", record.modules);
    assert!(record.modules.iter().all(|module| module.bytes > 0));
    // One round says nothing, and that is said.
    assert!(!record.verdicts.is_empty());
    let is_undecided = |outcome| outcome == Outcome::Undecided;
    assert!(
        record
            .verdicts
            .iter()
            .all(|verdict| is_undecided(verdict.outcome))
    );
    let cautions: Vec<Caution> = record.warnings.iter().map(|warning| warning.kind).collect();
    assert!(cautions.contains(&Caution::FewRounds), "{cautions:?}");
    let page = std::fs::read_to_string(html).unwrap();
    let sections = ["verdicts", "cost", "bodies", "latency", "memory", "run"];
    assert!(
        sections
            .iter()
            .all(|id| page.contains(&format!("<section id=\"{id}\"")))
    );
}

fn a_budget_makes_the_exit_status_and_the_record_a_file() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("run.json");
    let output = bench(&[
        "--chain=all",
        "--chain=rbac",
        "--workload=get",
        "--seconds=0.05",
        "--rounds=6",
        "--budget=cpu<1s,added<1us,none:memory<1MB,p50<1s",
        "--format=json",
        "--output",
        file.to_str().unwrap(),
    ]);
    assert_eq!(output.status.code(), Some(3), "{output:?}");
    let printed: Record = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(read(&file).unwrap(), printed);
    let found = printed.budget.iter();
    let found: Vec<(&str, Fit)> = found.map(|one| (one.chain.as_str(), one.fit)).collect();
    let expected = [
        ("all", Fit::Holds),
        ("all", Fit::Broken),
        ("none", Fit::Broken),
        ("all", Fit::Holds),
    ];
    assert_eq!(found, expected, "{:?}", printed.budget);
}

fn costs(record: &Record) {
    for chain in &record.chains {
        let cell = record.cell(&chain.name, "get");
        let cell = cell.unwrap_or_else(|| panic!("{} has no cost", chain.name));
        assert_eq!(cell.statuses, [200], "{}", chain.name);
        assert_eq!(cell.added.is_some(), chain.base.is_some(), "{}", chain.name);
        assert!(
            cell.cost.median > 0.0 && cell.requests > 0,
            "{}",
            chain.name
        );
        // Not always the busiest: V8 still compiles meanwhile, on threads of its own.
        let worker = cell.threads.iter().find(|one| one.name == "worker");
        assert!(worker.is_some_and(|one| one.cost > 0.0), "{}", chain.name);
    }
    for (workload, status) in [
        ("deny-missing", 401),
        ("deny-signature", 401),
        ("deny-expired", 401),
        ("deny-scope", 403),
        ("deny-path", 404),
        ("deny-body", 400),
    ] {
        assert_eq!(
            record.cell("all", workload).unwrap().statuses,
            [status],
            "{workload}"
        );
    }
    for workload in &record.workloads {
        let is_measured = record
            .cells
            .iter()
            .any(|cell| cell.workload == workload.name);
        assert!(is_measured, "{}", workload.name);
    }
    assert!(record.sizing.iter().any(|sizing| sizing.chain == "all"));
}

fn latency(record: &Record) {
    let of_all = record
        .latency
        .iter()
        .find(|latency| latency.chain == "all")
        .unwrap();
    let percentiles: Vec<f64> = of_all
        .percentiles
        .iter()
        .map(|one| one.percentile)
        .collect();
    assert_eq!(percentiles, [50.0, 90.0, 99.0, 99.9]);
    assert!(of_all.curve.is_sorted_by_key(|point| point.micros));
    assert_eq!(
        of_all.curve.last().map(|point| point.percentile),
        Some(100.0)
    );
}

fn memory_and_start(record: &Record) {
    let memory = |chain: &str, workers: u16| {
        let mut memory = record.memory.iter();
        let is_it = |memory: &&_| {
            let memory: &tollgate::bench::result::Memory = memory;
            memory.chain == chain && memory.workers == workers
        };
        memory
            .find(is_it)
            .unwrap_or_else(|| panic!("{chain} with {workers}"))
    };
    let (none, all) = (memory("none", 1), memory("all", 1));
    assert!(none.started > 10 << 20 && all.started > none.started);
    assert!(all.loaded.is_some());
    assert_eq!(none.vms.as_deref(), Some(&[][..]));
    let vms = |memory: &tollgate::bench::result::Memory| memory.vms.as_ref().map_or(0, Vec::len);
    assert!(vms(all) >= 2, "{all:?}");
    // Each worker has a VM of its own.
    assert_eq!(vms(memory("all", 2)), vms(all) + 1);
    assert!(
        record
            .start
            .iter()
            .all(|start| start.cpu_millis > 0.0 && start.wall_millis > 0.0)
    );
}

fn what_is_not_built_in_is_a_wrong_command_line() {
    for (arguments, said) in [
        (["--chain=jwtt"], "error: no chain `jwtt`\n"),
        (["--workload=gett"], "error: no workload `gett`\n"),
    ] {
        let output = bench(&arguments);
        assert_eq!(output.status.code(), Some(2));
        let printed = String::from_utf8_lossy(&output.stderr);
        assert!(printed.starts_with(said), "{printed}");
    }
}
