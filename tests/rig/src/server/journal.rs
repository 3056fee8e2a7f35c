//! What a server has seen.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::message::{Fields, Http, values};

/// A request as it arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// The version of HTTP it came in.
    pub http: Http,
    /// The method.
    pub method: String,
    /// The path and query, as bytes.
    pub path: Vec<u8>,
    /// `Host`, or `:authority`.
    pub authority: String,
    /// The fields as they stood; over HTTP/1.1 with `host`.
    pub fields: Fields,
    /// What came of the body.
    pub body: Vec<u8>,
    /// The trailers.
    pub trailers: Fields,
    /// How much of it came.
    pub arrival: Arrival,
}

/// How much of a request came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrival {
    /// Its head, and it may go on.
    Begun,
    /// All of it.
    Whole,
    /// It broke off.
    Broken,
}

/// The requests, in the order of their heads.
#[derive(Debug, Default)]
pub struct Journal {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// How many have been taken away.
    taken: usize,
    requests: Vec<Received>,
}

// === impl Received ===

impl Received {
    /// The values of the field `name`.
    pub fn values(&self, name: &str) -> Vec<&[u8]> {
        values(&self.fields, name)
    }
}

// === impl Journal ===

impl Journal {
    /// A head arrived; gives the number to tell the rest with.
    pub fn begin(&self, request: Received) -> usize {
        let mut state = self.state();
        state.requests.push(request);
        self.changed.notify_all();
        state.taken + state.requests.len() - 1
    }

    /// More of a request arrived. One that has been taken away is forgotten.
    pub fn update(&self, number: usize, change: impl FnOnce(&mut Received)) {
        let mut state = self.state();
        let at = number.checked_sub(state.taken);
        if let Some(request) = at.and_then(|at| state.requests.get_mut(at)) {
            change(request);
            self.changed.notify_all();
        }
    }

    /// All of them.
    pub fn requests(&self) -> Vec<Received> {
        self.state().requests.clone()
    }

    /// All of them, and forgets them.
    pub fn take(&self) -> Vec<Received> {
        let mut state = self.state();
        state.taken += state.requests.len();
        std::mem::take(&mut state.requests)
    }

    /// All of them, as soon as `fits` holds, or after `deadline`.
    pub fn wait(
        &self,
        deadline: Duration,
        mut fits: impl FnMut(&[Received]) -> bool,
    ) -> Vec<Received> {
        let end = Instant::now() + deadline;
        let mut state = self.state();
        while !fits(&state.requests) {
            let Some(left) = end.checked_duration_since(Instant::now()) else {
                break;
            };
            let woken = self.changed.wait_timeout(state, left);
            state = woken.unwrap_or_else(PoisonError::into_inner).0;
        }
        state.requests.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
