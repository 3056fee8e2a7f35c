//! Runs the binary.

use std::io;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{LazyLock, Mutex, PoisonError, mpsc};

use super::{BOOTSTRAP, LOG};

/// Starts Envoy on the bootstrap in `folder`, where it also logs.
pub fn launch(binary: &Path, folder: &Path, concurrency: u16) -> io::Result<Child> {
    let mut command = Command::new(binary);
    command
        .arg("-c")
        .arg(folder.join(BOOTSTRAP))
        .arg("--use-dynamic-base-id")
        .args(["--concurrency", &concurrency.to_string()])
        // Tests wait for lines of the access log.
        .args(["--file-flush-interval-msec", "20"])
        // A listener that was replaced keeps its filters for that long.
        .args(["--drain-time-s", "1"])
        // Files of listeners are for nodes with a name.
        .args(["--service-node", "rig", "--service-cluster", "rig"])
        .args(["-l", "warning", "--component-log-level", "wasm:info"])
        .args(["--log-format", "[%l][%n] %v"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(std::fs::File::create(folder.join(LOG))?)
        .process_group(0);
    end_with_us(&mut command);
    spawn(command)
}

/// Spawns on a thread that lives as long as the process: the kernel ends the
/// child with the thread that forked it, and test threads come and go.
fn spawn(command: Command) -> io::Result<Child> {
    let (reply, answer) = mpsc::channel();
    LAUNCHER
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .send((command, reply))
        .map_err(io::Error::other)?;
    answer.recv().map_err(io::Error::other)?
}

type Job = (Command, mpsc::Sender<io::Result<Child>>);

static LAUNCHER: LazyLock<Mutex<mpsc::Sender<Job>>> = LazyLock::new(|| {
    let (sender, jobs) = mpsc::channel::<Job>();
    std::thread::spawn(move || {
        for (mut command, reply) in jobs {
            // Whoever asked waits for it.
            let _ = reply.send(command.spawn());
        }
    });
    Mutex::new(sender)
});

/// Lets the kernel kill Envoy when we are gone, killed ourselves included.
#[cfg(target_os = "linux")]
fn end_with_us(command: &mut Command) {
    use rustix::io::Errno;
    use rustix::process::{Signal, getpid, getppid, set_parent_process_death_signal};
    let us = getpid();
    let tie = move || {
        set_parent_process_death_signal(Some(Signal::KILL))?;
        // We may have ended before the call above: then no signal comes.
        if getppid() == Some(us) {
            Ok(())
        } else {
            Err(Errno::SRCH.into())
        }
    };
    // SAFETY: between fork and exec only async-signal-safe code may run; `tie`
    // makes two system calls and allocates nothing.
    unsafe {
        command.pre_exec(tie);
    }
}

/// Elsewhere the kernel has nothing of the kind.
#[cfg(not(target_os = "linux"))]
fn end_with_us(_: &mut Command) {}
