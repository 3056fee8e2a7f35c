//! What `tollgate check` prints, whole, and how it ends: the built program in a shell.
//!
//! A folder of `check/cases` is a case. Its `expected.txt` has commands, lines that
//! begin with `$ `, each with what it prints below; what goes to standard error
//! begins with `! `. `UPDATE_EXPECT=1 cargo test -p tollgate --test check` writes it anew.

use std::path::{Path, PathBuf};
use std::process::Command;

macro_rules! cases {
    ($($name:ident)*) => {
        $(#[test] fn $name() { check(stringify!($name)); })*

        /// All that are run.
        const CASES: &[&str] = &[$(stringify!($name)),*];
    };
}

cases! {
    accepted
    accepted_with_warnings
    colours
    command_line
    everything_at_once
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
    let mut folders: Vec<String> = std::fs::read_dir(folder(""))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| !name.starts_with('.'))
        .collect();
    folders.sort_unstable();
    let mut run = CASES.to_vec();
    run.sort_unstable();
    assert_eq!(folders, run);
}

/// Runs the commands of a case, and holds what they print against what it expects.
fn check(case: &str) {
    let folder = folder(case);
    let file = folder.join("expected.txt");
    let expected = std::fs::read_to_string(&file).unwrap();
    let commands = expected.lines().filter_map(|line| line.strip_prefix("$ "));
    let printed: Vec<String> = commands.map(|command| run(command, &folder)).collect();
    let printed = printed.join("\n");
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&file, &printed).unwrap();
    } else if let Some((at, expected, found)) = difference(&expected, &printed) {
        let file = file.display();
        panic!("{file}:{at}:\nexpected: {expected}\n   found: {found}");
    }
}

fn run(command: &str, folder: &Path) -> String {
    let program = Path::new(env!("CARGO_BIN_EXE_tollgate"));
    let path = std::env::var("PATH").unwrap();
    let output = Command::new("sh")
        .args(["-c", command])
        .current_dir(folder)
        .env_clear()
        .env(
            "PATH",
            format!("{}:{path}", program.parent().unwrap().display()),
        )
        .output()
        .unwrap();
    let mut printed = format!("$ {command}\n{}", text(&output.stdout));
    for line in text(&output.stderr).lines() {
        printed.push_str(&format!("! {line}\n"));
    }
    match output.status.code() {
        Some(code) => printed.push_str(&format!("exit {code}\n")),
        None => panic!("{command}: {}", output.status),
    }
    printed
}

/// What was printed, with escapes for what a terminal acts on.
fn text(printed: &[u8]) -> String {
    let mut text = String::new();
    for c in String::from_utf8_lossy(printed).chars() {
        match c.is_control() && c != '\n' {
            true => text.extend(c.escape_default()),
            false => text.push(c),
        }
    }
    text
}

/// The first line that differs, and what it is in both.
fn difference<'t>(expected: &'t str, found: &'t str) -> Option<(usize, &'t str, &'t str)> {
    let (mut left, mut right) = (expected.split('\n'), found.split('\n'));
    for number in 1.. {
        match (left.next(), right.next()) {
            (None, None) => return None,
            (left, right) if left == right => {}
            (left, right) => {
                return Some((number, left.unwrap_or("(end)"), right.unwrap_or("(end)")));
            }
        }
    }
    None
}

fn folder(case: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/check/cases")
        .join(case)
}
