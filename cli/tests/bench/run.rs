//! One `tollgate bench`, and what it printed.

use std::ops::Deref;
use std::process::{Command, Output};

use tollgate::bench::result::Record;

use crate::harness::modules;

/// What the command leaves.
pub fn bench(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_tollgate"))
        .arg("bench")
        .args(arguments)
        .arg("--modules")
        .arg(modules())
        .output()
        .unwrap()
}

/// The record that it printed, and what it said besides: that is shown where a test fails.
pub struct Run {
    record: Record,
    said: String,
}

/// Measures.
pub fn record(arguments: &[&str]) -> Run {
    let output = bench(&[arguments, &["--format", "json"]].concat());
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{}: {said}", output.status);
    let record = serde_json::from_slice(&output.stdout);
    let record = record.unwrap_or_else(|error| panic!("{error}: {said}"));
    Run { record, said }
}

// === impl Run ===

impl Deref for Run {
    type Target = Record;

    fn deref(&self) -> &Record {
        &self.record
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let seconds = self.record.seconds;
            eprintln!("the run took {seconds:.0} s; it said:\n{}", self.said);
            for warning in &self.record.warnings {
                eprintln!("warning: {}", warning.message);
            }
        }
    }
}
