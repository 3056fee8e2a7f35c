//! What chains cost in two runs.

use super::result::{Place, Row, Topic, moved};
use super::surroundings::is_same_machine;
use crate::bench::dots::{self, Dot, added, quiet, shares};
use crate::bench::result::{Cell, Outcome, Record, Side};
use crate::bench::statistics::{Estimate, Random};

/// The two runs, and how their costs are compared.
struct Pair<'a> {
    before: &'a Record,
    after: &'a Record,
    same_machine: bool,
}

/// What was measured of a chain in one run.
struct Measured {
    dots: Vec<Dot>,
    topic: Topic,
}

/// One row for each chain and workload that both have.
#[must_use]
pub fn rows(before: &Record, after: &Record, random: &mut Random) -> Vec<Row> {
    let pair = Pair {
        before,
        after,
        same_machine: is_same_machine(before, after),
    };
    let cells = after.cells.iter().filter(|cell| is_in(before, after, cell));
    cells.filter_map(|cell| pair.row(cell, random)).collect()
}

/// What `record` has and `other` has not, or with another workload of this name.
#[must_use]
pub fn missing(record: &Record, other: &Record) -> Vec<Side> {
    let cells = record
        .cells
        .iter()
        .filter(|cell| !is_in(other, record, cell));
    let side = |cell: &Cell| Side {
        chain: cell.chain.clone(),
        workload: cell.workload.clone(),
    };
    cells.map(side).collect()
}

fn is_in(record: &Record, of: &Record, cell: &Cell) -> bool {
    record.cell(&cell.chain, &cell.workload).is_some()
        && record.workload(&cell.workload) == of.workload(&cell.workload)
}

// === impl Pair ===

impl Pair<'_> {
    fn row(&self, cell: &Cell, random: &mut Random) -> Option<Row> {
        let (chain, workload) = (cell.chain.as_str(), cell.workload.as_str());
        let (before, after) = (
            self.measured(self.before, chain, workload)?,
            self.measured(self.after, chain, workload)?,
        );
        if before.topic != after.topic {
            return None;
        }
        let mut found = dots::apart(&after.dots, &before.dots, random)?;
        if !self.same_machine {
            found.outcome = Outcome::Undecided;
        }
        let place = Place {
            subject: chain,
            workload: Some(workload),
            is_base: after.topic == Topic::Cost,
        };
        let estimates = [
            Estimate::of(&quiet(&before.dots), random)?,
            Estimate::of(&quiet(&after.dots), random)?,
        ];
        let moved = self.moved(chain, workload, &estimates[0]);
        Some(Row::new(place, after.topic, estimates, found, moved))
    }

    /// A base by its cost; another by what it adds, on other machines as a share of that.
    fn measured(&self, record: &Record, chain: &str, workload: &str) -> Option<Measured> {
        let dots = dots::costs(&record.cell(chain, workload)?.samples);
        let Some(base) = &record.chain(chain)?.base else {
            return Some(Measured {
                dots,
                topic: Topic::Cost,
            });
        };
        let base = dots::costs(&record.cell(base, workload)?.samples);
        Some(match self.same_machine {
            true => Measured {
                dots: added(&dots, &base),
                topic: Topic::Added,
            },
            false => Measured {
                dots: shares(&dots, &base),
                topic: Topic::Share,
            },
        })
    }

    /// How far the base's cost is from what it was, for what costs `before`.
    fn moved(&self, chain: &str, workload: &str, before: &Estimate) -> f64 {
        if !self.same_machine {
            return 0.0;
        }
        let cost = |record: &Record| {
            let base = record.chain(chain)?.base.as_ref()?;
            Some(record.cell(base, workload)?.cost.median)
        };
        let base = cost(self.before).zip(cost(self.after));
        base.map_or(0.0, |(left, right)| moved([left, right], before.median))
    }
}
