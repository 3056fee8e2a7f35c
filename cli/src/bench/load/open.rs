//! Open loop: requests are due at a fixed rate, whatever becomes of those before.
//! For latency: each counts from the moment at which it was due, so that one that
//! Envoy is slow with makes those late that wait behind it.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use tokio::sync::{Mutex as AsyncMutex, mpsc};
use tokio::task::JoinSet;
use tokio::time::error::Elapsed;

use super::closed::{once, open};
use super::connection::Connection;
use super::{Job, LoadError, PATIENCE, Tally};

/// What came of it.
#[derive(Debug)]
pub struct Open {
    /// Latencies in microseconds.
    pub latencies: Histogram<u64>,
    /// Requests per second that were answered.
    pub achieved: f64,
    /// Connections that had to be made anew.
    pub reconnects: u64,
}

/// From 1 µs to a minute, to three digits.
const LONGEST: u64 = 60_000_000;
const DIGITS: u8 = 3;
/// How long what is still queued at the end may take.
const QUEUE: Duration = Duration::from_secs(5);

/// An empty histogram of latencies.
#[must_use]
pub fn histogram() -> Histogram<u64> {
    let histogram = Histogram::new_with_bounds(1, LONGEST, DIGITS);
    histogram.expect("the bounds are ones that a histogram takes")
}

/// Sends `rate` requests per second for `warm_up` and then for `duration`; those of
/// the warm-up don't count.
///
/// # Errors
/// The first request that isn't answered as expected ends it.
pub async fn run(
    job: &Job,
    rate: u32,
    warm_up: Duration,
    duration: Duration,
) -> Result<Open, LoadError> {
    let (sender, due) = mpsc::unbounded_channel();
    let shared = Arc::new(Shared::new(due));
    let mut tasks = JoinSet::new();
    let connections = open(job).await?;
    let start = Instant::now();
    for connection in connections {
        tasks.spawn(serve(job.clone(), connection, Arc::clone(&shared)));
    }
    let pacer = thread::spawn(move || pace(&sender, start, rate, warm_up, duration));
    // More than can be answered is only slow: that is a figure, and warned of.
    if ended(&mut tasks, warm_up + duration + QUEUE).await.is_err() {
        shared.give_up().await;
    }
    let ended = ended(&mut tasks, PATIENCE).await;
    // With the tasks its channel closes, and it ends.
    tasks.shutdown().await;
    drop(pacer.join());
    if let Some(failure) = shared.tally.failure() {
        return Err(failure);
    }
    ended.map_err(|_| LoadError::Silence {
        request: super::named(job.turn()),
    })?;
    let taken = shared.taken();
    let elapsed = taken.last.saturating_duration_since(start + warm_up);
    Ok(Open {
        achieved: taken.answered as f64 / elapsed.max(duration).as_secs_f64(),
        latencies: taken.latencies.clone(),
        reconnects: shared.tally.reconnects.load(Ordering::Relaxed),
    })
}

/// Waits for all of them.
async fn ended(tasks: &mut JoinSet<()>, patience: Duration) -> Result<(), Elapsed> {
    tokio::time::timeout(patience, async {
        while tasks.join_next().await.is_some() {}
    })
    .await
}

/// Tells when each request is due, and whether it counts. On a thread of its own:
/// the timers of the runtime are a millisecond coarse.
fn pace(
    due: &mpsc::UnboundedSender<Due>,
    start: Instant,
    rate: u32,
    warm_up: Duration,
    duration: Duration,
) {
    let step = Duration::from_secs(1) / rate.max(1);
    let (mut offset, end) = (Duration::ZERO, warm_up + duration);
    while offset < end {
        let at = start + offset;
        thread::sleep(at.saturating_duration_since(Instant::now()));
        let counts = offset >= warm_up;
        if due.send(Due { at, counts }).is_err() {
            return;
        }
        offset += step;
    }
}

/// A request that is to be sent.
#[derive(Debug, Clone, Copy)]
struct Due {
    at: Instant,
    counts: bool,
}

/// What the connections of a run have in common.
struct Shared {
    due: AsyncMutex<mpsc::UnboundedReceiver<Due>>,
    tally: Tally,
    taken: Mutex<Taken>,
}

struct Taken {
    latencies: Histogram<u64>,
    /// Requests that count and were answered.
    answered: u64,
    /// The last answer.
    last: Instant,
}

// === impl Shared ===

impl Shared {
    fn new(due: mpsc::UnboundedReceiver<Due>) -> Self {
        Self {
            due: AsyncMutex::new(due),
            tally: Tally::default(),
            taken: Mutex::new(Taken {
                latencies: histogram(),
                answered: 0,
                last: Instant::now(),
            }),
        }
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn answered(&self, due: Due) {
        let now = Instant::now();
        let mut taken = self.taken();
        taken.last = now;
        taken.answered += u64::from(due.counts);
        taken.waited(due, now);
    }

    /// Sends nothing more. What is still queued has waited at least until now: without it, the
    /// longest would be missing.
    async fn give_up(&self) {
        let mut left = self.due.lock().await;
        left.close();
        let now = Instant::now();
        while let Ok(due) = left.try_recv() {
            self.taken().waited(due, now);
        }
    }
}

// === impl Taken ===

impl Taken {
    fn waited(&mut self, due: Due, until: Instant) {
        if due.counts {
            let micros = until.saturating_duration_since(due.at).as_micros();
            let micros = u64::try_from(micros).unwrap_or(LONGEST);
            self.latencies.saturating_record(micros);
        }
    }
}

async fn serve(job: Job, mut connection: Connection, shared: Arc<Shared>) {
    loop {
        let next = shared.due.lock().await.recv().await;
        let Some(due) = next else {
            return;
        };
        if let Err(error) = once(&job, &mut connection, &shared.tally).await {
            shared.tally.fail(error);
            shared.due.lock().await.close();
            return;
        }
        shared.answered(due);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_is_given_up_has_waited_and_was_not_answered() {
        let (sender, due) = mpsc::unbounded_channel();
        let shared = Shared::new(due);
        let at = Instant::now();
        shared.answered(Due { at, counts: true });
        shared.answered(Due { at, counts: false });
        for counts in [true, true, false] {
            sender.send(Due { at, counts }).unwrap();
        }
        shared.give_up().await;
        let taken = shared.taken();
        assert_eq!((taken.answered, taken.latencies.len()), (1, 3));
        assert!(sender.send(Due { at, counts: true }).is_err());
    }
}
