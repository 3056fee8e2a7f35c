//! What `tollgate bench` says of records: whether a budget is kept, and what two of them
//! differ by. They are made here, of noise that a seed repeats; no Envoy is needed.
//!
//! `UPDATE_EXPECT=1 cargo test -p tollgate --test records` writes `records/cases` anew.

#[path = "records/budget.rs"]
mod budget;
#[path = "records/compare.rs"]
mod compare;
#[path = "records/made.rs"]
mod made;
#[macro_use]
mod shell;

use std::path::Path;

use tempfile::TempDir;
use tollgate::bench::error::BenchError;
use tollgate::bench::result::{FORMAT, ReadError, Record, read};

use crate::made::{Run, record};

cases! {
    bounds_of_nothing_measured
    budget_syntax
    connections
    differences
    files
    gate
    machines
    outputs
}

#[test]
fn every_file_is_a_case_that_is_run() {
    let run: Vec<String> = CASES.iter().map(|name| format!("{name}.txt")).collect();
    assert_eq!(shell::names(&folder("cases")), run);
}

#[test]
fn a_record_is_read_as_it_was_written() {
    let folder = TempDir::new().unwrap();
    let record = record(&Run::default());
    assert_eq!(
        read(&write(folder.path(), "run.json", &record)).unwrap(),
        record
    );
}

#[test]
fn a_record_from_before_there_were_budgets_is_read() {
    let folder = TempDir::new().unwrap();
    let mut older = serde_json::to_value(record(&Run::default())).unwrap();
    older.as_object_mut().unwrap().remove("budget").unwrap();
    for percentile in older["latency"][0]["percentiles"].as_array_mut().unwrap() {
        percentile
            .as_object_mut()
            .unwrap()
            .remove("rounds")
            .unwrap();
    }
    let file = folder.path().join("run.json");
    std::fs::write(&file, older.to_string()).unwrap();
    let read = read(&file).unwrap();
    assert_eq!(read.budget, []);
    assert!(read.latency[0].percentiles[0].rounds.is_empty());
}

#[test]
fn a_record_of_a_later_format_is_refused_whatever_is_in_it() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("run.json");
    std::fs::write(&file, format!(r#"{{ "format": {} }}"#, FORMAT + 1)).unwrap();
    let error = read(&file).unwrap_err();
    let is_of_format = matches!(
        error,
        BenchError::Read(ReadError::Format { found, .. }) if found == u64::from(FORMAT + 1)
    );
    assert!(is_of_format, "{error}");
}

/// Records as the cases name them, in a folder of their own.
fn check(case: &str) {
    let prepared = TempDir::new().unwrap();
    let path = prepared.path();
    write(path, "a.json", &record(&Run::default()));
    write(
        path,
        "again.json",
        &record(&Run {
            seed: 2,
            ..Run::default()
        }),
    );
    let slower = Run {
        seed: 3,
        added: 25.0,
        module: 1_100_000,
        ..Run::default()
    };
    write(path, "slower.json", &record(&slower));
    let few = Run {
        rounds: 3,
        ..Run::default()
    };
    let mut few = record(&few);
    // It was to have more, and had no time for them.
    few.settings.rounds = 12;
    write(path, "few.json", &few);
    let mut other = record(&Run {
        seed: 4,
        base: 12.0,
        added: 8.0,
        ..Run::default()
    });
    other.machine.cpu = "Other".to_owned();
    other.versions.envoy = "1.41.0".to_owned();
    write(path, "other.json", &other);
    let mut later = record(&Run::default());
    later.format = FORMAT + 1;
    write(path, "later.json", &later);
    std::fs::write(path.join("broken.json"), "{}").unwrap();
    std::fs::create_dir(path.join("empty")).unwrap();
    std::fs::create_dir(path.join("history")).unwrap();
    write(path, "history/2026-01-01-0.1.0-m.json", &later);
    write(
        path,
        "history/2026-02-01-0.1.0-m.json",
        &record(&Run::default()),
    );
    shell::check(&folder("cases").join(format!("{case}.txt")), path);
}

fn write(folder: &Path, name: &str, record: &Record) -> std::path::PathBuf {
    let file = folder.join(name);
    std::fs::write(&file, serde_json::to_vec(record).unwrap()).unwrap();
    file
}

fn folder(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/records")
        .join(name)
}
