//! What is sent: requests, each with what is wrong with it.

pub mod attack;
pub mod body;
pub mod built_in;
pub mod described;
pub mod request;
pub mod token;

use std::collections::BTreeSet;

pub use self::request::Prepared;
use super::chain::Chain;
use super::result;

/// A workload that can be sent.
#[derive(Debug, Clone)]
pub struct Workload {
    /// What of it goes into the record.
    pub described: result::Workload,
    /// The requests, sent in turn and then from the first again.
    pub requests: Vec<Prepared>,
    /// The chains of the project's own that it is sent to.
    pub reach: Reach,
    /// The workload whose requests are good, which this one must not cost more than.
    pub allowed: Option<String>,
    /// Whether its latency is measured too.
    pub latency: bool,
}

/// To which chains a workload is sent, unless the user picks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// To each.
    Every,
    /// To these, and to the user's own.
    These(&'static [&'static str]),
}

// === impl Workload ===

impl Workload {
    /// Whether it is sent to `chain` where the user didn't pick.
    #[must_use]
    pub fn reaches(&self, chain: &Chain, is_of_user: bool) -> bool {
        match self.reach {
            Reach::Every => true,
            Reach::These(names) => is_of_user || names.contains(&chain.name.as_str()),
        }
    }

    /// The kinds of requests in it, each with its first one: those that are the
    /// same but for their tokens are of one kind.
    #[must_use]
    pub fn kinds(&self) -> Vec<&Prepared> {
        let mut seen = BTreeSet::new();
        let first = |request: &&Prepared| seen.insert(request.kind);
        self.requests.iter().filter(first).collect()
    }
}
