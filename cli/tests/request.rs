//! What `tollgate check --request` prints, whole, and how it ends: the built
//! program in a shell, on the files of `request/files`, whose tokens are made here.
//!
//! `UPDATE_EXPECT=1 cargo test -p tollgate --test request` writes `request/cases` anew.

#[macro_use]
mod shell;
#[path = "request/tokens.rs"]
mod tokens;

use std::path::{Path, PathBuf};

use tempfile::TempDir;
use tokens::Client;

cases! {
    a_good_token
    anonymous
    audiences
    bindings
    bodies
    certificates
    claims
    colours
    command_line
    expired
    faults
    from_stdin
    grpc
    issuers
    json
    key_sets
    keys
    methods
    no_rule
    no_token
    output_closed
    paths
    places
    proofs
    report
    scopes
    times
}

#[test]
fn every_file_is_a_case_that_is_run() {
    let run: Vec<String> = CASES.iter().map(|name| format!("{name}.txt")).collect();
    assert_eq!(shell::names(&folder("cases")), run);
}

/// Neither tokens, which begin so, nor what the files call a secret.
#[test]
fn nothing_secret_is_shown() {
    for case in CASES {
        let file = folder("cases").join(format!("{case}.txt"));
        let text = std::fs::read_to_string(&file).unwrap();
        let shown = text.contains("eyJ") || text.contains("secret");
        assert!(!shown, "{}", file.display());
    }
}

#[test]
fn the_page_shows_what_is_printed() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/check.md");
    let page = std::fs::read_to_string(page).unwrap();
    let expired = std::fs::read_to_string(folder("cases/expired.txt")).unwrap();
    let (_, example) = page.split_once("```text\n").unwrap();
    let (example, _) = example.split_once("```").unwrap();
    assert!(expired.starts_with(example), "{example}");
}

fn check(case: &str) {
    let prepared = prepare();
    let file = folder("cases").join(format!("{case}.txt"));
    shell::check(&file, prepared.path());
}

/// The files with their tokens, beside a certificate that the client shows.
fn prepare() -> TempDir {
    let prepared = tempfile::tempdir().unwrap();
    let client = Client::new();
    for entry in std::fs::read_dir(folder("files")).unwrap() {
        let entry = entry.unwrap();
        let text = std::fs::read_to_string(entry.path()).unwrap();
        let file = prepared.path().join(entry.file_name());
        std::fs::write(file, client.fill(&text)).unwrap();
    }
    std::fs::write(prepared.path().join("client.pem"), &client.pem).unwrap();
    prepared
}

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/request")
        .join(name)
}
