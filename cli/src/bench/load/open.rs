//! Open loop: requests are due at a fixed rate, whatever becomes of those before.
//! For latency: each counts from the moment at which it was due, so that one that
//! Envoy is slow with makes those late that wait behind it.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use tokio::sync::{Mutex, mpsc};
use tokio::task::JoinSet;

use super::closed::{once, open};
use super::{Job, LoadError, Tally};

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
    let due = Arc::new(Mutex::new(due));
    let tally = Arc::new(Tally::default());
    let mut tasks = JoinSet::new();
    let connections = open(job).await?;
    let start = Instant::now();
    for connection in connections {
        tasks.spawn(serve(
            job.clone(),
            connection,
            Arc::clone(&tally),
            Arc::clone(&due),
        ));
    }
    let pacer = thread::spawn(move || pace(&sender, start, rate, warm_up, duration));
    let mut latencies = histogram();
    let mut last = start;
    while let Some(part) = tasks.join_next().await {
        // A task that panics takes the run down with it.
        let (part, ended) =
            part.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()));
        // Both have the same bounds.
        latencies.add(&part).ok();
        last = last.max(ended);
    }
    drop(pacer.join());
    if let Some(failure) = tally.failure() {
        return Err(failure);
    }
    let elapsed = last
        .saturating_duration_since(start + warm_up)
        .max(duration);
    Ok(Open {
        achieved: latencies.len() as f64 / elapsed.as_secs_f64(),
        latencies,
        reconnects: tally.reconnects.load(Ordering::Relaxed),
    })
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

type Queue = Arc<Mutex<mpsc::UnboundedReceiver<Due>>>;

async fn serve(
    job: Job,
    mut connection: super::Connection,
    tally: Arc<Tally>,
    queue: Queue,
) -> (Histogram<u64>, Instant) {
    let mut latencies = histogram();
    let mut ended = Instant::now();
    loop {
        let next = queue.lock().await.recv().await;
        let Some(due) = next else {
            return (latencies, ended);
        };
        if let Err(error) = once(&job, &mut connection, &tally).await {
            tally.fail(error);
            queue.lock().await.close();
            return (latencies, ended);
        }
        ended = Instant::now();
        if due.counts {
            let micros = ended.saturating_duration_since(due.at).as_micros();
            latencies.saturating_record(u64::try_from(micros).unwrap_or(LONGEST));
        }
    }
}
