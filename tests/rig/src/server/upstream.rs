//! The upstream: HTTP/1.1 and HTTP/2 without TLS, on one port.

use std::io::Cursor;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::AsyncReadExt as _;
use tokio::net::TcpStream;
use tokio::task::JoinHandle;

use super::journal::{Journal, Received};
use super::script::{Answer, Script};
use super::{http1, http2};
use crate::http1::Reader;
use crate::port::Port;
use crate::runtime::runtime;

/// A server that records every request and answers as it is told. It speaks
/// HTTP/2 to whoever begins with its preface (RFC 9113 §3.4), else HTTP/1.1.
#[derive(Debug)]
pub struct Upstream {
    port: Port,
    journal: Arc<Journal>,
    script: Arc<Script>,
    server: JoinHandle<()>,
}

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

// === impl Upstream ===

impl Upstream {
    /// Starts one that answers 200 with `{}`.
    ///
    /// # Panics
    /// Where the system has no free port.
    pub fn start() -> Self {
        let journal = Arc::new(Journal::default());
        let script = Arc::new(Script::new(vec![Answer::json(200, "{}")]));
        let port = Port::free().unwrap();
        let (seen, says) = (Arc::clone(&journal), Arc::clone(&script));
        let _entered = runtime().enter();
        let listener = port.listen().unwrap();
        let server = runtime().spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (seen, says) = (Arc::clone(&seen), Arc::clone(&says));
                tokio::spawn(async move { serve(stream, &seen, &says).await });
            }
        });
        Self {
            port,
            journal,
            script,
            server,
        }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.port.address()
    }

    /// From here on, answers this.
    pub fn answer(&self, answer: Answer) {
        self.script.set(vec![answer]);
    }

    /// From here on, answers these in order; the last repeats.
    pub fn answers(&self, answers: Vec<Answer>) {
        self.script.set(answers);
    }

    /// What arrived so far.
    pub fn requests(&self) -> Vec<Received> {
        self.journal.requests()
    }

    /// What arrived so far; it is forgotten.
    pub fn take(&self) -> Vec<Received> {
        self.journal.take()
    }

    /// What arrived, as soon as `fits` holds, or after `deadline`.
    pub fn wait(&self, deadline: Duration, fits: impl FnMut(&[Received]) -> bool) -> Vec<Received> {
        self.journal.wait(deadline, fits)
    }
}

impl Drop for Upstream {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// Peers come and go as they like: what ends a connection is in the journal.
async fn serve(stream: TcpStream, journal: &Arc<Journal>, script: &Script) {
    let _ = stream.set_nodelay(true);
    let mut reader = Reader::new(stream, Vec::new());
    let http2 = loop {
        let Ok(read) = reader.more().await else {
            return;
        };
        // A request in HTTP/1.1 differs before the preface is whole.
        if read.len() >= PREFACE.len() || !PREFACE.starts_with(read) {
            break read.starts_with(PREFACE);
        }
    };
    let (stream, read) = reader.into_parts();
    if http2 {
        let (from, to) = tokio::io::split(stream);
        let whole = tokio::io::join(Cursor::new(read).chain(from), to);
        let _ = http2::serve(whole, journal, script).await;
    } else {
        let _ = http1::serve(stream, read, journal, script).await;
    }
}
