//! What `tollgate check` prints, whole, and how it ends: the built program in a shell.
//!
//! A folder of `check/cases` is a case. Its `expected.txt` has commands, lines that
//! begin with `$ `, each with what it prints below; what goes to standard error
//! begins with `! `. `UPDATE_EXPECT=1 cargo test -p tollgate --test check` writes it anew.

#[macro_use]
mod shell;

use std::path::{Path, PathBuf};

cases! {
    accepted
    accepted_with_warnings
    bundle_faults
    colours
    command_line
    everything_at_once
    examples
    excerpts_of_long_lines
    excerpts_without_keys
    files_of_other_encodings
    files_that_cannot_be_read
    headers_faults
    json_files
    jwt_algorithms
    jwt_contradictions
    jwt_key_sets
    jwt_periods
    jwt_places
    members_missing
    members_unknown
    members_of_wrong_types
    openapi_faults
    openapi_files
    output_closed
    rules_faults
    rules_switch
    rules_warnings
    schema_faults
    schema_parameters
    several_files
    terminal_escapes
    yaml_aliases
    yaml_documents
    yaml_merge_keys
    yaml_names
    yaml_numbers
    yaml_syntax
    yaml_words
}

#[test]
fn every_folder_is_a_case_that_is_run() {
    let mut folders = shell::names(&folder(""));
    folders.retain(|name| !name.starts_with('.'));
    let mut run = CASES.to_vec();
    run.sort_unstable();
    assert_eq!(folders, run);
}

/// Runs the commands of a case, and holds what they print against what it expects.
fn check(case: &str) {
    let folder = folder(case);
    shell::check(&folder.join("expected.txt"), &folder);
}

fn folder(case: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/check/cases")
        .join(case)
}
