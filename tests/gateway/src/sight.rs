//! One exchange, and when the upstream saw something of it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use tollgate_rig::{Received, Response};

use crate::gate::Gate;

/// One exchange, and when the upstream saw something of it.
#[derive(Debug)]
pub struct Sight {
    /// What the client got.
    pub response: Response,
    /// How long the exchange took.
    pub took: Duration,
    /// After how long the upstream saw the head.
    pub head_after: Option<Duration>,
    /// After how long the upstream saw the first byte of the body.
    pub body_after: Option<Duration>,
    /// What reached the upstream in the end.
    pub reached: Option<Received>,
}

// === impl Sight ===

impl Sight {
    /// Watches the upstream of `gate` while `send` sends one request there.
    pub fn of(gate: &Gate, send: impl FnOnce() -> Response + Send) -> Self {
        let over = AtomicBool::new(false);
        let begin = Instant::now();
        let (response, took, (head_after, body_after)) = std::thread::scope(|scope| {
            let watching = scope.spawn(|| look(gate, begin, &over));
            let response = send();
            let took = begin.elapsed();
            over.store(true, Ordering::Relaxed);
            (response, took, watching.join().unwrap())
        });
        Self {
            reached: gate.reached(),
            response,
            took,
            head_after,
            body_after,
        }
    }
}

fn look(gate: &Gate, begin: Instant, over: &AtomicBool) -> (Option<Duration>, Option<Duration>) {
    let (mut head, mut body) = (None, None);
    loop {
        let last = over.load(Ordering::Relaxed);
        let seen = gate.upstream.wait(SLICE, |seen| {
            let head_is_new = head.is_none() && !seen.is_empty();
            head_is_new || body.is_none() && seen.iter().any(|one| !one.body.is_empty())
        });
        if !seen.is_empty() {
            head.get_or_insert_with(|| begin.elapsed());
        }
        if seen.iter().any(|one| !one.body.is_empty()) {
            body.get_or_insert_with(|| begin.elapsed());
        }
        if last || body.is_some() {
            return (head, body);
        }
    }
}

const SLICE: Duration = Duration::from_millis(20);
