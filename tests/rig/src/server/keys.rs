//! The key server of an identity provider.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use socket2::SockRef;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

use super::http1;
use super::journal::Journal;
use super::script::{Answer, Script};
use crate::identity::Identity;
use crate::port::Port;
use crate::runtime::runtime;

/// A server that gives scripted answers in order, of which the last repeats.
#[derive(Debug)]
pub struct KeyServer {
    port: Arc<Port>,
    journal: Arc<Journal>,
    server: JoinHandle<()>,
}

/// What a key server does with a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyAnswer {
    /// It answers one request.
    Says(Answer),
    /// It refuses the connection: as the last of the answers nothing listens any
    /// more; before that, what was accepted is reset at once.
    Refuses,
}

// === impl KeyServer ===

impl KeyServer {
    /// Starts one; over TLS where it has an identity.
    ///
    /// # Panics
    /// Where the system has no free port.
    pub fn start(answers: Vec<KeyAnswer>, identity: Option<&Identity>) -> Self {
        let port = Arc::new(Port::free().unwrap());
        let journal = Arc::new(Journal::default());
        let tls = identity.map(|identity| TlsAcceptor::from(Arc::new(identity.server())));
        let _entered = runtime().enter();
        let listener = match answers.first() {
            None | Some(KeyAnswer::Refuses) if answers.len() < 2 => None,
            _ => Some(port.listen().unwrap()),
        };
        let seen = Arc::clone(&journal);
        let server = runtime().spawn(async move {
            if let Some(listener) = listener {
                listen(listener, answers, tls, seen).await;
            }
        });
        Self {
            port,
            journal,
            server,
        }
    }

    /// Where it listens, or would.
    pub fn address(&self) -> SocketAddr {
        self.port.address()
    }

    /// How many requests it has seen.
    pub fn requests(&self) -> usize {
        self.journal.requests().len()
    }

    /// Waits until it has seen `count` requests; tells whether it has.
    pub fn wait(&self, deadline: Duration, count: usize) -> bool {
        let seen = self.journal.wait(deadline, |seen| seen.len() >= count);
        seen.len() >= count
    }
}

impl Drop for KeyServer {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// One answer for each connection, so that refusing is one of them.
async fn listen(
    listener: TcpListener,
    answers: Vec<KeyAnswer>,
    tls: Option<TlsAcceptor>,
    journal: Arc<Journal>,
) {
    let last = answers.len().saturating_sub(1);
    for at in 0.. {
        let answer = &answers[at.min(last)];
        if at >= last && *answer == KeyAnswer::Refuses {
            return;
        }
        let Ok((stream, _)) = listener.accept().await else {
            return;
        };
        match answer {
            KeyAnswer::Refuses => {
                let _ = SockRef::from(&stream).set_linger(Some(Duration::ZERO));
            }
            KeyAnswer::Says(answer) => {
                let answer = answer.clone().field("connection", "close");
                let (tls, journal) = (tls.clone(), Arc::clone(&journal));
                tokio::spawn(async move { serve(stream, tls, answer, &journal).await });
            }
        }
    }
}

async fn serve(
    stream: TcpStream,
    tls: Option<TlsAcceptor>,
    answer: Answer,
    journal: &Journal,
) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let script = Script::new(vec![answer]);
    match tls {
        Some(tls) => http1::serve(tls.accept(stream).await?, Vec::new(), journal, &script).await,
        None => http1::serve(stream, Vec::new(), journal, &script).await,
    }
}
