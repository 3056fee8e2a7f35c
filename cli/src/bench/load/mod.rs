//! The generator: closed loop for cost, open loop for latency.
//!
//! It runs on the thread that calls it, so that it takes one processor and no
//! more; what it measures of Envoy doesn't depend on how fast it is.

pub mod closed;
pub mod connection;
pub mod open;
pub mod wrk;

use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http_body_util::BodyExt as _;
use hyper::body::Bytes;
use tokio_rustls::rustls::ClientConfig;

use self::connection::Connection;
use super::workload::{Prepared, Workload};

/// Where requests go.
#[derive(Debug, Clone)]
pub struct Target {
    /// Envoy's listener.
    pub address: SocketAddr,
    /// TLS, where the listener speaks it.
    pub tls: Option<Arc<ClientConfig>>,
}

/// A workload on its way to a chain. Clones go on where the others are.
#[derive(Debug, Clone)]
pub struct Job {
    target: Target,
    workload: Arc<Workload>,
    expected: Arc<[u16]>,
    next: Arc<AtomicUsize>,
}

/// What the connections of a run have in common.
#[derive(Debug, Default)]
struct Tally {
    answered: AtomicU64,
    reconnects: AtomicU64,
    failure: Mutex<Option<LoadError>>,
}

/// Why a load broke off.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// No connection.
    #[error("no connection: {0}{remedy}", remedy = remedy(.0))]
    Connect(io::Error),
    /// No connection of HTTP, or an exchange broke off.
    #[error("the exchange broke off: {0}")]
    Exchange(#[from] hyper::Error),
    /// Another status than the workload's.
    #[error("{request} was answered with {came} instead of {expected}: {body}")]
    Unexpected {
        /// Method and target.
        request: String,
        /// What was to come.
        expected: u16,
        /// What came.
        came: u16,
        /// The beginning of the body.
        body: String,
    },
    /// Nothing came in time.
    #[error("{request} had no answer within {} s", PATIENCE.as_secs())]
    Silence {
        /// Method and target.
        request: String,
    },
    /// The counters of the system couldn't be read.
    #[error("the system's counters: {0}")]
    Counters(io::Error),
    /// The generator that was asked for failed.
    #[error("wrk: {0}")]
    Wrk(String),
}

/// Longer than an Envoy is kept from answering by others on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);
const SHOWN: usize = 300;

// === impl Job ===

impl Job {
    /// Sends `workload` to `target`; `expected` are the statuses by kind of request.
    #[must_use]
    pub fn new(target: Target, workload: Arc<Workload>, expected: Arc<[u16]>) -> Self {
        Self {
            target,
            workload,
            expected,
            next: Arc::new(AtomicUsize::new(0)),
        }
    }

    /// What is sent.
    #[must_use]
    pub fn workload(&self) -> &Workload {
        &self.workload
    }

    /// The statuses, each once.
    #[must_use]
    pub fn statuses(&self) -> Vec<u16> {
        let mut statuses = self.expected.to_vec();
        statuses.sort_unstable();
        statuses.dedup();
        statuses
    }

    fn turn(&self) -> &Prepared {
        let at = self.next.fetch_add(1, Ordering::Relaxed);
        &self.workload.requests[at % self.workload.requests.len()]
    }

    fn expected(&self, request: &Prepared) -> u16 {
        self.expected[request.kind]
    }

    /// Sends the next request, and looks at its whole answer.
    async fn exchange(&self, connection: &mut Connection) -> Result<(), LoadError> {
        let request = self.turn();
        let response = connection.send(request.http.clone()).await?;
        let came = response.status().as_u16();
        let mut body = response.into_body();
        let mut kept = Vec::new();
        let expected = self.expected(request);
        while let Some(frame) = body.frame().await {
            if let (true, Ok(data)) = (came != expected, frame?.into_data()) {
                kept.extend_from_slice(&data);
            }
        }
        if came == expected {
            return Ok(());
        }
        Err(LoadError::unexpected(request, expected, came, &kept))
    }
}

// === impl LoadError ===

impl LoadError {
    /// Another answer than was expected.
    #[must_use]
    pub fn unexpected(request: &Prepared, expected: u16, came: u16, body: &[u8]) -> Self {
        let shown = body.get(..SHOWN).unwrap_or(body);
        Self::Unexpected {
            request: named(request),
            expected,
            came,
            // What a server sends may be anything, and goes to a terminal.
            body: String::from_utf8_lossy(shown).escape_debug().to_string(),
        }
    }
}

// === impl Tally ===

impl Tally {
    fn answered(&self) -> u64 {
        self.answered.load(Ordering::Relaxed)
    }

    fn fail(&self, error: LoadError) {
        let mut failure = self.failure.lock().unwrap_or_else(PoisonError::into_inner);
        failure.get_or_insert(error);
    }

    fn failure(&self) -> Option<LoadError> {
        let mut failure = self.failure.lock().unwrap_or_else(PoisonError::into_inner);
        failure.take()
    }
}

/// The status and the body with which `target` answers `request`.
///
/// # Errors
/// Where no whole answer comes.
pub async fn ask(
    target: &Target,
    workload: &Workload,
    request: &Prepared,
) -> Result<(u16, Bytes), LoadError> {
    let exchange = async {
        let protocol = workload.described.protocol;
        let mut connection = Connection::open(target, protocol).await?;
        let response = connection.send(request.http.clone()).await?;
        let status = response.status().as_u16();
        Ok((status, response.into_body().collect().await?.to_bytes()))
    };
    let answer = tokio::time::timeout(PATIENCE, exchange).await;
    answer.unwrap_or_else(|_| {
        Err(LoadError::Silence {
            request: named(request),
        })
    })
}

fn remedy(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::AddrNotAvailable => {
            "\n  hint: all local ports are in use; wait a minute, or widen `net.ipv4.ip_local_port_range`"
        }
        _ => "",
    }
}

fn named(request: &Prepared) -> String {
    format!("{} {}", request.http.method(), request.http.uri().path())
}
