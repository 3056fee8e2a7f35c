//! An Envoy and the gates that stand in it.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use serde_json::{Value, json};
use tollgate::render::envoy::{self as render, Options};
use tollgate_rig::{Admin, DEADLINE, Envoy, Listeners, Refused, Stats, wait_until};

use crate::gate::{Gate, Place};

/// An Envoy and the gates that stand in it.
pub struct Side {
    /// The process.
    pub envoy: Envoy,
    gates: Vec<Gate>,
    coming: Mutex<Coming>,
    /// How many VMs were made by its start.
    pub vms: u64,
}

/// The listeners that come and go.
struct Coming {
    file: Listeners,
    standing: Vec<Value>,
}

// === impl Side ===

impl Side {
    /// Starts Envoy.
    ///
    /// # Panics
    /// Where it doesn't start.
    pub fn start(gates: Vec<Gate>, workers: u16) -> Self {
        let file = Listeners::new();
        let standing = gates.iter().filter(|gate| gate.place != Place::Coming);
        let standing: Vec<&Value> = standing.map(|gate| &gate.listener).collect();
        let mut bootstrap = bootstrap(&standing, &clusters(&gates));
        bootstrap["dynamic_resources"] = file.source();
        let envoy = Envoy::start(&bootstrap, workers).unwrap_or_else(|error| panic!("{error}"));
        let mut side = Self {
            envoy,
            gates,
            coming: Mutex::new(Coming {
                file,
                standing: Vec::new(),
            }),
            vms: 0,
        };
        side.vms = side.stats(VMS).get(VMS);
        side
    }

    /// The gates of a topic.
    ///
    /// # Panics
    /// Where there are none.
    pub fn gates(&self, topic: &str) -> Vec<&Gate> {
        let gates: Vec<&Gate> = self
            .gates
            .iter()
            .filter(|gate| gate.topic == topic)
            .collect();
        assert!(!gates.is_empty(), "{topic} has no gate here");
        gates
    }

    /// All of them.
    pub fn every_gate(&self) -> &[Gate] {
        &self.gates
    }

    /// Lets these, of those that come and go, stand too.
    ///
    /// # Panics
    /// Where Envoy refuses one.
    pub fn stand(&self, gates: &[&Gate]) {
        let listeners = gates.iter().map(|gate| gate.listener.clone()).collect();
        let put = self.put(listeners);
        put.unwrap_or_else(|refused| panic!("{refused}\n{}", self.last_lines()));
    }

    /// Puts listeners there, in the place of those that have their names; where
    /// Envoy refuses one, everything stays.
    ///
    /// # Errors
    /// Where Envoy refuses one.
    pub fn put(&self, listeners: Vec<Value>) -> Result<(), Refused> {
        let mut coming = self.coming.lock().unwrap_or_else(PoisonError::into_inner);
        let mut all = coming.standing.clone();
        all.retain(|old| listeners.iter().all(|new| new["name"] != old["name"]));
        all.extend(listeners);
        self.envoy.update(&mut coming.file, &all)?;
        coming.standing = all;
        Ok(())
    }

    /// The admin interface.
    pub fn admin(&self) -> &Admin {
        self.envoy.admin()
    }

    /// The statistics whose name matches `filter`.
    ///
    /// # Panics
    /// Where Envoy doesn't tell.
    pub fn stats(&self, filter: &str) -> Stats {
        self.admin().stats(filter).unwrap()
    }

    /// How far the counters of decisions rise while `act` acts, by what follows
    /// `tollgate.decisions.`, in order.
    pub fn counted<T>(&self, act: impl FnOnce() -> T) -> (T, Vec<(String, u64)>) {
        let before = self.stats(DECISIONS);
        let result = act();
        let rise = self.stats(DECISIONS).since(&before);
        let short = |(name, rise): (&str, u64)| {
            (
                name.trim_start_matches("wasmcustom.tollgate.decisions.")
                    .to_owned(),
                rise,
            )
        };
        (result, rise.iter().map(short).collect())
    }

    /// What `act` gives, and the lines that the filters write meanwhile; waits
    /// until one of them `fits`.
    ///
    /// # Panics
    /// Where none does.
    pub fn written<T>(
        &self,
        act: impl FnOnce() -> T,
        fits: impl Fn(&str) -> bool,
    ) -> (T, Vec<String>) {
        let before = self.envoy.log().len();
        let result = act();
        let look = || {
            let log = self.envoy.log();
            let lines = log.get(before..)?.lines().map(str::to_owned);
            let lines: Vec<String> = lines.collect();
            lines.iter().any(|line| fits(line)).then_some(lines)
        };
        let lines = wait_until(DEADLINE, look);
        let lines = lines.unwrap_or_else(|| panic!("no such line\n{}", self.last_lines()));
        (result, lines)
    }

    /// The end of Envoy's log, to be read by people.
    fn last_lines(&self) -> String {
        let log = self.envoy.log();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(LAST_LINES)..].join("\n")
    }
}

const LAST_LINES: usize = 30;

/// A bootstrap of these.
pub fn bootstrap(listeners: &[&Value], clusters: &[Value]) -> Value {
    let nowhere = std::net::SocketAddr::from(([127, 0, 0, 1], 0));
    let options = Options::new(nowhere, nowhere.into(), PathBuf::new());
    let mut bootstrap = render::frame(&options);
    bootstrap["static_resources"] = json!({ "listeners": listeners, "clusters": clusters });
    bootstrap
}

/// The clusters of the gates, each once.
pub fn clusters<'g>(gates: impl IntoIterator<Item = &'g Gate>) -> Vec<Value> {
    let mut known = BTreeSet::new();
    let clusters = gates.into_iter().flat_map(|gate| &gate.clusters);
    clusters
        .filter(|cluster| known.insert(cluster["name"].to_string()))
        .cloned()
        .collect()
}

/// How many VMs there have been.
pub const VMS: &str = "wasm.envoy.wasm.runtime.v8.created";
const DECISIONS: &str = "^wasmcustom[.]tollgate[.]decisions";
