//! The API behind the chains: it reads each request and answers with one short document.
//! On a thread of its own, in this process: outside of what is measured.

use std::io;
use std::net::SocketAddr;
use std::sync::mpsc;
use std::thread::{self, JoinHandle};

use hyper::body::Bytes;
use hyper::header::{CONTENT_TYPE, HeaderValue, SERVER};
use hyper::{Request, Response};
use tokio::sync::oneshot;

use crate::up::server::{Handler, Server};

/// A server that runs until it is dropped.
pub struct Upstream {
    address: SocketAddr,
    end: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// What is answered, as the benchmark's OpenAPI document has it.
const RECEIPT: &str = r#"{"id":7,"status":"open"}"#;

struct Answer;

// === impl Upstream ===

impl Upstream {
    /// Starts it on a free port.
    ///
    /// # Errors
    /// Where there is no port or no thread.
    pub fn start() -> io::Result<Self> {
        let (started, address) = mpsc::channel();
        let (end, ended) = oneshot::channel();
        let thread = thread::Builder::new()
            .name("upstream".to_owned())
            .spawn(move || serve(&started, ended))?;
        let address = address.recv().map_err(io::Error::other)??;
        Ok(Self {
            address,
            end: Some(end),
            thread: Some(thread),
        })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Upstream {
    fn drop(&mut self) {
        drop(self.end.take());
        if let Some(thread) = self.thread.take() {
            // It has nothing to tell.
            let _ = thread.join();
        }
    }
}

fn serve(started: &mpsc::Sender<io::Result<SocketAddr>>, ended: oneshot::Receiver<()>) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let outcome = runtime.map(|runtime| {
        runtime.block_on(async {
            let server = match Server::start(Answer).await {
                Ok(server) => server,
                Err(error) => return drop(started.send(Err(error))),
            };
            // Nobody waits for it any more: then it ends at once.
            let _ = started.send(Ok(server.address()));
            let _ = ended.await;
        });
    });
    if let Err(error) = outcome {
        let _ = started.send(Err(error));
    }
}

// === impl Answer ===

impl Handler for Answer {
    fn answer(&self, _: &Request<Bytes>) -> Response<Bytes> {
        let mut response = Response::new(Bytes::from_static(RECEIPT.as_bytes()));
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(SERVER, HeaderValue::from_static("orders/1"));
        response
    }
}
