//! Latency, memory, start and modules in two runs.

use super::result::{Place, Row, Topic, moved};
use super::surroundings::is_same_machine;
use crate::bench::result::{Latency, Outcome, Percentile, Record};
use crate::bench::statistics::{Difference, Estimate, Random, Surroundings};

/// How far apart two figures that each run measures once must be to be called different.
const MEMORY: f64 = 0.1;
const START: f64 = 0.25;
const MODULE: f64 = 0.01;

/// The p99 of each chain and workload that both have at the same rate; none between machines.
#[must_use]
pub fn latency(before: &Record, after: &Record, random: &mut Random) -> Vec<Row> {
    if !is_same_machine(before, after) {
        return Vec::new();
    }
    let of_base = |latency: &Latency| {
        let base = after.chain(&latency.chain)?.base.as_ref()?;
        let value = |record| Some(p99(record, base, latency)?.micros.median);
        Some([value(before)?, value(after)?])
    };
    let rows = after.latency.iter().filter_map(|latency| {
        let mine = p99(after, &latency.chain, latency)?;
        let its = p99(before, &latency.chain, latency)?;
        if before.workload(&latency.workload) != after.workload(&latency.workload) {
            return None;
        }
        let place = Place {
            subject: &latency.chain,
            workload: Some(&latency.workload),
            is_base: is_base(after, &latency.chain),
        };
        let quiet = Surroundings::Quiet;
        let found = Difference::apart(&mine.rounds, &its.rounds, quiet, random)?;
        let estimates = [its.micros, mine.micros];
        let base = of_base(latency);
        let moved = base.map_or(0.0, |base| moved(base, its.micros.median));
        Some(Row::new(place, Topic::P99, estimates, found, moved))
    });
    rows.collect()
}

/// The p99 of `chain` in `record`, measured as `like` was.
fn p99<'r>(record: &'r Record, chain: &str, like: &Latency) -> Option<&'r Percentile> {
    let latency = record.latency_of(chain, &like.workload)?;
    let is_like = latency.rate == like.rate;
    latency.percentile(99.0).filter(|_| is_like)
}

/// Resident memory after all load.
#[must_use]
pub fn memory(before: &Record, after: &Record) -> Vec<Row> {
    let value = |record: &Record, chain: &str| {
        let loaded = record.memory_of(chain)?.loaded?;
        Some(loaded as f64)
    };
    of_chains(before, after, Topic::Memory, MEMORY, value)
}

/// CPU time until the listener accepts; none between machines.
#[must_use]
pub fn start(before: &Record, after: &Record) -> Vec<Row> {
    if !is_same_machine(before, after) {
        return Vec::new();
    }
    let value = |record: &Record, chain: &str| {
        let start = record.start_of(chain)?;
        Some(start.cpu_millis)
    };
    of_chains(before, after, Topic::Start, START, value)
}

/// The sizes of the modules' files.
#[must_use]
pub fn modules(before: &Record, after: &Record) -> Vec<Row> {
    let rows = after.modules.iter().filter_map(|module| {
        let mut others = before.modules.iter();
        let other = others.find(|other| other.file == module.file)?;
        let place = Place {
            subject: &module.file,
            workload: None,
            is_base: false,
        };
        let values = [other.bytes as f64, module.bytes as f64];
        Some(once(place, Topic::Module, values, MODULE, 0.0))
    });
    rows.collect()
}

/// What each chain has once, where both runs have as many workers.
fn of_chains(
    before: &Record,
    after: &Record,
    topic: Topic,
    tolerance: f64,
    value: impl Fn(&Record, &str) -> Option<f64>,
) -> Vec<Row> {
    if before.settings.workers != after.settings.workers {
        return Vec::new();
    }
    let both = |chain: &str| Some([value(before, chain)?, value(after, chain)?]);
    let rows = after.chains.iter().filter_map(|chain| {
        let base = chain.base.as_ref().and_then(|base| both(base));
        let place = Place {
            subject: &chain.name,
            workload: None,
            is_base: chain.base.is_none(),
        };
        let values = both(&chain.name)?;
        let moved = base.map_or(0.0, |base| moved(base, values[0]));
        Some(once(place, topic, values, tolerance, moved))
    });
    rows.collect()
}

/// Each measured once: nothing tells the noise, so only what is far apart counts.
fn once(
    place: Place<'_>,
    topic: Topic,
    [before, after]: [f64; 2],
    tolerance: f64,
    moved: f64,
) -> Row {
    let difference = after - before;
    let found = Difference {
        difference: Estimate::exactly(difference),
        ratio: (before > 0.0).then(|| Estimate::exactly(after / before)),
        outcome: if difference > before * tolerance {
            Outcome::More
        } else if -difference > before * tolerance {
            Outcome::Less
        } else {
            Outcome::Undecided
        },
    };
    let estimates = [before, after].map(Estimate::exactly);
    Row::new(place, topic, estimates, found, moved)
}

fn is_base(record: &Record, chain: &str) -> bool {
    let chain = record.chain(chain);
    chain.is_some_and(|chain| chain.base.is_none())
}
