//! One `tollgate bench`, and what it printed.

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

/// The record that it prints.
pub fn record(arguments: &[&str]) -> Record {
    let output = bench(&[arguments, &["--format", "json"]].concat());
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}: {said}", output.status);
    serde_json::from_slice(&output.stdout).unwrap()
}
