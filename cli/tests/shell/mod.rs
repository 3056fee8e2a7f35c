//! Files of commands, lines that begin with `$ `, each with what it prints below;
//! what goes to standard error begins with `! `. `UPDATE_EXPECT=1` writes them anew.

use std::path::Path;
use std::process::Command;

/// A test for each name, which the `check` beside it runs, and all of them as `CASES`.
macro_rules! cases {
    ($($name:ident)*) => {
        $(#[test] fn $name() { check(stringify!($name)); })*

        /// All that are run.
        const CASES: &[&str] = &[$(stringify!($name)),*];
    };
}

/// What is in a folder, by name.
pub fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.collect();
    names.sort_unstable();
    names
}

/// Runs the commands of `file` in `folder`, and holds what they print against what it expects.
pub fn check(file: &Path, folder: &Path) {
    let expected = std::fs::read_to_string(file).unwrap();
    let commands = expected.lines().filter_map(|line| line.strip_prefix("$ "));
    let printed: Vec<String> = commands.map(|command| run(command, folder)).collect();
    let printed = printed.join("\n");
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(file, &printed).unwrap();
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
