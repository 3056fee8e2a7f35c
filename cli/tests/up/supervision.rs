//! Ports are probed before the start, and nothing is left behind at the end.

use std::net::TcpListener;

use rustix::process::{Signal, kill_process};

use super::run::{Run, finish};

pub const TESTS: &[crate::harness::Test] = &[
    (
        "a_taken_listener_port_is_named_with_its_flag",
        taken_listener,
    ),
    ("a_taken_admin_port_is_named_with_its_flag", taken_admin),
    ("the_port_of_another_up_is_taken", taken_by_another_up),
    ("an_own_api_needs_an_own_policy", own_api_alone),
    ("an_envoy_that_is_no_file_is_named", envoy_missing),
    ("a_folder_without_modules_is_named", modules_missing),
    ("each_signal_ends_everything", signals),
    ("a_second_interrupt_ends_everything", impatience),
    ("an_envoy_that_dies_ends_everything", envoy_dies),
    #[cfg(target_os = "linux")]
    ("envoy_goes_when_up_is_killed", killed),
];

fn taken_listener() {
    assert_taken("listener", "--listen");
}

fn taken_admin() {
    assert_taken("admin", "--admin");
}

fn assert_taken(purpose: &str, flag: &str) {
    let socket = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = socket.local_addr().unwrap().to_string();
    let finished = finish(&[flag, &address]);
    assert_eq!(finished.status.code(), Some(1));
    assert_eq!(finished.stdout, "");
    assert_eq!(
        finished.stderr,
        format!(
            "error: the {purpose} port `{address}` is taken\n  hint: choose another with \
             `{flag} ADDRESS:PORT`, or a free one with `{flag} 127.0.0.1:0`\n"
        )
    );
}

/// Envoy itself would share the port without a word.
fn taken_by_another_up() {
    let run = Run::start(&[]);
    let url = run.printed["gateway"].as_str().unwrap();
    let address = url.strip_prefix("http://").unwrap();
    let finished = finish(&["--listen", address]);
    assert_eq!(finished.status.code(), Some(1));
    let first = finished.stderr.lines().next();
    let expected = format!("error: the listener port `{address}` is taken");
    assert_eq!(first, Some(expected.as_str()));
}

fn own_api_alone() {
    let finished = finish(&["--upstream", "http://127.0.0.1:9"]);
    assert_eq!(finished.status.code(), Some(2));
    assert_eq!(
        finished.stderr,
        "error: the sample's policy doesn't fit an API of your own\n  hint: add `--policy FILE` to `--upstream`\n"
    );
}

fn envoy_missing() {
    let finished = finish(&["--envoy", "nowhere/envoy"]);
    assert_eq!(finished.status.code(), Some(1));
    assert_eq!(
        finished.stderr,
        "error: `nowhere/envoy` is no file\n  hint: `--envoy` and `$ENVOY` name Envoy's binary\n"
    );
}

fn modules_missing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().canonicalize().unwrap();
    let finished = finish(&["--modules", path.to_str().unwrap(), "--layout", "bundle"]);
    assert_eq!(finished.status.code(), Some(1));
    assert_eq!(
        finished.stderr,
        format!(
            "error: `{}/tollgate.wasm` is missing\n  hint: build the filters with `scripts/build`, \
             or name their folder with `--modules DIR`\n",
            path.display()
        )
    );
}

fn signals() {
    for signal in [Signal::INT, Signal::TERM, Signal::HUP] {
        let mut run = Run::start(&[]);
        run.signal(signal);
        let (status, _) = run.ended();
        assert_eq!(status.code(), Some(0), "{signal:?}");
        run.assert_gone();
    }
}

fn impatience() {
    let mut run = Run::start(&[]);
    // A stopped Envoy hears no request to terminate, only the kill that follows.
    kill_process(run.envoy(), Signal::STOP).unwrap();
    run.signal(Signal::INT);
    run.signal(Signal::TERM);
    let (status, _) = run.ended();
    assert_eq!(status.code(), Some(0));
    run.assert_gone();
}

fn envoy_dies() {
    let mut run = Run::start(&[]);
    kill_process(run.envoy(), Signal::KILL).unwrap();
    let (status, stderr) = run.ended();
    assert_eq!(status.code(), Some(1));
    assert!(
        stderr.contains("error: Envoy ended by itself (signal: 9 (SIGKILL))"),
        "{stderr}"
    );
    run.assert_gone();
}

#[cfg(target_os = "linux")]
fn killed() {
    let mut run = Run::start(&[]);
    run.signal(Signal::KILL);
    let (status, _) = run.ended();
    assert_eq!(status.code(), None);
    run.assert_gone();
}
