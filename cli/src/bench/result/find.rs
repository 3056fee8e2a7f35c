//! What is looked for in a record.

use super::{
    Cell, Chain, Fit, Latency, Measure, Memory, Percentile, Record, Start, Verdict, Workload,
};

// === impl Record ===

impl Record {
    /// Whether every bound that was set holds.
    #[must_use]
    pub fn fits(&self) -> bool {
        self.budget.iter().all(|bound| bound.fit == Fit::Holds)
    }

    /// How many rounds every cell has: fewer than were asked for where a run ended in time.
    #[must_use]
    pub fn rounds_taken(&self) -> usize {
        let taken = self.cells.iter().map(|cell| cell.samples.len());
        taken.min().unwrap_or(0)
    }

    /// The chain of this name.
    #[must_use]
    pub fn chain(&self, name: &str) -> Option<&Chain> {
        self.chains.iter().find(|chain| chain.name == name)
    }

    /// The workload of this name.
    #[must_use]
    pub fn workload(&self, name: &str) -> Option<&Workload> {
        self.workloads.iter().find(|workload| workload.name == name)
    }

    /// What was measured of `chain` under `workload`.
    #[must_use]
    pub fn cell(&self, chain: &str, workload: &str) -> Option<&Cell> {
        let cells = &mut self.cells.iter();
        cells.find(|cell| cell.chain == chain && cell.workload == workload)
    }

    /// What an Envoy with `chain` and the workers that the run was told took.
    #[must_use]
    pub fn memory_of(&self, chain: &str) -> Option<&Memory> {
        let workers = self.settings.workers;
        let memory = &mut self.memory.iter();
        memory.find(|memory| memory.chain == chain && memory.workers == workers)
    }

    /// How that Envoy started.
    #[must_use]
    pub fn start_of(&self, chain: &str) -> Option<&Start> {
        let workers = self.settings.workers;
        let starts = &mut self.start.iter();
        starts.find(|start| start.chain == chain && start.workers == workers)
    }

    /// How long the answers of `chain` took under `workload`.
    #[must_use]
    pub fn latency_of(&self, chain: &str, workload: &str) -> Option<&Latency> {
        let latencies = &mut self.latency.iter();
        latencies.find(|latency| latency.chain == chain && latency.workload == workload)
    }

    /// Whether a chain is held against what it is added to.
    #[must_use]
    pub fn is_against_base(&self, verdict: &Verdict) -> bool {
        let chain = self.chain(&verdict.left.chain);
        verdict.measure == Measure::Cost
            && chain.and_then(|chain| chain.base.as_ref()) == Some(&verdict.right.chain)
    }
}

// === impl Latency ===

impl Latency {
    /// One of the usual percentiles.
    #[must_use]
    pub fn percentile(&self, percentile: f64) -> Option<&Percentile> {
        let percentiles = &mut self.percentiles.iter();
        percentiles.find(|one| one.percentile == percentile)
    }
}
