//! From measurements to a record: estimates, comparisons, sizing, and warnings.

mod sizing;
mod warnings;

use std::sync::Arc;

use super::chain::Chain;
use super::dots::{self, Dot, difference, quiet};
use super::result::{
    Cell as Found, FORMAT, Kind, Latency, Machine, Measure, Outcome, Percentile, Point, Record,
    Settings, Side, Sizing, Thread, Verdict, Versions,
};
use super::rounds::{Cell, Timed};
use super::statistics::{Difference, Estimate, Random, median};
use super::workload::Workload;

/// What was measured.
pub struct Findings<'a> {
    /// The chains.
    pub chains: &'a [Chain],
    /// The workloads.
    pub workloads: &'a [Arc<Workload>],
    /// The costs.
    pub cells: &'a [Cell],
    /// The latencies.
    pub timed: &'a [Timed],
    /// At which rate.
    pub rate: u32,
    /// Of the bootstrap.
    pub seed: u64,
}

// === impl Findings ===

impl Findings<'_> {
    /// The record of them; what isn't measured here is left empty.
    #[must_use]
    pub fn record(&self) -> Record {
        let mut random = Random::new(self.seed);
        let cells: Vec<Found> = self
            .cells
            .iter()
            .filter_map(|cell| self.cell(cell, &mut random))
            .collect();
        Record {
            format: FORMAT,
            started: String::new(),
            seconds: 0.0,
            machine: Machine::default(),
            versions: Versions::default(),
            settings: Settings::default(),
            chains: self.chains.iter().map(Chain::described).collect(),
            workloads: self
                .workloads
                .iter()
                .map(|workload| workload.described.clone())
                .collect(),
            sizing: self.sizing(&cells),
            cells,
            latency: self
                .timed
                .iter()
                .filter_map(|timed| self.latency(timed, &mut random))
                .collect(),
            memory: Vec::new(),
            start: Vec::new(),
            modules: Vec::new(),
            verdicts: self.verdicts(&mut random),
            budget: Vec::new(),
            warnings: self.warnings(),
        }
    }

    fn cell(&self, cell: &Cell, random: &mut Random) -> Option<Found> {
        let costs = costs(cell);
        let rates: Vec<f64> = cell
            .taken
            .iter()
            .map(|taken| taken.sample.requests as f64 / taken.sample.seconds)
            .collect();
        let added = self
            .base(cell)
            .and_then(|base| difference(&costs, &self::costs(base), random));
        Some(Found {
            chain: self.chains[cell.chain].name.clone(),
            workload: self.workloads[cell.workload].described.name.clone(),
            statuses: cell.job.statuses(),
            requests: cell.taken.iter().map(|taken| taken.sample.requests).sum(),
            cost: Estimate::of(&quiet(&costs), random)?,
            added: added.map(|added| added.difference),
            throughput: Estimate::of(&rates, random)?,
            threads: threads(cell),
            samples: cell
                .taken
                .iter()
                .map(|taken| taken.sample.clone())
                .collect(),
        })
    }

    fn find(&self, chain: &str, workload: usize) -> Option<&Cell> {
        let cells = &mut self.cells.iter();
        cells.find(|cell| cell.workload == workload && self.chains[cell.chain].name == chain)
    }

    fn base(&self, cell: &Cell) -> Option<&Cell> {
        self.find(self.chains[cell.chain].base.as_ref()?, cell.workload)
    }

    /// What a chain adds over its base, round by round.
    fn added(&self, cell: &Cell) -> Option<Vec<Dot>> {
        Some(dots::added(&costs(cell), &costs(self.base(cell)?)))
    }

    fn side(&self, cell: &Cell) -> Side {
        Side {
            chain: self.chains[cell.chain].name.clone(),
            workload: self.workloads[cell.workload].described.name.clone(),
        }
    }

    /// Each chain against its base, against what does the same work, and each refusal
    /// against what is let through.
    fn verdicts(&self, random: &mut Random) -> Vec<Verdict> {
        let mut verdicts = Vec::new();
        for cell in self.cells {
            let against = self.chains[cell.chain].against.as_ref();
            let rival = against.and_then(|rival| self.find(rival, cell.workload));
            if let Some(rival) = rival {
                let added = self.added(cell).zip(self.added(rival));
                verdicts.extend(added.and_then(|(left, right)| {
                    let found = difference(&left, &right, random)?;
                    Some(self.verdict([cell, rival], Measure::Added, &found))
                }));
            }
            let allowed = self.workloads[cell.workload].allowed.as_ref();
            let allowed = allowed.and_then(|name| {
                let mut workloads = self.workloads.iter();
                workloads.position(|workload| workload.described.name == *name)
            });
            let name = &self.chains[cell.chain].name;
            let others = [self.base(cell), allowed.and_then(|at| self.find(name, at))];
            for other in others.into_iter().flatten() {
                let found = difference(&costs(cell), &costs(other), random);
                let verdict = |found| self.verdict([cell, other], Measure::Cost, &found);
                verdicts.extend(found.map(verdict));
            }
        }
        verdicts
    }

    fn verdict(&self, [left, right]: [&Cell; 2], measure: Measure, found: &Difference) -> Verdict {
        let (left, right) = (self.side(left), self.side(right));
        Verdict {
            words: words(&left, &right, measure, found),
            left,
            right,
            measure,
            difference: found.difference,
            ratio: found.ratio,
            outcome: found.outcome,
        }
    }

    fn latency(&self, timed: &Timed, random: &mut Random) -> Option<Latency> {
        const USUAL: [f64; 4] = [50.0, 90.0, 99.0, 99.9];
        let all = timed.together();
        let side = self.side(&self.cells[timed.cell]);
        let mut percentiles = Vec::new();
        for percentile in USUAL {
            let rounds = timed.rounds.iter();
            let values: Vec<f64> = rounds
                .map(|round| round.latencies.value_at_percentile(percentile) as f64)
                .collect();
            let micros = Estimate::of(&values, random)?;
            percentiles.push(Percentile {
                percentile,
                micros,
                rounds: values,
            });
        }
        let achieved: Vec<f64> = timed.rounds.iter().map(|round| round.achieved).collect();
        Some(Latency {
            chain: side.chain,
            workload: side.workload,
            rate: self.rate,
            achieved: median(&achieved)?,
            requests: all.len(),
            percentiles,
            longest: all.max(),
            curve: all
                .iter_quantiles(STEPS)
                .map(|step| Point {
                    percentile: step.quantile_iterated_to() * 100.0,
                    micros: step.value_iterated_to(),
                })
                .collect(),
        })
    }

    fn sizing(&self, cells: &[Found]) -> Vec<Sizing> {
        let is_good = |cell: &&Found| {
            let named = |workload: &&Arc<Workload>| workload.described.name == cell.workload;
            let workload = self.workloads.iter().find(named);
            workload.is_some_and(|workload| workload.described.kind == Kind::Allow)
        };
        cells.iter().filter(is_good).map(sizing::of).collect()
    }
}

/// Steps of the curve for each halving of what is left to 100 %.
const STEPS: u32 = 5;
fn threads(cell: &Cell) -> Vec<Thread> {
    let Some(first) = cell.taken.first() else {
        return Vec::new();
    };
    let mut threads: Vec<Thread> = first
        .shares
        .iter()
        .filter_map(|share| {
            let of_name = cell.taken.iter().map(|taken| {
                let nanos = taken.shares.iter().find(|other| other.name == share.name);
                let nanos = nanos.map_or(0, |share| share.nanos);
                nanos as f64 / 1e3 / taken.sample.requests as f64
            });
            Some(Thread {
                name: share.name.clone(),
                count: share.threads,
                cost: median(&of_name.collect::<Vec<_>>())?,
            })
        })
        .collect();
    threads.sort_by(|left, right| right.cost.total_cmp(&left.cost));
    threads
}

fn words(left: &Side, right: &Side, measure: Measure, found: &Difference) -> String {
    let verb = match measure {
        Measure::Cost => "costs",
        Measure::Added => "adds",
    };
    let (mine, others, place) = match left.chain == right.chain {
        true => (&left.workload, &right.workload, &left.chain),
        false => (&left.chain, &right.chain, &left.workload),
    };
    let Estimate { median, low, high } = found.difference;
    let times = found.ratio.map_or_else(String::new, |ratio| {
        format!(
            ", {:.2} times as much [{:.2}, {:.2}]",
            ratio.median, ratio.low, ratio.high
        )
    });
    match found.outcome {
        Outcome::More => format!(
            "{place}: `{mine}` {verb} {median:.1} µs more than `{others}` [{low:.1}, {high:.1}]{times}"
        ),
        Outcome::Less => format!(
            "{place}: `{mine}` {verb} {:.1} µs less than `{others}` [{:.1}, {:.1}]{times}",
            -median, -high, -low
        ),
        Outcome::Undecided => format!(
            "{place}: no difference between `{mine}` and `{others}` that the noise doesn't explain [{low:.1} to {high:.1} µs]"
        ),
    }
}

fn costs(cell: &Cell) -> Vec<Dot> {
    dots::costs(cell.taken.iter().map(|taken| &taken.sample))
}
