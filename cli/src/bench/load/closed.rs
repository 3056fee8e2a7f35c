//! Closed loop: each connection sends the next request when the last is answered.
//! For cost: as many requests as fit, and what they took of Envoy's processors.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use super::connection::Connection;
use super::{Job, LoadError, PATIENCE, Tally};

/// What came of it, between two readings of a meter.
#[derive(Debug)]
pub struct Closed<M> {
    /// The first reading, after the warm-up.
    pub before: M,
    /// The second.
    pub after: M,
    /// Requests that were answered between them.
    pub requests: u64,
    /// The time between them.
    pub elapsed: Duration,
    /// Connections that had to be made anew.
    pub reconnects: u64,
}

/// Connections that are opened at once: a listener's backlog isn't longer.
const AT_ONCE: usize = 100;
const PAUSE: Duration = Duration::from_millis(10);

/// Sends for `warm_up` and then for `duration`, over as many connections as the
/// workload wants, and reads `meter` around the second.
///
/// # Errors
/// The first request that isn't answered as expected ends it.
pub async fn run<M>(
    job: &Job,
    warm_up: Duration,
    duration: Duration,
    mut meter: impl FnMut() -> Result<M, LoadError>,
) -> Result<Closed<M>, LoadError> {
    let (tally, stop) = (Arc::new(Tally::default()), Arc::new(AtomicBool::new(false)));
    let mut tasks = JoinSet::new();
    for connection in open(job).await? {
        tasks.spawn(cycle(
            job.clone(),
            connection,
            Arc::clone(&tally),
            Arc::clone(&stop),
        ));
    }
    tokio::time::sleep(warm_up).await;
    let (before, answered, since) = (meter()?, tally.answered(), Instant::now());
    tokio::time::sleep(duration).await;
    // Those that were under way at the beginning count as much as those that are at the end:
    // that is fair only where each connection had its turn.
    let turns = job.workload.described.requests_at_once() as u64;
    while tally.answered() - answered < turns && since.elapsed() < PATIENCE && !tasks.is_empty() {
        tokio::time::sleep(PAUSE).await;
        while tasks.try_join_next().is_some() {}
    }
    let (requests, elapsed, after) = (tally.answered() - answered, since.elapsed(), meter()?);
    stop.store(true, Ordering::Relaxed);
    let ended = tokio::time::timeout(PATIENCE, async {
        while tasks.join_next().await.is_some() {}
    });
    let ended = ended.await;
    if let Some(failure) = tally.failure() {
        return Err(failure);
    }
    if ended.is_err() || requests == 0 {
        return Err(LoadError::Silence {
            request: super::named(job.turn()),
        });
    }
    Ok(Closed {
        before,
        after,
        requests,
        elapsed,
        reconnects: tally.reconnects.load(Ordering::Relaxed),
    })
}

/// All connections of the workload; those of HTTP/2 once for each stream.
pub(super) async fn open(job: &Job) -> Result<Vec<Connection>, LoadError> {
    let described = &job.workload.described;
    let mut connections = Vec::with_capacity(described.requests_at_once());
    let mut left = described.connections;
    while left > 0 {
        let mut opening = JoinSet::new();
        for _ in 0..left.min(AT_ONCE) {
            let (target, protocol) = (job.target.clone(), described.protocol);
            opening.spawn(async move { Connection::open(&target, protocol).await });
        }
        left -= left.min(AT_ONCE);
        while let Some(opened) = opening.join_next().await {
            // A task that panics takes the run down with it.
            let opened =
                opened.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))?;
            let streams = (1..described.streams).filter_map(|_| opened.stream());
            connections.extend(streams.collect::<Vec<_>>());
            connections.push(opened);
        }
    }
    Ok(connections)
}

async fn cycle(job: Job, mut connection: Connection, tally: Arc<Tally>, stop: Arc<AtomicBool>) {
    while !stop.load(Ordering::Relaxed) {
        if let Err(error) = once(&job, &mut connection, &tally).await {
            tally.fail(error);
            return;
        }
        tally.answered.fetch_add(1, Ordering::Relaxed);
    }
}

/// One request, on a new connection where the last answer closed the old one.
pub(super) async fn once(
    job: &Job,
    connection: &mut Connection,
    tally: &Tally,
) -> Result<(), LoadError> {
    if connection.ready().await.is_err() || connection.is_closed() {
        *connection = Connection::open(&job.target, job.workload.described.protocol).await?;
        tally.reconnects.fetch_add(1, Ordering::Relaxed);
    }
    job.exchange(connection).await
}
