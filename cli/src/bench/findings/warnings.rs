//! What makes figures less than trustworthy, and what to do about it.

use super::Findings;
use crate::bench::result::{Caution, Kind, Record, Side, Warning};
use crate::bench::rounds::{Cell, NOISE, Timed};
use crate::bench::statistics::{FEWEST, median};

// === impl Findings ===

impl Findings<'_> {
    /// What makes the figures less than trustworthy.
    pub(super) fn warnings(&self) -> Vec<Warning> {
        let mut warnings = Vec::new();
        let samples = || {
            self.cells
                .iter()
                .flat_map(|cell| &cell.taken)
                .map(|taken| &taken.sample)
        };
        let noisy = samples().filter(|sample| sample.noisy).count();
        if noisy > 0 {
            let percent = NOISE * 100.0;
            warnings.push(Caution::OtherLoad.because(format!(
                "other programs used more than {percent:.0} % of the machine during {noisy} of {} measurements\n  \
                 hint: intervals are wider for it; run it again on an idle machine",
                samples().count()
            )));
        }
        if self.cells.iter().any(|cell| cell.taken.len() < FEWEST) {
            warnings.push(Caution::FewRounds.because(format!(
                "with fewer than {FEWEST} rounds no difference is called one\n  hint: `--rounds {FEWEST}`; `--quick` ends before its rounds are done where the machine is busy"
            )));
        }
        for cell in self
            .cells
            .iter()
            .filter(|cell| reconnects(cell) > RECONNECTS)
        {
            let Side { chain, workload } = self.side(cell);
            warnings.push(Caution::Reconnects.because(format!(
                "`{chain}` closed connections under `{workload}`: what new ones cost is in its figures"
            )));
        }
        for cell in self.cells {
            let Side { chain, workload } = self.side(cell);
            let refused = cell
                .job
                .statuses()
                .into_iter()
                .find(|status| *status >= 400);
            let is_good = self.workloads[cell.workload].described.kind == Kind::Allow;
            if let Some(status) = refused.filter(|_| is_good) {
                warnings.push(Caution::Refused.because(format!(
                    "`{chain}` answers `{workload}` with {status}: what is measured is a refusal"
                )));
            }
        }
        warnings.extend(
            self.timed
                .iter()
                .filter_map(|timed| self.rate_missed(timed)),
        );
        warnings
    }

    fn rate_missed(&self, timed: &Timed) -> Option<Warning> {
        let achieved: Vec<f64> = timed.rounds.iter().map(|round| round.achieved).collect();
        let (achieved, rate) = (median(&achieved)?, f64::from(self.rate));
        let Side { chain, .. } = self.side(&self.cells[timed.cell]);
        (achieved < rate * 0.95).then(|| {
            Caution::RateMissed.because(format!(
                "`{chain}` answered {achieved:.0} of {rate:.0} requests per second: its latency is that of a queue\n  \
                 hint: a lower `--rate`"
            ))
        })
    }
}

/// A few are idle connections that were given up.
const RECONNECTS: u64 = 10;

fn reconnects(cell: &Cell) -> u64 {
    cell.taken.iter().map(|taken| taken.reconnects).sum()
}

// === impl Caution ===

impl Caution {
    /// A warning of this kind.
    #[must_use]
    pub fn because(self, message: String) -> Warning {
        Warning {
            kind: self,
            message,
        }
    }
}

// === impl Record ===

impl Record {
    /// Warns of what has nothing to do with single measurements.
    pub fn warn_of_surroundings(&mut self, strangers: &[u32]) {
        if !strangers.is_empty() {
            let ids: Vec<String> = strangers.iter().map(u32::to_string).collect();
            self.warnings.push(Caution::OtherLoad.because(format!(
                "other Envoys run on this machine: process {}",
                ids.join(", ")
            )));
        }
        if cfg!(debug_assertions) {
            self.warnings.push(Caution::DebugBuild.because(
                "this program was built without optimisation: the generator is slow\n  hint: `cargo build --release -p tollgate`"
                    .to_owned(),
            ));
        }
        if self.memory.iter().any(|memory| memory.vms.is_none()) {
            self.warnings.push(
                Caution::NotMeasured.because(
                    "the linear memory of the VMs can't be told on this system".to_owned(),
                ),
            );
        }
    }
}
