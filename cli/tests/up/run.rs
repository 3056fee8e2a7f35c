//! One `tollgate up` on free ports, ended whatever happens.

use std::io::{BufRead as _, BufReader, Read as _};
use std::net::{SocketAddr, TcpListener};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process, test_kill_process};
use serde_json::Value;

use crate::harness::modules;

/// A running `tollgate up`.
pub struct Run {
    child: Child,
    /// The object that it printed.
    pub printed: Value,
}

/// A running `tollgate up` that prints for people.
pub struct Text {
    child: Child,
    /// What it printed.
    pub lines: Vec<String>,
}

/// What a finished `tollgate up` left.
pub struct Finished {
    pub status: ExitStatus,
    pub stdout: String,
    pub stderr: String,
}

const PATIENCE: Duration = Duration::from_secs(90);

/// The command, on free ports unless `arguments` say otherwise.
pub fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tollgate"));
    command
        .arg("up")
        .args(arguments)
        .env("TOLLGATE_MODULES", modules())
        // A run that is killed leaves its folder.
        .env("TMPDIR", env!("CARGO_TARGET_TMPDIR"));
    for flag in ["--listen", "--admin"] {
        if !arguments.contains(&flag) {
            command.args([flag, "127.0.0.1:0"]);
        }
    }
    command
}

/// Runs it to its end.
pub fn finish(arguments: &[&str]) -> Finished {
    let output = command(arguments).output().unwrap();
    Finished {
        status: output.status,
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Waits until `condition` holds.
pub fn eventually(what: &str, mut condition: impl FnMut() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !condition() {
        assert!(Instant::now() < deadline, "{what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

// === impl Run ===

impl Run {
    /// Starts it and waits for what it prints.
    pub fn start(arguments: &[&str]) -> Self {
        let mut child = command(arguments)
            .args(["--format", "json"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut run = Self {
            child,
            printed: Value::Null,
        };
        let (sender, receiver) = mpsc::channel();
        std::thread::spawn(move || {
            let mut line = String::new();
            let _ = stdout.read_line(&mut line);
            let _ = sender.send(line);
        });
        let line = receiver.recv_timeout(PATIENCE).unwrap();
        match serde_json::from_str(&line) {
            Ok(printed) => run.printed = printed,
            Err(error) => panic!("{error}: {line:?}; {}", run.stderr()),
        }
        run
    }

    /// Envoy's process.
    pub fn envoy(&self) -> Pid {
        let id = self.printed["pid"].as_i64().unwrap();
        Pid::from_raw(i32::try_from(id).unwrap()).unwrap()
    }

    /// Sends a signal to `tollgate` alone.
    pub fn signal(&self, signal: Signal) {
        let id = Pid::from_raw(i32::try_from(self.child.id()).unwrap()).unwrap();
        kill_process(id, signal).unwrap();
    }

    /// Waits for its end; gives how it ended and what it wrote.
    pub fn ended(&mut self) -> (ExitStatus, String) {
        eventually("tollgate ends", || self.child.try_wait().unwrap().is_some());
        let status = self.child.wait().unwrap();
        (status, self.stderr())
    }

    /// Asserts that nothing of it is left.
    pub fn assert_gone(&self) {
        let envoy = self.envoy();
        eventually("Envoy is gone", || !alive(envoy));
        for place in ["gateway", "admin", "upstream", "jwks"] {
            let address = address(self.printed[place].as_str().unwrap());
            assert!(
                TcpListener::bind(address).is_ok(),
                "{place} {address} is still taken"
            );
        }
    }

    fn stderr(&mut self) -> String {
        let mut text = String::new();
        if let Some(mut stderr) = self.child.stderr.take() {
            let _ = self.child.kill();
            stderr.read_to_string(&mut text).unwrap();
        }
        text
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if let Some(id) = self.printed["pid"]
            .as_i64()
            .and_then(|id| Pid::from_raw(id as i32))
        {
            let _ = kill_process(id, Signal::KILL);
        }
    }
}

// === impl Text ===

impl Text {
    /// Starts it and waits for the last line that it prints.
    pub fn start() -> Self {
        let mut child = command(&[])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let mut text = Self {
            child,
            lines: Vec::new(),
        };
        for line in stdout.lines() {
            text.lines.push(line.unwrap());
            if text
                .lines
                .last()
                .is_some_and(|line| line == "Ctrl-C ends everything")
            {
                return text;
            }
        }
        panic!("it ended early: {:?}", text.lines);
    }

    /// Interrupts it and waits for its end.
    pub fn end(&mut self) -> ExitStatus {
        let id = Pid::from_raw(i32::try_from(self.child.id()).unwrap()).unwrap();
        kill_process(id, Signal::INT).unwrap();
        self.child.wait().unwrap()
    }
}

impl Drop for Text {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The address in a URL of numbers.
fn address(url: &str) -> SocketAddr {
    let authority = url.strip_prefix("http://").unwrap();
    authority.split('/').next().unwrap().parse().unwrap()
}

/// Whether it runs: one that ended but that nobody has waited for doesn't.
fn alive(id: Pid) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", id.as_raw_nonzero()));
    let zombie = stat.is_ok_and(|stat| {
        stat.rsplit(')')
            .next()
            .is_some_and(|rest| rest.trim_start().starts_with('Z'))
    });
    !zombie && test_kill_process(id).is_ok()
}
