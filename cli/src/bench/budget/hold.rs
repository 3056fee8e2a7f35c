//! Which chains a budget is about, and whether what it bounds will be measured: known
//! before anything is.

use super::{Bound, Budget};
use crate::bench::chain::{Chain, Filters, Judges};
use crate::bench::result::Quantity;
use crate::bench::selection::Selection;
use crate::bench::workload::Workload;

/// A bound, and what it is about.
#[derive(Debug, Clone, PartialEq)]
pub struct Held {
    /// The bound.
    pub bound: Bound,
    /// The chain.
    pub chain: String,
    /// The workload; `None` where it is about the chain itself.
    pub workload: Option<String>,
}

/// A bound that can't be held against what is measured.
#[derive(Debug, thiserror::Error)]
#[error("`--budget`: `{bound}`: {fault}")]
pub struct HoldError {
    bound: String,
    fault: HoldFault,
}

/// Why not.
#[derive(Debug, thiserror::Error)]
pub enum HoldFault {
    /// There is no such chain in this run.
    #[error("no chain `{name}` is measured\n  hint: {}", one_of(among))]
    Chain {
        /// Its name.
        name: String,
        /// Those that are.
        among: Vec<String>,
    },
    /// The chain doesn't get such a workload in this run.
    #[error(
        "`{chain}` isn't measured under a workload `{name}`\n  hint: {}",
        one_of(among)
    )]
    Workload {
        /// The chain.
        chain: String,
        /// The workload's name.
        name: String,
        /// Those that it gets.
        among: Vec<String>,
    },
    /// Nothing here is the user's or the project's.
    #[error(
        "no chain that is measured holds filters of tollgate\n  hint: name one, as in `{0}:cpu<20us`"
    )]
    Nobody(String),
    /// There is no open loop.
    #[error("with `--rate 0` no latency is measured\n  hint: leave `--rate` out")]
    NoRate,
    /// Latency is measured of other chains, or under other workloads.
    #[error(
        "no latency of `{0}` is measured\n  hint: pick the chain with `--chain`, and `get` or a request of your own"
    )]
    NoLatency(String),
    /// It is what others are added to.
    #[error("`{0}` is what others are added to\n  hint: `cpu` is all that it takes")]
    Base(String),
}

/// What `budget` is about in `selection`, with latency at `rate`.
///
/// # Errors
/// The first bound that can't be held against what will be measured.
pub fn hold(budget: &Budget, selection: &Selection, rate: u32) -> Result<Vec<Held>, HoldError> {
    let mut held = Vec::new();
    for bound in &budget.0 {
        let found = of_bound(bound, selection, rate).map_err(|fault| HoldError {
            bound: bound.text.clone(),
            fault,
        })?;
        held.extend(found);
    }
    Ok(held)
}

fn of_bound(bound: &Bound, selection: &Selection, rate: u32) -> Result<Vec<Held>, HoldFault> {
    if rate == 0 && bound.quantity.percentile().is_some() {
        return Err(HoldFault::NoRate);
    }
    let chains = chains(bound, selection)?;
    let mut held = Vec::new();
    for at in &chains {
        let chain = &selection.chains[*at];
        if bound.quantity == Quantity::Added && chain.base.is_none() {
            return Err(HoldFault::Base(chain.name.clone()));
        }
        let one = |workload| Held {
            bound: bound.clone(),
            chain: chain.name.clone(),
            workload,
        };
        if bound.quantity.is_of_chain() {
            held.push(one(None));
            continue;
        }
        held.extend(
            workloads(bound, selection, *at)?
                .into_iter()
                .map(|name| one(Some(name))),
        );
    }
    match (held.is_empty(), chains.first()) {
        (true, Some(first)) => Err(HoldFault::NoLatency(selection.chains[*first].name.clone())),
        _ => Ok(held),
    }
}

/// The chain that is named; else those with filters of tollgate, and the user's own.
fn chains(bound: &Bound, selection: &Selection) -> Result<Vec<usize>, HoldFault> {
    let all = || selection.chains.iter().enumerate();
    let at = |(at, _)| at;
    let Some(name) = &bound.chain else {
        let found: Vec<usize> = all().filter(|(_, chain)| is_meant(chain)).map(at).collect();
        let last = selection.chains.last().map(|chain| chain.name.clone());
        return match found.is_empty() {
            true => Err(HoldFault::Nobody(last.unwrap_or_default())),
            false => Ok(found),
        };
    };
    let found = all().find(|(_, chain)| chain.name == *name);
    found
        .map(|found| vec![at(found)])
        .ok_or_else(|| HoldFault::Chain {
            name: name.clone(),
            among: all().map(|(_, chain)| chain.name.clone()).collect(),
        })
}

fn is_meant(chain: &Chain) -> bool {
    matches!(chain.filters, Filters::Policy { .. }) || chain.judges == Judges::Unknown
}

/// Those that `chain` gets, of which the bound's quantity is measured.
fn workloads(bound: &Bound, selection: &Selection, chain: usize) -> Result<Vec<String>, HoldFault> {
    let cells = selection.cells.iter().filter(|(at, _)| *at == chain);
    let met: Vec<&Workload> = cells.map(|(_, at)| &*selection.workloads[*at]).collect();
    let name = |workload: &&Workload| workload.described.name.clone();
    let is_named = |workload: &Workload| {
        let wanted = bound.workload.as_ref();
        wanted.is_none_or(|wanted| workload.described.name == *wanted)
    };
    if let Some(wanted) = &bound.workload
        && !met.iter().any(|workload| is_named(workload))
    {
        return Err(HoldFault::Workload {
            chain: selection.chains[chain].name.clone(),
            name: wanted.clone(),
            among: met.iter().map(name).collect(),
        });
    }
    let is_timed = selection.latency.contains(&chain);
    let is_measured = |workload: &Workload| {
        bound.quantity.percentile().is_none() || (is_timed && workload.latency)
    };
    let wanted = met
        .iter()
        .filter(|workload| is_named(workload) && is_measured(workload));
    Ok(wanted.map(name).collect())
}

fn one_of(names: &[String]) -> String {
    format!("one of {}", names.join(", "))
}
