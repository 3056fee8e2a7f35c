//! The client: one connection for each request.

mod http1;
mod http2;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::ClientConfig;
use tokio_rustls::rustls::pki_types::ServerName;

use crate::identity::{Authority, Identity};
use crate::message::{End, Http, Request, Response};
use crate::runtime::{DEADLINE, runtime};

/// A client of one address.
#[derive(Debug, Clone)]
pub struct Client {
    address: SocketAddr,
    http: Http,
    tls: Option<Arc<ClientConfig>>,
    deadline: Duration,
}

/// What the response is read into, so that a deadline leaves what came.
type Seen = Arc<std::sync::Mutex<Response>>;

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

/// The name that a server's certificate must carry.
pub const SERVER_NAME: &str = "gateway.test";

// === impl Client ===

impl Client {
    /// Speaks in the clear.
    pub fn new(address: SocketAddr, http: Http) -> Self {
        Self {
            address,
            http,
            tls: None,
            deadline: DEADLINE,
        }
    }

    /// Speaks over TLS to a server whose certificate `authority` issued for
    /// [`SERVER_NAME`], with a certificate of its own where `own` is one.
    #[must_use]
    pub fn over_tls(self, authority: &Authority, own: Option<&Identity>) -> Self {
        let protocol = match self.http {
            Http::One => "http/1.1",
            Http::Two => "h2",
        };
        let tls = Some(Arc::new(authority.client(own, protocol)));
        Self { tls, ..self }
    }

    /// Gives up after this time.
    #[must_use]
    pub fn with_deadline(self, deadline: Duration) -> Self {
        Self { deadline, ..self }
    }

    /// Sends a request and reads the response.
    pub fn send(&self, request: &Request) -> Response {
        self.exchange(async |stream, seen| match self.http {
            Http::One => http1::send(stream, request, seen).await,
            Http::Two => http2::send(stream, request, self.tls.is_some(), seen).await,
        })
    }

    /// Sends these bytes over HTTP/1.1, whatever they are, and reads a response.
    pub fn send_bytes(&self, bytes: &[u8]) -> Response {
        self.exchange(async |stream, seen| http1::send_bytes(stream, bytes, seen).await)
    }

    fn exchange(&self, talk: impl AsyncFnOnce(Box<dyn Stream>, &Seen) -> End) -> Response {
        let begun = Response::none(End::Timeout);
        let seen = Seen::new(std::sync::Mutex::new(begun));
        let all = async {
            match self.connect().await {
                Ok(stream) => talk(stream, &seen).await,
                Err(error) => End::Failed(format!("{}: {error}", self.address)),
            }
        };
        let end = runtime().block_on(async { tokio::time::timeout(self.deadline, all).await });
        let mut response = lock(&seen).clone();
        response.end = end.unwrap_or(End::Timeout);
        response
    }

    async fn connect(&self) -> io::Result<Box<dyn Stream>> {
        let stream = TcpStream::connect(self.address).await?;
        stream.set_nodelay(true)?;
        match &self.tls {
            None => Ok(Box::new(stream)),
            Some(tls) => {
                let name = ServerName::try_from(SERVER_NAME).map_err(io::Error::other)?;
                let connector = TlsConnector::from(Arc::clone(tls));
                Ok(Box::new(connector.connect(name, stream).await?))
            }
        }
    }
}

fn lock(seen: &Seen) -> std::sync::MutexGuard<'_, Response> {
    seen.lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}
