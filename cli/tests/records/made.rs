//! A record such as a run leaves: two chains, one workload, noise.

use tollgate::bench::result::{
    Cell, Chain, FORMAT, Kind, Latency, Machine, Memory, Module, Percentile, Protocol, Record,
    Sample, Settings, Start, Versions, Workload,
};
use tollgate::bench::statistics::{Difference, Estimate, Random, Surroundings};

/// What is measured in it.
#[derive(Debug, Clone, Copy)]
pub struct Run {
    /// Of the noise.
    pub seed: u64,
    /// How often.
    pub rounds: u32,
    /// Microseconds of the chain without filters.
    pub base: f64,
    /// Microseconds that `all` adds.
    pub added: f64,
    /// Microseconds of its p99; half of it without filters.
    pub p99: f64,
    /// The size of its module.
    pub module: u64,
}

impl Default for Run {
    fn default() -> Self {
        Self {
            seed: 1,
            rounds: 12,
            base: 30.0,
            added: 20.0,
            p99: 1000.0,
            module: 1_000_000,
        }
    }
}

/// The record of `run`.
pub fn record(run: &Run) -> Record {
    let mut random = Random::new(run.seed);
    let drift: Vec<f64> = (0..run.rounds).map(|_| noise(&mut random, 2.0)).collect();
    let none = costs(run.base, &drift, &mut random);
    let all = costs(run.base + run.added, &drift, &mut random);
    let pairs: Vec<(f64, f64)> = all.iter().copied().zip(none.iter().copied()).collect();
    let added = Difference::of(&pairs, Surroundings::Quiet, &mut random).unwrap();
    Record {
        format: FORMAT,
        started: "2026-01-01T00:00:00Z".to_owned(),
        seconds: 60.0,
        machine: Machine {
            cpu: "Test".to_owned(),
            cores: 4,
            kernel: "linux 6".to_owned(),
            memory: 16 << 30,
        },
        versions: Versions {
            tollgate: "0.1.0".to_owned(),
            envoy: "1.40.0".to_owned(),
            generator: "built-in".to_owned(),
        },
        settings: settings(run.rounds),
        chains: vec![chain("none", None), chain("all", Some("none"))],
        workloads: vec![workload()],
        cells: vec![
            cell("none", &none, None, &mut random),
            cell("all", &all, Some(added.difference), &mut random),
        ],
        latency: vec![
            latency("none", run.p99 / 2.0, run.rounds, &mut random),
            latency("all", run.p99, run.rounds, &mut random),
        ],
        memory: vec![memory("none", 60_000_000), memory("all", 120_000_000)],
        start: vec![start("none", 60.0), start("all", 1200.0)],
        modules: vec![Module {
            file: "tollgate.wasm".to_owned(),
            bytes: run.module,
            chains: vec!["all".to_owned()],
        }],
        verdicts: Vec::new(),
        sizing: Vec::new(),
        budget: Vec::new(),
        warnings: Vec::new(),
    }
}

/// About normal: the sum of twelve uniform numbers, less six.
fn noise(random: &mut Random, spread: f64) -> f64 {
    let uniform = |_| random.below(1 << 20) as f64 / f64::from(1 << 20);
    ((0..12).map(uniform).sum::<f64>() - 6.0) * spread
}

/// What changes from round to round is larger than what is noise in one.
fn costs(value: f64, drift: &[f64], random: &mut Random) -> Vec<f64> {
    let cost = |drift: &f64| value + drift + noise(random, 0.5);
    drift.iter().map(cost).collect()
}

fn settings(rounds: u32) -> Settings {
    Settings {
        rounds,
        seconds: 1.0,
        workers: 1,
        connections: 32,
        rate: 2000,
        seed: 1,
        ..Settings::default()
    }
}

fn chain(name: &str, base: Option<&str>) -> Chain {
    Chain {
        name: name.to_owned(),
        title: name.to_owned(),
        base: base.map(str::to_owned),
    }
}

fn workload() -> Workload {
    Workload {
        name: "get".to_owned(),
        title: "GET".to_owned(),
        kind: Kind::Allow,
        protocol: Protocol::Http1,
        connections: 32,
        streams: 1,
        body: 0,
    }
}

fn cell(chain: &str, costs: &[f64], added: Option<Estimate>, random: &mut Random) -> Cell {
    let sample = |(round, cost): (u32, &f64)| Sample {
        round,
        requests: 20_000,
        seconds: 1.0,
        cost: *cost,
        others: 0.01,
        noisy: false,
    };
    Cell {
        chain: chain.to_owned(),
        workload: "get".to_owned(),
        statuses: vec![200],
        requests: 20_000 * costs.len() as u64,
        cost: Estimate::of(costs, random).unwrap(),
        added,
        throughput: Estimate::exactly(20_000.0),
        threads: Vec::new(),
        samples: (0..).zip(costs).map(sample).collect(),
    }
}

fn latency(chain: &str, p99: f64, rounds: u32, random: &mut Random) -> Latency {
    let percentile = |(percentile, share): (f64, f64)| {
        let values = (0..rounds.min(6)).map(|_| p99 * share + noise(random, p99 / 50.0));
        let rounds: Vec<f64> = values.collect();
        Percentile {
            percentile,
            micros: Estimate::of(&rounds, random).unwrap(),
            rounds,
        }
    };
    let usual = [(50.0, 0.3), (90.0, 0.6), (99.0, 1.0), (99.9, 2.0)];
    Latency {
        chain: chain.to_owned(),
        workload: "get".to_owned(),
        rate: 2000,
        achieved: 2000.0,
        requests: 12_000,
        percentiles: usual.into_iter().map(percentile).collect(),
        longest: 9000,
        curve: Vec::new(),
    }
}

fn memory(chain: &str, bytes: u64) -> Memory {
    Memory {
        chain: chain.to_owned(),
        workers: 1,
        started: bytes,
        loaded: Some(bytes),
        vms: Some(Vec::new()),
    }
}

fn start(chain: &str, millis: f64) -> Start {
    Start {
        chain: chain.to_owned(),
        workers: 1,
        wall_millis: millis,
        cpu_millis: millis,
    }
}
