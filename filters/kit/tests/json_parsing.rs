//! The parsing suite of nst/JSONTestSuite: what must parse does, what must
//! fail does, and nothing traps.
#![expect(clippy::unwrap_used, reason = "tests")]
#![expect(clippy::print_stdout, reason = "`scripts/test` reads the totals")]

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use tollgate_kit::json::{DuplicateKeys, Limits, Tape};

/// Files in the suite, for the line where it isn't there.
const FILES: usize = 318;

/// Wide enough for all that the suite calls valid.
const LIMITS: Limits = Limits {
    depth: 128,
    number_digits: 1000,
    duplicate_keys: DuplicateKeys::LastWins,
    ..Limits::DEFAULT
};

#[test]
fn the_parsing_suite_is_met() {
    let folder = data().join("json-parsing/test_parsing");
    let Ok(entries) = folder.read_dir() else {
        println!("suite json-parsing: 0 passed, 0 failed, {FILES} skipped");
        return;
    };
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let failed: Vec<&Path> = files
        .iter()
        .map(PathBuf::as_path)
        .filter(|file| !is_met(file))
        .collect();
    let passed = files.len() - failed.len();
    println!(
        "suite json-parsing: {passed} passed, {} failed, 0 skipped",
        failed.len()
    );
    assert_eq!(files.len(), FILES, "the suite is whole");
    assert_eq!(failed, Vec::<&Path>::new());
}

fn data() -> PathBuf {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    std::env::var_os("TOLLGATE_DATA").map_or_else(beside, PathBuf::from)
}

fn is_met(file: &Path) -> bool {
    let source = std::fs::read(file).unwrap();
    let accepted = Tape::new().parse(&source, &LIMITS).is_ok();
    match file
        .file_name()
        .and_then(OsStr::to_str)
        .and_then(|name| name.get(..2))
    {
        Some("y_") => accepted,
        Some("n_") => !accepted,
        Some("i_") => true,
        Some(_) | None => false,
    }
}
