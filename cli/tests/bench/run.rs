//! One `tollgate bench`, and what it printed.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tollgate::bench::result::Record;

/// What isn't there of what these tests need.
pub fn missing() -> Option<String> {
    let envoy = std::env::var_os("ENVOY").map(PathBuf::from);
    if !envoy.as_ref().is_some_and(|path| path.is_file()) {
        return Some("$ENVOY names no Envoy".to_owned());
    }
    [
        "tollgate.wasm",
        "tollgate_jwt.wasm",
        "tollgate_schema.wasm",
        "tollgate_headers.wasm",
    ]
    .iter()
    .map(|file| modules().join(file))
    .find(|file| !file.is_file())
    .map(|file| format!("{} isn't built", file.display()))
}

fn modules() -> PathBuf {
    let named = std::env::var_os("TOLLGATE_MODULES").map(PathBuf::from);
    named.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../dist"))
}

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
