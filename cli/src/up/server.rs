//! A small HTTP/1.1 server on a free loopback port, for the sample API and the
//! token issuer.
//!
//! A handler sees whole requests and gives whole responses; bodies are bounded.

use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::JoinHandle;

/// What answers the requests of a [`Server`].
pub trait Handler: Send + Sync + 'static {
    /// The answer to one request.
    fn answer(&self, request: &Request<Bytes>) -> Response<Bytes>;
}

/// A server that runs until it is dropped.
pub struct Server {
    address: SocketAddr,
    task: JoinHandle<()>,
}

const LARGEST_BODY: usize = 1 << 20;

/// Connections that wait to be accepted; the system may allow fewer. Two Envoys of `bench` may
/// open a thousand each at once, and one that finds no place tries again a second later.
const BACKLOG: u32 = 4096;

/// How long to leave the listener alone after a failed `accept`: it fails again
/// at once where the process is out of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

// === impl Server ===

impl Server {
    /// Serves `handler` on a free port of 127.0.0.1.
    ///
    /// # Errors
    /// Where no port can be bound.
    pub async fn start(handler: impl Handler) -> io::Result<Self> {
        let socket = TcpSocket::new_v4()?;
        // As any listener: connections that ended a moment ago don't keep the port.
        socket.set_reuseaddr(true)?;
        socket.bind((Ipv4Addr::LOCALHOST, 0).into())?;
        let listener = socket.listen(BACKLOG)?;
        let address = listener.local_addr()?;
        let task = tokio::spawn(accept(listener, Arc::new(handler)));
        Ok(Self { address, task })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn accept(listener: TcpListener, handler: Arc<impl Handler>) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => drop(tokio::spawn(serve(stream, Arc::clone(&handler)))),
            Err(_) => tokio::time::sleep(ACCEPT_PAUSE).await,
        }
    }
}

/// Serves one connection; how it ends concerns only its peer.
async fn serve(stream: TcpStream, handler: Arc<impl Handler>) {
    let service = service_fn(|request| {
        let handler = Arc::clone(&handler);
        async move { Ok::<_, Infallible>(respond(request, &*handler).await) }
    });
    let _ = http1::Builder::new()
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

async fn respond(request: Request<Incoming>, handler: &impl Handler) -> Response<Full<Bytes>> {
    let (head, body) = request.into_parts();
    match Limited::new(body, LARGEST_BODY).collect().await {
        Ok(body) => handler
            .answer(&Request::from_parts(head, body.to_bytes()))
            .map(Full::new),
        Err(_) => {
            let mut response = Response::new(Full::default());
            *response.status_mut() = StatusCode::PAYLOAD_TOO_LARGE;
            response
        }
    }
}
