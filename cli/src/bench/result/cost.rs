//! What a chain costs under a workload, and what that comes to.

use serde::{Deserialize, Serialize};

use crate::bench::statistics::Estimate;

/// One chain under one workload.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cell {
    /// The chain's name.
    pub chain: String,
    /// The workload's name.
    pub workload: String,
    /// The statuses that came, as they were to.
    pub statuses: Vec<u16>,
    /// Requests that were answered while it was measured.
    pub requests: u64,
    /// Microseconds of Envoy's CPU time per request.
    pub cost: Estimate,
    /// The same, over the chain's base in the same round; `None` for a base.
    pub added: Option<Estimate>,
    /// Requests per second. With the generator on the same machine: no more than a hint.
    pub throughput: Estimate,
    /// Which threads spent it, the busiest first.
    pub threads: Vec<Thread>,
    /// Every measurement.
    pub samples: Vec<Sample>,
}

/// Envoy's threads of one name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Thread {
    /// As the system has it, without a number at its end.
    pub name: String,
    /// How many.
    pub count: usize,
    /// Microseconds of CPU time per request, the median over the rounds.
    pub cost: f64,
}

/// One measurement.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sample {
    /// In which round, from 0. Chains are compared within one.
    pub round: u32,
    /// Requests that were answered.
    pub requests: u64,
    /// Between which two moments.
    pub seconds: f64,
    /// Microseconds of Envoy's CPU time per request.
    pub cost: f64,
    /// The share of the machine, 0 to 1, that others had meanwhile.
    pub others: f64,
    /// Whether that was too much: then it counts only where too few are quiet.
    pub noisy: bool,
}

/// What a chain comes to in processors.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sizing {
    /// The chain's name.
    pub chain: String,
    /// The workload's name.
    pub workload: String,
    /// Processors per 1,000 requests per second, Envoy's own work included.
    pub cores_per_thousand: Estimate,
    /// The share, 0 to 1, of 4 processors that 2,000 requests per second take.
    pub share_of_four: f64,
    /// In words.
    pub words: String,
}
