//! What two sides differ by, and what of that the noise carries.

use serde::{Deserialize, Serialize};

use crate::bench::statistics::Estimate;

/// A chain under a workload.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Side {
    /// The chain's name.
    pub chain: String,
    /// The workload's name.
    pub workload: String,
}

/// What two sides differ by.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    /// What is judged.
    pub left: Side,
    /// What it is held against.
    pub right: Side,
    /// What of each is compared.
    pub measure: Measure,
    /// Microseconds per request, left less right, paired by rounds.
    pub difference: Estimate,
    /// Left through right, paired by rounds; `None` where the right is about nothing.
    pub ratio: Option<Estimate>,
    /// What of that the noise carries.
    pub outcome: Outcome,
    /// In words.
    pub words: String,
}

/// What of two sides is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// All of Envoy's CPU time per request.
    Cost,
    /// What is added over each one's base.
    Added,
}

/// What of a difference the noise carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The left costs more.
    More,
    /// The left costs less.
    Less,
    /// No difference that can be told from noise.
    Undecided,
}
