//! The machine: what it is, and who else uses it.

use std::fs;
use std::thread;
use std::time::Instant;

use super::process::CpuTime;
use crate::bench::result::Machine;

/// A reading of what the machine did, and of what was ours.
#[derive(Debug, Clone)]
pub struct Usage {
    at: Instant,
    busy: f64,
    ours: f64,
}

/// The kernel counts in these.
const TICKS_PER_SECOND: f64 = 100.0;

// === impl Machine ===

impl Machine {
    /// This one.
    #[must_use]
    pub fn here() -> Self {
        let field = |file: &str, name: &str| {
            let text = fs::read_to_string(file).unwrap_or_default();
            let line = text.lines().find(|line| line.starts_with(name));
            let value = line.and_then(|line| line.split_once(':'));
            value.map_or_else(String::new, |(_, value)| value.trim().to_owned())
        };
        let release = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
        let memory = field("/proc/meminfo", "MemTotal");
        let kilobytes = memory
            .split_whitespace()
            .next()
            .and_then(|number| number.parse::<u64>().ok());
        Self {
            cpu: field("/proc/cpuinfo", "model name"),
            cores: thread::available_parallelism().map_or(1, usize::from),
            kernel: format!("{} {}", std::env::consts::OS, release.trim()),
            memory: kilobytes.unwrap_or(0).saturating_mul(1024),
        }
    }
}

// === impl Usage ===

impl Usage {
    /// Reads it; `processes` are ours besides this one.
    #[must_use]
    pub fn read(processes: &[u32]) -> Self {
        let own = std::process::id();
        let nanos = |process: &u32| CpuTime::read(*process).map_or(0, |time| time.total());
        let ours: u64 = processes.iter().chain([&own]).map(nanos).sum();
        Self {
            at: Instant::now(),
            busy: busy_ticks() / TICKS_PER_SECOND,
            ours: ours as f64 / 1e9,
        }
    }

    /// The share of the machine, 0 to 1, that others had since `earlier`.
    #[must_use]
    pub fn others_since(&self, earlier: &Self) -> f64 {
        let elapsed = self.at.saturating_duration_since(earlier.at).as_secs_f64();
        let cores = fs::read_to_string("/proc/stat").unwrap_or_default();
        let cores = cores
            .lines()
            .filter(|line| is_of_one_core(line))
            .count()
            .max(1);
        let others = (self.busy - earlier.busy) - (self.ours - earlier.ours);
        (others / (elapsed * cores as f64).max(1e-9)).clamp(0.0, 1.0)
    }
}

/// Processes by the name of Envoy's that aren't among `ours`.
#[must_use]
pub fn other_envoys(ours: &[u32]) -> Vec<u32> {
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    processes
        .filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok())
        .filter(|process| !ours.contains(process))
        .filter(|process| {
            let name = fs::read_to_string(format!("/proc/{process}/comm"));
            name.is_ok_and(|name| name.trim() == "envoy")
        })
        .collect()
}

fn is_of_one_core(line: &str) -> bool {
    let number = line
        .strip_prefix("cpu")
        .and_then(|rest| rest.chars().next());
    number.is_some_and(|number| number.is_ascii_digit())
}

/// Of all processors since the start: everything but idle and waiting for a disk.
fn busy_ticks() -> f64 {
    let text = fs::read_to_string("/proc/stat").unwrap_or_default();
    let line = text.lines().next().unwrap_or_default();
    let fields: Vec<f64> = line
        .split_whitespace()
        .skip(1)
        // What guests had is in the user time already.
        .take(8)
        .filter_map(|field| field.parse().ok())
        .collect();
    let idle: f64 = fields.iter().skip(3).take(2).sum();
    fields.iter().sum::<f64>() - idle
}
