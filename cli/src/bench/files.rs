//! Open files: each connection is one, here and in Envoy, and the system bounds both.

use std::cmp::Reverse;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use super::args::Args;
use super::chain::render::UPSTREAM_CONNECTIONS;
use super::error::BenchError;
use super::result::{Caution, Warning};
use super::selection::Selection;

/// What is open besides connections: counters, modules, logs, listeners.
const OTHERS: usize = 256;

/// Raises the limit as far as the system lets it, and leaves out the workloads that have more
/// connections than it takes, each with a warning. Envoys that are started after it have the
/// same limit.
///
/// # Errors
/// Where it doesn't take those that the user asked for.
pub fn fit(selection: &mut Selection, args: &Args) -> Result<Vec<Warning>, BenchError> {
    let limit = raise();
    let mut warnings = Vec::new();
    let mut largest: Vec<usize> = (0..selection.workloads.len()).collect();
    largest.sort_by_key(|at| Reverse(selection.workloads[*at].described.connections));
    for at in largest {
        let (chains, needed) = needed(selection, at);
        if chains == 0 || needed <= limit {
            continue;
        }
        let workload = selection.workloads[at].described.name.clone();
        if args.policy.is_some() || args.workload.contains(&workload) {
            return Err(BenchError::Files {
                workload,
                needed,
                limit,
            });
        }
        selection.cells.retain(|(_, workload)| *workload != at);
        warnings.push(Caution::NotMeasured.because(format!(
            "`{workload}` was left out: it needs {needed} open files, and the system allows {limit}\n  \
             hint: raise `ulimit -Hn`"
        )));
    }
    Ok(warnings)
}

/// The chains that a workload meets, and the files that are open here meanwhile: a connection
/// to Envoy, and all that the Envoys keep to the upstream. An Envoy needs fewer: its own only.
fn needed(selection: &Selection, workload: usize) -> (usize, usize) {
    let meets = |(_, met): &&(usize, usize)| *met == workload;
    let chains = selection.cells.iter().filter(meets).count();
    let kept = selection.chains.iter().enumerate().map(|(chain, _)| {
        let cells = selection.cells.iter().filter(|(at, _)| *at == chain);
        let at_once = cells.map(|(_, at)| selection.workloads[*at].described.requests_at_once());
        at_once.max().unwrap_or(0).min(UPSTREAM_CONNECTIONS)
    });
    let connections = selection.workloads[workload].described.connections;
    (chains, connections + kept.sum::<usize>() + OTHERS)
}

/// The limit of this process, as high as the system lets it be.
fn raise() -> usize {
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit {
        current: limit.maximum,
        ..limit
    };
    let now = match setrlimit(Resource::Nofile, raised) {
        Ok(()) => limit.maximum,
        Err(_) => limit.current,
    };
    now.map_or(usize::MAX, |now| usize::try_from(now).unwrap_or(usize::MAX))
}
