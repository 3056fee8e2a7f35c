//! Who runs where: Envoy's workers on processors of their own, the generator and the
//! upstream on the others, so that neither pushes the other off.

use std::fs;
use std::io;

/// The processors of the two sides; `None` where there are too few to part them.
#[derive(Debug, Clone)]
pub struct Sides {
    envoy: Vec<usize>,
    us: Vec<usize>,
}

/// Whose processors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// What is measured.
    Envoy,
    /// This process.
    Us,
}

/// No such thread.
const ESRCH: i32 = rustix::io::Errno::SRCH.raw_os_error();

// === impl Sides ===

impl Sides {
    /// Parts the processors that this process may use.
    #[must_use]
    pub fn part(workers: u16) -> Option<Self> {
        let allowed = allowed().ok()?;
        let workers = usize::from(workers);
        if allowed.len() <= workers {
            return None;
        }
        let (envoy, us) = allowed.split_at(workers);
        Some(Self {
            envoy: envoy.to_vec(),
            us: us.to_vec(),
        })
    }

    /// Gives every thread of `process` the processors of `side`; those that they start
    /// later have them too.
    ///
    /// # Errors
    /// Where the system refuses.
    pub fn pin(&self, process: u32, side: Side) -> io::Result<()> {
        let processors = match side {
            Side::Envoy => &self.envoy,
            Side::Us => &self.us,
        };
        for entry in fs::read_dir(format!("/proc/{process}/task"))? {
            let name = entry?.file_name();
            if let Some(thread) = name.to_str().and_then(|name| name.parse().ok()) {
                match set(thread, processors) {
                    // It ended meanwhile.
                    Err(error) if error.raw_os_error() == Some(ESRCH) => {}
                    set => set?,
                }
            }
        }
        Ok(())
    }
}

#[cfg(target_os = "linux")]
fn allowed() -> io::Result<Vec<usize>> {
    use rustix::thread::{CpuSet, sched_getaffinity};
    let set = sched_getaffinity(None)?;
    Ok((0..CpuSet::MAX_CPU)
        .filter(|cpu| set.is_set(*cpu))
        .collect())
}

#[cfg(target_os = "linux")]
fn set(thread: i32, processors: &[usize]) -> io::Result<()> {
    use rustix::thread::{CpuSet, sched_setaffinity};
    let mut set = CpuSet::new();
    for processor in processors {
        set.set(*processor);
    }
    sched_setaffinity(rustix::process::Pid::from_raw(thread), &set).map_err(io::Error::from)
}

#[cfg(not(target_os = "linux"))]
fn allowed() -> io::Result<Vec<usize>> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(not(target_os = "linux"))]
fn set(_: i32, _: &[usize]) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}
