//! Bounds that the user set, and whether they hold.

use serde::{Deserialize, Serialize};

use crate::bench::statistics::Estimate;

/// A bound, held against what was measured.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Bounded {
    /// As it was written.
    pub bound: String,
    /// The chain's name.
    pub chain: String,
    /// The workload's name; `None` for what a chain takes whatever it is sent.
    pub workload: Option<String>,
    /// What is bounded.
    pub quantity: Quantity,
    /// The bound, in microseconds or bytes.
    pub limit: f64,
    /// What was measured, in the same; its interval is empty where it was measured once.
    pub figure: Option<Estimate>,
    /// Whether it holds.
    pub fit: Fit,
    /// In words.
    pub words: String,
}

/// What can be bounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Quantity {
    /// The median of latency.
    #[serde(rename = "p50")]
    P50,
    /// Latency of 9 in 10.
    #[serde(rename = "p90")]
    P90,
    /// Latency of 99 in 100.
    #[serde(rename = "p99")]
    P99,
    /// Latency of 999 in 1,000.
    #[serde(rename = "p99.9")]
    P999,
    /// All of Envoy's CPU time per request.
    #[serde(rename = "cpu")]
    Cpu,
    /// CPU time per request, over the chain's base.
    #[serde(rename = "added")]
    Added,
    /// Envoy's resident memory after all load.
    #[serde(rename = "memory")]
    Memory,
    /// The time that passes from launch until the listener accepts.
    #[serde(rename = "start")]
    Start,
}

/// Whether a bound holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fit {
    /// The whole interval is within it.
    Holds,
    /// The whole interval is beyond it.
    Broken,
    /// It can't be told, so that the budget isn't met.
    Undecided,
}
