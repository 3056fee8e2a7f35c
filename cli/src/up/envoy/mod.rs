//! One Envoy as a child process: started, watched, and ended with us.
//!
//! It has a process group of its own, so that Ctrl-C on a terminal reaches only
//! us and Envoy ends in order; and on Linux the kernel ends it where we are
//! killed.

pub mod locate;
mod log;

use std::io;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;

use clap::ValueEnum;
use rustix::process::{Pid, Signal, kill_process};
use tokio::process::{Child, Command};
use tokio::task::JoinHandle;

use self::log::Log;

/// What to start.
#[derive(Debug)]
pub struct Launch<'a> {
    /// Envoy's binary.
    pub binary: &'a Path,
    /// The configuration.
    pub bootstrap: &'a Path,
    /// Worker threads.
    pub concurrency: u16,
    /// What it writes.
    pub level: Level,
}

/// Envoy's log levels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[expect(missing_docs, reason = "Envoy's own names")]
pub enum Level {
    Trace,
    Debug,
    Info,
    Warning,
    Error,
    Critical,
    Off,
}

/// A running Envoy. Dropped, it is killed; `stop` ends it in order.
pub struct Envoy {
    child: Child,
    log: Arc<Log>,
    reader: JoinHandle<()>,
}

/// Envoy didn't start.
#[derive(Debug, thiserror::Error)]
#[error("`{}`: {error}", binary.display())]
pub struct LaunchError {
    binary: PathBuf,
    error: io::Error,
}

/// How long Envoy may take to end before it is killed.
const PATIENCE: Duration = Duration::from_secs(5);

// === impl Level ===

impl Level {
    fn name(self) -> &'static str {
        match self {
            Self::Trace => "trace",
            Self::Debug => "debug",
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
            Self::Critical => "critical",
            Self::Off => "off",
        }
    }
}

// === impl Envoy ===

impl Envoy {
    /// Starts Envoy. Call it on the main thread: the kernel ties the child's
    /// life to the thread that forks.
    ///
    /// # Errors
    /// Where the binary can't be run.
    pub fn start(launch: &Launch<'_>) -> Result<Self, LaunchError> {
        let mut command = Command::new(launch.binary);
        command
            .arg("-c")
            .arg(launch.bootstrap)
            // Without: a file in `/dev/shm` that stays.
            .arg("--disable-hot-restart")
            .args(["--concurrency", &launch.concurrency.to_string()])
            .args(["-l", launch.level.name()])
            .args(["--log-format", "[%l][%n] %v"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .process_group(0)
            .kill_on_drop(true);
        end_with_us(&mut command);
        let mut child = command.spawn().map_err(|error| LaunchError {
            binary: launch.binary.to_owned(),
            error,
        })?;
        let log = Arc::new(Log::default());
        let reader = tokio::spawn(follow(child.stderr.take(), Arc::clone(&log)));
        Ok(Self { child, log, reader })
    }

    /// Its process id; `None` once it has ended.
    #[must_use]
    pub fn id(&self) -> Option<u32> {
        self.child.id()
    }

    /// Its log.
    #[must_use]
    pub fn log(&self) -> Arc<Log> {
        Arc::clone(&self.log)
    }

    /// Waits until it ends by itself, and until its log is read to the end.
    ///
    /// # Errors
    /// Where the system can't tell.
    pub async fn ended(&mut self) -> io::Result<ExitStatus> {
        let status = self.child.wait().await?;
        let _ = (&mut self.reader).await;
        Ok(status)
    }

    /// Ends it, in order; at once where it takes too long or `hurry` comes first.
    ///
    /// # Errors
    /// Where the system can't tell that it ended.
    pub async fn stop(mut self, hurry: impl Future<Output = ()>) -> io::Result<()> {
        self.log.drop_rest();
        if let Some(id) = self.child.id().and_then(process) {
            // It may have ended meanwhile: then there is nothing to end.
            let _ = kill_process(id, Signal::TERM);
        }
        tokio::select! {
            ended = self.child.wait() => return ended.map(drop),
            () = hurry => {}
            () = tokio::time::sleep(PATIENCE) => {}
        }
        self.child.kill().await
    }
}

fn process(id: u32) -> Option<Pid> {
    Pid::from_raw(i32::try_from(id).ok()?)
}

async fn follow(stream: Option<tokio::process::ChildStderr>, log: Arc<Log>) {
    if let Some(stream) = stream {
        log.follow(stream).await;
    }
}

/// Lets the kernel kill Envoy when we are gone, killed ourselves included.
#[cfg(target_os = "linux")]
fn end_with_us(command: &mut Command) {
    use rustix::io::Errno;
    use rustix::process::{getpid, getppid, set_parent_process_death_signal};
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
