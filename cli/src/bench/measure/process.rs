//! The CPU time of a process, by thread, in nanoseconds.
//!
//! From `schedstat`, which the scheduler keeps exactly; `stat` counts ticks of 10 ms.

use std::collections::BTreeMap;
use std::fs;
use std::io;

/// A reading: time on a processor by thread.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CpuTime(BTreeMap<u32, (String, u64)>);

/// What threads of one name had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    /// Without a number at the end.
    pub name: String,
    /// How many.
    pub threads: usize,
    /// Together.
    pub nanos: u64,
}

// === impl CpuTime ===

impl CpuTime {
    /// Reads it.
    ///
    /// # Errors
    /// Where the process is gone, or the system has no such counters.
    pub fn read(process: u32) -> io::Result<Self> {
        let mut threads = BTreeMap::new();
        for entry in fs::read_dir(format!("/proc/{process}/task"))? {
            let folder = entry?.path();
            let id = folder
                .file_name()
                .and_then(|name| name.to_str()?.parse().ok());
            // A thread may end between the listing and the reading.
            let (Some(id), Ok(times)) = (id, fs::read_to_string(folder.join("schedstat"))) else {
                continue;
            };
            let name = fs::read_to_string(folder.join("comm")).unwrap_or_default();
            threads.insert(id, (kind(&name), first_number(&times)));
        }
        if threads.is_empty() {
            return Err(io::Error::other("no `schedstat` of its threads"));
        }
        Ok(Self(threads))
    }

    /// All of it.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.0.values().map(|(_, nanos)| nanos).sum()
    }

    /// What was spent since `earlier`, by names of threads, the most first.
    #[must_use]
    pub fn since(&self, earlier: &Self) -> Vec<Share> {
        let mut shares: Vec<Share> = Vec::new();
        for (id, (name, nanos)) in &self.0 {
            let before = earlier.0.get(id).map_or(0, |(_, nanos)| *nanos);
            let spent = nanos.saturating_sub(before);
            match shares.iter_mut().find(|share| share.name == *name) {
                Some(share) => {
                    share.threads += 1;
                    share.nanos += spent;
                }
                None => shares.push(Share {
                    name: name.clone(),
                    threads: 1,
                    nanos: spent,
                }),
            }
        }
        shares.sort_by_key(|share| std::cmp::Reverse(share.nanos));
        shares
    }
}

/// Whether all of its threads sleep: none runs, nor waits for a processor that others have.
///
/// # Errors
/// Where the process is gone.
pub fn is_idle(process: u32) -> io::Result<bool> {
    for entry in fs::read_dir(format!("/proc/{process}/task"))? {
        // A thread may end between the listing and the reading.
        let Ok(status) = fs::read_to_string(entry?.path().join("stat")) else {
            continue;
        };
        // Behind the name, which may have anything in it.
        let state = status.rsplit_once(") ").map(|(_, state)| state);
        if !state.is_some_and(|state| state.starts_with('S')) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// `wrk:worker_0` is `worker`: what Envoy puts before a colon says nothing more.
fn kind(name: &str) -> String {
    let name = name.trim();
    let name = name.trim_end_matches(|c: char| c.is_ascii_digit());
    let name = name.trim_end_matches(['_', '-', '/', ' ']);
    name.split_once(':')
        .map_or(name, |(_, name)| name)
        .to_owned()
}

fn first_number(text: &str) -> u64 {
    let first = text.split_whitespace().next();
    first.and_then(|first| first.parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_os = "linux")]
    #[test]
    fn work_of_our_own_shows() {
        let us = std::process::id();
        let before = CpuTime::read(us).unwrap();
        let mut sum = 0_u64;
        while CpuTime::read(us).unwrap().total() < before.total() + 1_000_000 {
            sum = std::hint::black_box(sum.wrapping_mul(31).wrapping_add(7));
        }
        let spent: u64 = CpuTime::read(us)
            .unwrap()
            .since(&before)
            .iter()
            .map(|share| share.nanos)
            .sum();
        assert!(spent >= 1_000_000);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_process_that_runs_is_not_idle_and_one_that_waits_is() {
        assert!(!is_idle(std::process::id()).unwrap());
        let mut waiting = std::process::Command::new("cat")
            .stdin(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        while !is_idle(waiting.id()).unwrap() {
            std::thread::yield_now();
        }
        drop(waiting.stdin.take());
        waiting.wait().unwrap();
    }

    #[test]
    fn threads_are_named_by_what_they_do() {
        assert_eq!(kind("wrk:worker_0\n"), "worker");
        assert_eq!(kind("V8 DefaultWorke\n"), "V8 DefaultWorke");
        assert_eq!(kind("envoy\n"), "envoy");
    }
}
