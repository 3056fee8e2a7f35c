//! Whether what was measured fits.

use super::hold::Held;
use super::{Bound, Edge, decimals};
use crate::bench::result::{Bounded, Fit, Quantity, Record};
use crate::bench::statistics::{Estimate, FEWEST};

/// What was measured of something that is bounded.
struct Figure {
    /// In microseconds or bytes.
    value: Estimate,
    /// Measurements that it was taken from; one where there is no interval.
    rounds: usize,
}

/// Holds `held` against `record`. Where the noise hides on which side of the limit a figure
/// is, or it wasn't measured after all, it doesn't fit.
#[must_use]
pub fn judge(held: &[Held], record: &Record) -> Vec<Bounded> {
    held.iter().map(|held| bounded(held, record)).collect()
}

fn bounded(held: &Held, record: &Record) -> Bounded {
    let bound = &held.bound;
    let figure = figure(held, record);
    let fit = figure
        .as_ref()
        .map_or(Fit::Undecided, |figure| fit(bound, figure));
    Bounded {
        bound: bound.text.clone(),
        chain: held.chain.clone(),
        workload: held.workload.clone(),
        quantity: bound.quantity,
        limit: bound.limit,
        fit,
        words: words(held, figure.as_ref(), fit),
        figure: figure.map(|figure| figure.value),
    }
}

fn fit(bound: &Bound, Figure { value, rounds }: &Figure) -> Fit {
    if *rounds < FEWEST && !bound.quantity.is_of_chain() {
        return Fit::Undecided;
    }
    let fits = |value: f64| match bound.edge {
        Edge::Below => value < bound.limit,
        Edge::UpTo => value <= bound.limit,
    };
    match (fits(value.low), fits(value.high)) {
        (_, true) => Fit::Holds,
        (false, _) => Fit::Broken,
        (true, false) => Fit::Undecided,
    }
}

fn figure(held: &Held, record: &Record) -> Option<Figure> {
    let quantity = held.bound.quantity;
    let workload = || held.workload.as_deref();
    match quantity {
        Quantity::Memory => {
            let loaded = record.memory_of(&held.chain)?.loaded?;
            Some(Figure::once(loaded as f64))
        }
        Quantity::Start => {
            let start = record.start_of(&held.chain)?;
            Some(Figure::once(start.wall_millis * 1e3))
        }
        Quantity::Cpu | Quantity::Added => {
            let cell = record.cell(&held.chain, workload()?)?;
            let value = match quantity == Quantity::Cpu {
                true => cell.cost,
                false => cell.added?,
            };
            Some(Figure {
                value,
                rounds: cell.samples.len(),
            })
        }
        Quantity::P50 | Quantity::P90 | Quantity::P99 | Quantity::P999 => {
            let latency = record.latency_of(&held.chain, workload()?)?;
            let found = latency.percentile(quantity.percentile()?)?;
            Some(Figure {
                value: found.micros,
                rounds: found.rounds.len(),
            })
        }
    }
}

// === impl Figure ===

impl Figure {
    fn once(value: f64) -> Self {
        Self {
            value: Estimate::exactly(value),
            rounds: 1,
        }
    }
}

fn words(held: &Held, figure: Option<&Figure>, fit: Fit) -> String {
    let bound = &held.bound;
    let place = match &held.workload {
        Some(workload) => format!("`{}`, {workload}", held.chain),
        None => format!("`{}`", held.chain),
    };
    let Some(Figure { value, rounds }) = figure else {
        return format!("{place}: {} wasn't measured", bound.quantity.name());
    };
    let (figure, unit) = (measured(bound, *value), bound.unit);
    let limit = format!("{} {}", short(bound.limit / unit.size), unit.name);
    let under = match bound.edge {
        Edge::Below => "under",
        Edge::UpTo => "at most",
    };
    match fit {
        Fit::Holds => format!("{place}: {figure} is {under} {limit}"),
        Fit::Broken => format!("{place}: {figure} is not {under} {limit}"),
        Fit::Undecided if *rounds < FEWEST => {
            format!(
                "{place}: {figure} is of {rounds} round(s), and fewer than {FEWEST} don't tell whether that is {under} {limit}"
            )
        }
        Fit::Undecided => {
            format!(
                "{place}: {figure}, and whether that is {under} {limit} can't be told from noise"
            )
        }
    }
}

/// The figure of a bound, in its unit.
fn measured(bound: &Bound, value: Estimate) -> String {
    let (name, unit) = (bound.quantity.name(), bound.unit);
    let Estimate { median, low, high } = value.times(1.0 / unit.size);
    let [median, low, high] = [median, low, high].map(short);
    match bound.quantity.is_of_chain() {
        true => format!("{name} {median} {}", unit.name),
        false => format!("{name} {median} {} [{low}, {high}]", unit.name),
    }
}

/// With three digits that count.
fn short(value: f64) -> String {
    let decimals = decimals(value);
    let text = format!("{value:.decimals$}");
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text,
    }
}
