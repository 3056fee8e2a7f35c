//! Listeners that change while Envoy runs.

use std::fmt;
use std::io::Write as _;
use std::path::PathBuf;

use serde_json::{Value, json};
use tempfile::{NamedTempFile, TempDir};

use super::{DEADLINE, Envoy, wait_until};

/// A file of listeners that Envoy watches (LDS). Its bootstrap has
/// [`source`](Self::source) as `dynamic_resources`.
#[derive(Debug)]
pub struct Listeners {
    folder: TempDir,
    version: u64,
}

/// Envoy refused an update, and keeps what it had.
#[derive(Debug)]
pub struct Refused {
    /// What Envoy says; the filters' reasons are in the log.
    pub details: String,
}

// === impl Listeners ===

impl Listeners {
    /// No listener yet.
    ///
    /// # Panics
    /// Where the system has no space.
    pub fn new() -> Self {
        let folder = TempDir::with_prefix("tollgate-rig-lds.").unwrap();
        let mut listeners = Self { folder, version: 0 };
        listeners.write(&[]);
        listeners
    }

    /// The `dynamic_resources` of a bootstrap.
    pub fn source(&self) -> Value {
        json!({ "lds_config": {
            "resource_api_version": "V3",
            "path_config_source": { "path": self.file() },
        } })
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("listeners.json")
    }

    /// Envoy looks when a file is moved to that name, and so never sees half of it.
    fn write(&mut self, listeners: &[Value]) {
        self.version += 1;
        let resources: Vec<Value> = listeners.iter().map(typed).collect();
        let text = json!({ "version_info": self.version.to_string(), "resources": resources });
        let mut file = NamedTempFile::new_in(self.folder.path()).unwrap();
        file.write_all(text.to_string().as_bytes()).unwrap();
        file.persist(self.file()).unwrap();
    }
}

impl Default for Listeners {
    fn default() -> Self {
        Self::new()
    }
}

fn typed(listener: &Value) -> Value {
    let mut typed = listener.clone();
    typed["@type"] = json!("type.googleapis.com/envoy.config.listener.v3.Listener");
    typed
}

// === impl Envoy ===

impl Envoy {
    /// Lets `listeners` be all that come from the file, and waits until every
    /// worker has taken them. Connections that were open stay with the listener
    /// they came to.
    ///
    /// # Errors
    /// Where Envoy refuses one, or doesn't take them in time.
    pub fn update(&self, file: &mut Listeners, listeners: &[Value]) -> Result<(), Refused> {
        let before = self.lds()?;
        file.write(listeners);
        let look = || self.lds().ok().filter(|now| now.tries() > before.tries());
        let now = wait_until(DEADLINE, look).ok_or_else(|| late("Envoy takes no notice"))?;
        if now.rejected > before.rejected {
            return Err(Refused {
                details: self.refusal(),
            });
        }
        let look = || self.lds().ok().filter(Lds::is_settled);
        wait_until(DEADLINE, look)
            .map(drop)
            .ok_or_else(|| late("the workers take no notice"))
    }

    fn lds(&self) -> Result<Lds, Refused> {
        let stats = self
            .admin
            .stats("^(listener_manager|server.concurrency)")
            .map_err(|details| Refused { details })?;
        let of = |name: &str| stats.get(&format!("listener_manager.{name}"));
        Ok(Lds {
            accepted: of("lds.update_success"),
            rejected: of("lds.update_rejected"),
            warming: of("total_listeners_warming"),
            given: (of("listener_added") + of("listener_modified"))
                * stats.get("server.concurrency"),
            taken: of("listener_create_success") + of("listener_create_failure"),
        })
    }

    fn refusal(&self) -> String {
        let dump = self.admin.config_dump().unwrap_or_default();
        let mut found = Vec::new();
        collect(&dump, &mut found);
        found.join("; ")
    }
}

fn collect(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            if let Some(details) = members
                .get("error_state")
                .and_then(|state| state["details"].as_str())
            {
                found.push(details.to_owned());
            }
            members.values().for_each(|value| collect(value, found));
        }
        Value::Array(list) => list.iter().for_each(|value| collect(value, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn late(what: &str) -> Refused {
    Refused {
        details: format!("{what} within {DEADLINE:?}"),
    }
}

/// How updates stand.
#[derive(Debug)]
struct Lds {
    accepted: u64,
    rejected: u64,
    warming: u64,
    given: u64,
    taken: u64,
}

impl Lds {
    fn tries(&self) -> u64 {
        self.accepted + self.rejected
    }

    fn is_settled(&self) -> bool {
        self.warming == 0 && self.taken >= self.given
    }
}

// === impl Refused ===

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the update is refused: {}", self.details)
    }
}

impl std::error::Error for Refused {}
