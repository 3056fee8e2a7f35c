//! What a run found: the JSON that `tollgate bench --format json` prints, and the
//! record that histories keep.
//!
//! Only values: whatever shows them (terminal, page) or compares them reads them
//! from here. Times are microseconds of CPU or of waiting, as the name of the
//! field says; sizes are bytes.

mod budget;
mod cost;
mod find;
mod read;
mod verdict;

use serde::{Deserialize, Serialize};

pub use self::budget::{Bounded, Fit, Quantity};
pub use self::cost::{Cell, Sample, Sizing, Thread};
pub use self::read::{ReadError, read};
pub use self::verdict::{Measure, Outcome, Side, Verdict};
use super::statistics::Estimate;

/// Rises where a field changes its meaning or goes; a reader refuses what it does
/// not know.
pub const FORMAT: u32 = 1;

/// The name of the chain without filters, which the others are measured against.
pub const NONE: &str = "none";

/// One run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// [`FORMAT`].
    pub format: u32,
    /// When it began (RFC 3339).
    pub started: String,
    /// How long it took.
    pub seconds: f64,
    /// Where it ran.
    pub machine: Machine,
    /// What ran.
    pub versions: Versions,
    /// How it was told to run.
    pub settings: Settings,
    /// What was compared, in the order in which it is shown.
    pub chains: Vec<Chain>,
    /// What was sent, in the order in which it is shown.
    pub workloads: Vec<Workload>,
    /// The cost of each chain under each workload that it was measured with.
    pub cells: Vec<Cell>,
    /// Latency at a fixed rate.
    pub latency: Vec<Latency>,
    /// Memory, by chain and number of workers.
    pub memory: Vec<Memory>,
    /// From launch until the listener accepts.
    pub start: Vec<Start>,
    /// The files of the modules.
    pub modules: Vec<Module>,
    /// What differs, and what can't be told apart.
    pub verdicts: Vec<Verdict>,
    /// What the cost comes to in processors.
    pub sizing: Vec<Sizing>,
    /// Bounds that were set, held against what was measured.
    #[serde(default)]
    pub budget: Vec<Bounded>,
    /// What makes a figure less than trustworthy.
    pub warnings: Vec<Warning>,
}

/// The machine.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Machine {
    /// The model of its processors.
    pub cpu: String,
    /// Processors that this process may use.
    pub cores: usize,
    /// The kernel and its release.
    pub kernel: String,
    /// Bytes of memory.
    pub memory: u64,
}

/// The programs.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Versions {
    /// Of this program.
    pub tollgate: String,
    /// As Envoy tells it.
    pub envoy: String,
    /// What made the load of the closed loop: `built-in`, or `wrk` and its version.
    pub generator: String,
}

/// How it was told to run.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Settings {
    /// Whether it was to be short.
    pub quick: bool,
    /// The policy of the user, if it was measured.
    pub policy: Option<String>,
    /// Rounds of each cell; noisy ones are measured again besides.
    pub rounds: u32,
    /// Of each measurement.
    pub seconds: f64,
    /// Before each measurement.
    pub warm_up_seconds: f64,
    /// Envoy's worker threads.
    pub workers: u16,
    /// Of the closed loop, where the workload names no number of its own.
    pub connections: usize,
    /// Requests per second of the open loop.
    pub rate: u32,
    /// Of the order of chains and of the bootstrap.
    pub seed: u64,
}

/// A chain of filters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chain {
    /// `[a-z0-9-]+`.
    pub name: String,
    /// In words.
    pub title: String,
    /// The chain that stands for nothing beside it.
    pub base: Option<String>,
}

/// What is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Workload {
    /// `[a-z0-9-]+`.
    pub name: String,
    /// In words.
    pub title: String,
    /// What kind it is of.
    pub kind: Kind,
    /// HTTP/1.1 or HTTP/2.
    pub protocol: Protocol,
    /// Connections at the same time.
    pub connections: usize,
    /// Requests at the same time on one of them.
    pub streams: usize,
    /// Bytes of the body of a request; of the mean one where they differ.
    pub body: usize,
}

/// What a workload is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Good requests.
    Allow,
    /// Requests that the chain refuses, if it judges what is wrong with them.
    Deny,
    /// Many kinds of requests, bad ones for the most part.
    Attack,
}

/// The version of HTTP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Protocol {
    /// HTTP/1.1
    #[serde(rename = "HTTP/1.1")]
    Http1,
    /// HTTP/2
    #[serde(rename = "HTTP/2")]
    Http2,
}

/// How long answers took at a fixed rate, from the moment at which the request was due:
/// that one is late counts for those behind it (no coordinated omission).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Latency {
    /// The chain's name.
    pub chain: String,
    /// The workload's name.
    pub workload: String,
    /// Requests per second that were asked for.
    pub rate: u32,
    /// Requests per second that were answered.
    pub achieved: f64,
    /// How many.
    pub requests: u64,
    /// The usual ones: 50, 90, 99, 99.9; each with its interval over the rounds.
    pub percentiles: Vec<Percentile>,
    /// The longest, in microseconds.
    pub longest: u64,
    /// The curve for a chart over all rounds, from the least to the longest.
    pub curve: Vec<Point>,
}

/// A percentile of latency.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Percentile {
    /// 0 to 100.
    pub percentile: f64,
    /// Microseconds.
    pub micros: Estimate,
    /// The same of each round.
    #[serde(default)]
    pub rounds: Vec<f64>,
}

/// A point of the curve.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// 0 to 100.
    pub percentile: f64,
    /// Microseconds.
    pub micros: u64,
}

/// Envoy's memory with a chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Memory {
    /// The chain's name.
    pub chain: String,
    /// Worker threads.
    pub workers: u16,
    /// Resident bytes once the listener accepts.
    pub started: u64,
    /// The same after all load; `None` where there was none.
    pub loaded: Option<u64>,
    /// The linear memory of each VM, the largest first; `None` where it can't be told.
    pub vms: Option<Vec<u64>>,
}

/// From launch until the listener accepts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Start {
    /// The chain's name.
    pub chain: String,
    /// Worker threads.
    pub workers: u16,
    /// Milliseconds that passed.
    pub wall_millis: f64,
    /// Milliseconds of CPU time until then.
    pub cpu_millis: f64,
}

/// The file of a module.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Module {
    /// The file's name.
    pub file: String,
    /// Its size.
    pub bytes: u64,
    /// The chains that load it.
    pub chains: Vec<String>,
}

/// Something that makes a figure less than trustworthy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warning {
    /// What kind it is of.
    pub kind: Caution,
    /// In words, with what to do about it.
    pub message: String,
}

/// Kinds of warnings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Caution {
    /// Others used the machine.
    OtherLoad,
    /// Too few rounds for an interval that says much.
    FewRounds,
    /// The fixed rate wasn't reached.
    RateMissed,
    /// Connections had to be made anew while it was measured.
    Reconnects,
    /// This program was built without optimisation.
    DebugBuild,
    /// A request that was to be good is refused.
    Refused,
    /// Something asked for could not be measured here.
    NotMeasured,
    /// What the policy is warned of.
    Policy,
}

// === impl Workload ===

impl Workload {
    /// Requests that are under way at the same time.
    #[must_use]
    pub fn requests_at_once(&self) -> usize {
        self.connections.saturating_mul(self.streams)
    }
}
