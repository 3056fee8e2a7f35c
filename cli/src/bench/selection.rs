//! What is measured: chains, workloads, and which of them meet.

use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;

use super::args::Args;
use super::chain::material::Material;
use super::chain::{Chain, Filters, Marks, built_in as chains, file};
use super::error::BenchError;
use super::result::NONE;
use super::workload::built_in::{self as workloads, WORKLOADS};
use super::workload::token::Signer;
use super::workload::{Workload, described};
use crate::policy::Policy;

/// What is measured.
pub struct Selection {
    /// The chains; the one without filters is first.
    pub chains: Vec<Chain>,
    /// The workloads.
    pub workloads: Vec<Arc<Workload>>,
    /// Which meet, by their places in the two lists.
    pub cells: Vec<(usize, usize)>,
    /// Chains whose latency is measured.
    pub latency: Vec<usize>,
    /// Chains whose memory and start are measured with other numbers of workers too.
    pub scaled: Vec<usize>,
}

const QUICK_CHAINS: &[&str] = &[
    NONE,
    "empty-wasm",
    "header-mutation",
    "jwt-authn",
    "jwt-authn-uncached",
    "rbac",
    "native",
    "headers",
    "jwt",
    "schema",
    "guard",
    "all",
    "bundle",
    "separate",
    "tls",
    "tls-all",
    "mtls",
    "mtls-all",
];
const QUICK_WORKLOADS: &[&str] = &[
    "get",
    "post-1k",
    "post-16k",
    "post-256k",
    "new-rs256",
    "new-es256",
    "deny-missing",
    "deny-signature",
    "deny-expired",
    "deny-scope",
    "deny-path",
    "deny-body",
    "attack",
    "http2",
    "one-connection",
    "many-connections",
];
const LATENCY: &[&str] = &[NONE, "native", "all"];
const SCALED: &[&str] = &[NONE, "all"];

// === impl Selection ===

impl Selection {
    /// What `args` pick of what there is.
    ///
    /// # Errors
    /// Where something picked isn't there.
    pub fn of(args: &Args, material: &Material, signer: &Signer) -> Result<Self, BenchError> {
        if let Some(file) = &args.policy {
            return of_policy(args, file, material);
        }
        let chains = picked_chains(args, material)?;
        let workloads = picked_workloads(args, signer)?;
        let is_of_user = args.chains.is_some() || !args.chain.is_empty();
        let all = !args.workload.is_empty();
        let mut cells = Vec::new();
        for (at, workload) in workloads.iter().enumerate() {
            for (chain_at, chain) in chains.iter().enumerate() {
                if all || workload.reaches(chain, is_of_user) {
                    cells.push((chain_at, at));
                }
            }
        }
        let among = |names: &[&str]| -> Vec<usize> {
            let wanted = |chain: &Chain| is_of_user || names.contains(&chain.name.as_str());
            places(&chains, wanted)
        };
        Ok(Self {
            cells,
            latency: among(LATENCY),
            scaled: among(SCALED),
            chains,
            workloads,
        })
    }
}

fn places(chains: &[Chain], wanted: impl Fn(&Chain) -> bool) -> Vec<usize> {
    let chains = chains.iter().enumerate();
    chains
        .filter(|(_, chain)| wanted(chain))
        .map(|(at, _)| at)
        .collect()
}

fn of_policy(args: &Args, file: &Path, material: &Material) -> Result<Selection, BenchError> {
    let policy = Policy::load(file).map_err(BenchError::Policy)?;
    let mut workloads = Vec::new();
    for request in &args.request {
        workloads.push(Arc::new(described::load(
            request,
            &policy,
            args.connections,
        )?));
    }
    if workloads.is_empty() {
        workloads.push(Arc::new(described::plain(args.connections)?));
    }
    let filters = Filters::Policy {
        policy: Rc::new(policy),
        layout: args.layout,
        marks: Marks::Insisted,
    };
    let mut chains: Vec<Chain> = chains::chain(NONE, material).into_iter().collect();
    chains.push(Chain::of_user("policy".to_owned(), filters));
    let meet = |workload: usize| [(0, workload), (1, workload)];
    Ok(Selection {
        cells: (0..workloads.len()).flat_map(meet).collect(),
        latency: vec![0, 1],
        scaled: vec![0, 1],
        chains,
        workloads,
    })
}

fn picked_chains(args: &Args, material: &Material) -> Result<Vec<Chain>, BenchError> {
    let known = |name: &str| chains::chain(name, material);
    let mut picked = match &args.chains {
        Some(file) => file::chains(file, material)?,
        None if args.chain.is_empty() => {
            let wanted = |name: &&str| !args.quick || QUICK_CHAINS.contains(name);
            let names = chains::CHAINS.iter().map(|(name, _)| *name).filter(wanted);
            names.filter_map(known).collect()
        }
        None => known(NONE).into_iter().collect(),
    };
    for name in &args.chain {
        let chain = known(name).ok_or_else(|| BenchError::Chain(name.clone()))?;
        // With what it is measured against.
        let others = [chain.base.clone(), Some(name.clone())];
        for name in others.iter().flatten() {
            if picked.iter().all(|chain| chain.name != *name) {
                picked.extend(known(name));
            }
        }
    }
    Ok(picked)
}

fn picked_workloads(args: &Args, signer: &Signer) -> Result<Vec<Arc<Workload>>, BenchError> {
    let names: Vec<&str> = match args.workload.is_empty() {
        false => args.workload.iter().map(String::as_str).collect(),
        true => {
            let wanted = |name: &&str| !args.quick || QUICK_WORKLOADS.contains(name);
            WORKLOADS
                .iter()
                .map(|(name, _)| *name)
                .filter(wanted)
                .collect()
        }
    };
    let mut picked: Vec<Arc<Workload>> = Vec::new();
    for name in names {
        let workload = workloads::workload(name, signer, args.connections)?;
        let workload = workload.ok_or_else(|| BenchError::Workload(name.to_owned()))?;
        if picked.iter().all(|other| other.described.name != name) {
            picked.push(Arc::new(workload));
        }
    }
    Ok(picked)
}
