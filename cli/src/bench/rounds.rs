//! The rounds: all cells in turn, in another order each time, so that what changes
//! with time meets every chain alike.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;

use super::chain::Chain;
use super::error::BenchError;
use super::load::wrk::Wrk;
use super::load::{Job, LoadError, closed, open};
use super::measure::machine::Usage;
use super::measure::process::{CpuTime, Share};
use super::plan::Plan;
use super::progress::Progress;
use super::result::Sample;
use super::stand::Stand;
use super::statistics::{FEWEST, Random};
use super::workload::Workload;

/// One chain under one workload, and what was measured of it.
pub struct Cell {
    /// The chain's place among the chains and the stands.
    pub chain: usize,
    /// The workload's place among the workloads.
    pub workload: usize,
    /// What is sent.
    pub job: Job,
    /// Every measurement.
    pub taken: Vec<Taken>,
}

/// One measurement.
pub struct Taken {
    /// What of it goes into the record.
    pub sample: Sample,
    /// Which threads spent it.
    pub shares: Vec<Share>,
    /// Connections that had to be made anew.
    pub reconnects: u64,
}

/// The latency of a chain under a workload, by round.
pub struct Timed {
    /// The cell's place.
    pub cell: usize,
    /// One a round.
    pub rounds: Vec<open::Open>,
}

/// What the rounds need.
pub struct Rounds<'a> {
    /// How long and how often.
    pub plan: Plan,
    /// The Envoys, by chain.
    pub stands: &'a [Stand],
    /// The chains, for their names.
    pub chains: &'a [Chain],
    /// Another generator, where one was asked for.
    pub wrk: Option<&'a Wrk>,
    /// A folder for its scripts.
    pub folder: &'a Path,
    /// When the run began.
    pub began: Instant,
    /// The order.
    pub random: Random,
}

/// Above this share of the machine in others' hands, a measurement is noisy.
pub const NOISE: f64 = 0.1;

// === impl Rounds ===

impl Rounds<'_> {
    /// Measures the cost of all cells.
    ///
    /// # Errors
    /// The first answer that isn't the expected one ends it.
    pub async fn cost(
        &mut self,
        cells: &mut [Cell],
        progress: &Progress,
    ) -> Result<(), BenchError> {
        let all: BTreeSet<usize> = cells.iter().map(|cell| cell.workload).collect();
        let planned = self.plan.rounds;
        progress.begin("cost", u64::from(planned) * cells.len() as u64);
        let mut longest = Duration::ZERO;
        for round in 0..planned {
            let begins = self.began.elapsed();
            if !self.plan.has_time_for(round, begins, longest) {
                break;
            }
            self.round(round, &all, cells, progress).await?;
            longest = longest.max(self.began.elapsed().saturating_sub(begins));
        }
        for round in planned..planned.saturating_add(self.plan.spare) {
            let noisy = noisy_workloads(cells, planned);
            if noisy.is_empty() || self.began.elapsed() > self.plan.until {
                break;
            }
            progress.more(
                cells
                    .iter()
                    .filter(|cell| noisy.contains(&cell.workload))
                    .count(),
            );
            self.round(round, &noisy, cells, progress).await?;
        }
        Ok(())
    }

    async fn round(
        &mut self,
        round: u32,
        workloads: &BTreeSet<usize>,
        cells: &mut [Cell],
        progress: &Progress,
    ) -> Result<(), BenchError> {
        let mut workloads: Vec<usize> = workloads.iter().copied().collect();
        self.random.shuffle(&mut workloads);
        for workload in workloads {
            let of_it = |at: &usize| cells[*at].workload == workload;
            let mut places: Vec<usize> = (0..cells.len()).filter(of_it).collect();
            self.random.shuffle(&mut places);
            for place in places {
                let taken = self.take(round, &cells[place]).await?;
                cells[place].taken.push(taken);
                progress.step(&self.chains[cells[place].chain].name);
            }
        }
        Ok(())
    }

    async fn take(&self, round: u32, cell: &Cell) -> Result<Taken, BenchError> {
        let process = self.stands[cell.chain].process;
        let meter = || CpuTime::read(process).map_err(LoadError::Counters);
        let usage = self.usage();
        let run = match self.wrk.filter(|wrk| wrk.takes(&cell.job)) {
            Some(wrk) => {
                wrk.run(&cell.job, self.plan.duration, self.folder, meter)
                    .await
            }
            None => closed::run(&cell.job, self.plan.warm_up, self.plan.duration, meter).await,
        };
        let run = run.map_err(|error| self.broken(cell, error))?;
        let others = self.usage().others_since(&usage);
        let spent = run.after.total().saturating_sub(run.before.total());
        Ok(Taken {
            sample: Sample {
                round,
                requests: run.requests,
                seconds: rounded(run.elapsed.as_secs_f64(), 1e6),
                cost: rounded(spent as f64 / 1e3 / run.requests as f64, 1e3),
                others: rounded(others, 1e4),
                noisy: others > NOISE,
            },
            shares: run.after.since(&run.before),
            reconnects: run.reconnects,
        })
    }

    /// Measures the latency of the cells at `places`.
    ///
    /// # Errors
    /// The first answer that isn't the expected one ends it.
    pub async fn latency(
        &mut self,
        cells: &[Cell],
        places: &[usize],
        rate: u32,
        progress: &Progress,
    ) -> Result<Vec<Timed>, BenchError> {
        let rounds = self.plan.latency_rounds;
        progress.begin("latency", u64::from(rounds) * places.len() as u64);
        let mut timed: Vec<Timed> = places
            .iter()
            .map(|cell| Timed {
                cell: *cell,
                rounds: Vec::new(),
            })
            .collect();
        let warm_up = self.plan.warm_up.max(Duration::from_millis(100));
        for _ in 0..rounds {
            let mut order: Vec<usize> = (0..timed.len()).collect();
            self.random.shuffle(&mut order);
            for at in order {
                let cell = &cells[timed[at].cell];
                let run = open::run(&cell.job, rate, warm_up, self.plan.latency).await;
                timed[at]
                    .rounds
                    .push(run.map_err(|error| self.broken(cell, error))?);
                progress.step(&self.chains[cell.chain].name);
            }
        }
        Ok(timed)
    }

    fn usage(&self) -> Usage {
        let processes: Vec<u32> = self.stands.iter().map(|stand| stand.process).collect();
        Usage::read(&processes)
    }

    fn broken(&self, cell: &Cell, error: LoadError) -> BenchError {
        BenchError::Load {
            chain: self.chains[cell.chain].name.clone(),
            workload: cell.job.workload().described.name.clone(),
            error,
        }
    }
}

/// To parts of one: digits that were never measured only make records longer.
fn rounded(value: f64, parts: f64) -> f64 {
    (value * parts).round() / parts
}

/// Those of which a cell has fewer quiet measurements than an interval wants.
fn noisy_workloads(cells: &[Cell], planned: u32) -> BTreeSet<usize> {
    let wanted = (planned as usize * 2 / 3).max(FEWEST.min(planned as usize));
    let quiet = |cell: &&Cell| {
        let quiet = cell.taken.iter().filter(|taken| !taken.sample.noisy);
        quiet.count() < wanted
    };
    cells
        .iter()
        .filter(quiet)
        .map(|cell| cell.workload)
        .collect()
}

// === impl Timed ===

impl Timed {
    /// All rounds in one.
    #[must_use]
    pub fn together(&self) -> Histogram<u64> {
        let mut all = open::histogram();
        for round in &self.rounds {
            // All have the same bounds.
            all.add(&round.latencies).ok();
        }
        all
    }
}

/// The statuses with which `chain` is to answer the kinds of `workload`; `None` for
/// those that only it knows.
#[must_use]
pub fn expected(chain: &Chain, workload: &Workload) -> Vec<Option<u16>> {
    const GOOD: u16 = 200;
    let kinds = workload.kinds().into_iter();
    kinds
        .map(|request| match request.wrong {
            None => chain
                .judges
                .refuses(super::chain::Concern::Envoy)
                .map(|_| GOOD),
            Some((concern, status)) => {
                let refuses = chain.judges.refuses(concern)?;
                Some(if refuses { status } else { GOOD })
            }
        })
        .collect()
}
