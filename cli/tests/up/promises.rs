//! Each printed line, pasted into a shell, gives what it promises.

use std::collections::BTreeMap;
use std::process::Command;

use rustix::process::Signal;
use serde_json::Value;

use super::run::{Run, Text, finish};

pub const TESTS: &[crate::harness::Test] = &[
    (
        "each_line_gives_what_it_promises_through_separate_modules",
        separate,
    ),
    (
        "each_line_gives_what_it_promises_through_the_bundle",
        bundle,
    ),
    ("each_line_gives_what_it_promises_through_one_filter", all),
    ("each_filter_shows_an_allow_and_two_denies", coverage),
    ("check_keeps_every_promise", check),
    (
        "people_read_the_lines_without_colour_outside_a_terminal",
        text,
    ),
];

fn separate() {
    paste_each_line("separate");
}

fn bundle() {
    paste_each_line("bundle");
}

fn all() {
    paste_each_line("all");
}

fn paste_each_line(layout: &str) {
    let mut run = Run::start(&["--layout", layout]);
    let broken: Vec<String> = requests(&run)
        .iter()
        .filter_map(|request| paste(request).err())
        .collect();
    run.signal(Signal::INT);
    let (status, _) = run.ended();
    assert!(broken.is_empty(), "{}", broken.join("\n"));
    assert_eq!(status.code(), Some(0));
    run.assert_gone();
}

/// Runs the line as it is printed; the error says what came instead.
fn paste(request: &Value) -> Result<(), String> {
    let line = request["curl"].as_str().unwrap();
    let status = request["status"].as_u64().unwrap().to_string();
    let reason = request["reason"].as_str();
    let promised = reason.map_or(status.clone(), |reason| format!("{status} {reason}"));
    assert!(
        line.starts_with("curl ") && line.ends_with(&format!(" # {promised}")),
        "{line}"
    );
    let output = Command::new("sh").args(["-c", line]).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    let problem = reason.map(|reason| format!("\"urn:tollgate:problem:{reason}\""));
    let kept = text.lines().last() == Some(&status)
        && problem.is_none_or(|problem| text.contains(&problem));
    if kept {
        return Ok(());
    }
    let errors = String::from_utf8_lossy(&output.stderr);
    Err(format!(
        "{}: promised {promised}, came\n{text}{errors}",
        request["name"]
    ))
}

fn coverage() {
    let run = Run::start(&[]);
    let mut counts: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for request in requests(&run) {
        let (allows, denies) = counts
            .entry(request["filter"].as_str().unwrap().to_owned())
            .or_default();
        match request["reason"].as_str() {
            None => *allows += 1,
            Some(_) => *denies += 1,
        }
    }
    let filters: Vec<&str> = counts.keys().map(String::as_str).collect();
    assert_eq!(filters, ["headers", "jwt", "schema"]);
    assert!(
        counts
            .values()
            .all(|(allows, denies)| *allows >= 1 && *denies >= 2),
        "{counts:?}"
    );
}

fn check() {
    let finished = finish(&["--check"]);
    assert_eq!(
        finished.status.code(),
        Some(0),
        "{}{}",
        finished.stdout,
        finished.stderr
    );
    let sum = finished.stdout.lines().last().unwrap().to_owned();
    let (kept, rest) = sum.split_once(" of ").unwrap();
    assert_eq!(rest, format!("{kept} promises kept"));
}

fn text() {
    let mut run = Text::start();
    let curls: Vec<&String> = run
        .lines
        .iter()
        .filter(|line| line.starts_with("curl "))
        .collect();
    assert!(
        curls.iter().any(|line| line.ends_with(" # 200")),
        "{curls:?}"
    );
    assert!(
        curls
            .iter()
            .any(|line| line.ends_with(" # 401 jwt_expired")),
        "{curls:?}"
    );
    assert!(
        run.lines.iter().all(|line| !line.contains('\x1b')),
        "{:?}",
        run.lines
    );
    assert_eq!(run.end().code(), Some(0));
}

fn requests(run: &Run) -> Vec<Value> {
    run.printed["requests"].as_array().unwrap().clone()
}
