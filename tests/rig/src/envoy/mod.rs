//! One Envoy as a child process: started, asked, and ended with us.

mod admin;
mod launch;
mod listeners;

use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Child;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use tempfile::TempDir;

pub use self::admin::{Admin, Stats};
pub use self::listeners::{Listeners, Refused};
use crate::port::Port;
use crate::runtime::{DEADLINE, wait_until};

/// A running Envoy, ended by its process id when this is dropped; where the test
/// is killed, the kernel ends it.
#[derive(Debug)]
pub struct Envoy {
    child: Child,
    folder: TempDir,
    admin: Admin,
    _port: Option<Port>,
}

/// Envoy didn't start.
#[derive(Debug)]
pub struct StartError {
    /// What went wrong.
    pub reason: String,
    /// What Envoy wrote.
    pub log: String,
}

/// Compiling the modules takes seconds where many tests share the processors.
const START_DEADLINE: Duration = Duration::from_secs(120);
/// How long Envoy may take to end before it is killed.
const PATIENCE: Duration = Duration::from_secs(3);

// === impl Envoy ===

impl Envoy {
    /// The binary: `$ENVOY`, where it is set.
    pub fn binary() -> Option<PathBuf> {
        let path = std::env::var_os("ENVOY").filter(|path| !path.is_empty())?;
        Some(PathBuf::from(path))
    }

    /// Starts `$ENVOY` and waits until it serves. Without an `admin` of its own
    /// the bootstrap gets one on a free port.
    ///
    /// # Errors
    /// Where it can't be run, ends at once (as with a policy that is refused), or
    /// isn't ready in time.
    pub fn start(bootstrap: &Value, concurrency: u16) -> Result<Self, StartError> {
        let refuse = |error: &dyn fmt::Display| StartError {
            reason: error.to_string(),
            log: String::new(),
        };
        let binary = Self::binary().ok_or_else(|| refuse(&"ENVOY is not set"))?;
        let folder = TempDir::with_prefix("tollgate-rig-envoy.").map_err(|error| refuse(&error))?;
        let mut bootstrap = bootstrap.clone();
        let (admin, port) = claim_admin(&mut bootstrap).map_err(|error| refuse(&error))?;
        std::fs::write(folder.path().join(BOOTSTRAP), bootstrap.to_string())
            .map_err(|error| refuse(&error))?;
        let child = launch::launch(&binary, folder.path(), concurrency)
            .map_err(|error| refuse(&format!("{}: {error}", binary.display())))?;
        let mut envoy = Self {
            child,
            folder,
            admin: Admin::new(admin),
            _port: port,
        };
        match envoy.ready() {
            Ok(()) => Ok(envoy),
            Err(reason) => Err(StartError {
                reason,
                log: envoy.log(),
            }),
        }
    }

    /// Its admin interface.
    pub fn admin(&self) -> &Admin {
        &self.admin
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// What it has written so far, one `[level][component] message` a line; the
    /// filters' lines from level info on, others from warning on.
    pub fn log(&self) -> String {
        let log = std::fs::read(self.folder.path().join(LOG)).unwrap_or_default();
        String::from_utf8_lossy(&log).into_owned()
    }

    /// A folder that lives as long as it does.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Whether it still runs.
    pub fn is_running(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    fn ready(&mut self) -> Result<(), String> {
        let admin = self.admin.clone();
        let look = || match self.child.try_wait() {
            Ok(None) if admin.is_ready() => Some(Ok(())),
            Ok(None) => None,
            Ok(Some(status)) => Some(Err(format!("Envoy ended: {status}"))),
            Err(error) => Some(Err(error.to_string())),
        };
        wait_until(START_DEADLINE, look)
            .unwrap_or_else(|| Err(format!("Envoy is not ready after {START_DEADLINE:?}")))
    }
}

impl Drop for Envoy {
    fn drop(&mut self) {
        let id = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw);
        if let (Ok(None), Some(id)) = (self.child.try_wait(), id) {
            // It may have ended meanwhile: then there is nothing to end.
            let _ = kill_process(id, Signal::TERM);
        }
        let ended = wait_until(PATIENCE, || self.child.try_wait().ok().flatten());
        if ended.is_none() {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

/// The address in the bootstrap; a free one is put there where it has none.
fn claim_admin(bootstrap: &mut Value) -> Result<(SocketAddr, Option<Port>), String> {
    let Some(address) = bootstrap.pointer("/admin/address/socket_address") else {
        let port = Port::free().map_err(|error| error.to_string())?;
        let at = port.address();
        bootstrap["admin"] = json!({
            "address": { "socket_address": { "address": at.ip(), "port_value": at.port() } },
        });
        return Ok((at, Some(port)));
    };
    let text = |name: &str| address[name].as_str().unwrap_or_default();
    format!("{}:{}", text("address"), address["port_value"])
        .parse()
        .map(|address| (address, None))
        .map_err(|_| format!("the admin address is {address}"))
}

const BOOTSTRAP: &str = "bootstrap.json";
const LOG: &str = "envoy.log";

// === impl StartError ===

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n{}", self.reason, self.log)
    }
}

impl std::error::Error for StartError {}
