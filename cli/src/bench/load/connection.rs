//! A connection to a chain: plain or TLS, HTTP/1.1 or HTTP/2.

use std::io;
use std::sync::Arc;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::{http1, http2};
use hyper::{Request, Response};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;

use super::{LoadError, Target};
use crate::bench::identity::HOST;
use crate::bench::result::Protocol;

/// A connection; closed when it is dropped.
pub struct Connection {
    sender: Sender,
    task: Arc<Task>,
}

enum Sender {
    Http1(http1::SendRequest<Full<Bytes>>),
    Http2(http2::SendRequest<Full<Bytes>>),
}

/// Reads and writes, until it is dropped; shared by the streams of HTTP/2.
struct Task(JoinHandle<()>);

// === impl Connection ===

impl Connection {
    /// Opens one, ready for a request.
    ///
    /// # Errors
    /// Where it can't be opened.
    pub async fn open(target: &Target, protocol: Protocol) -> Result<Self, LoadError> {
        let stream = TcpStream::connect(target.address)
            .await
            .map_err(LoadError::Connect)?;
        stream.set_nodelay(true).map_err(LoadError::Connect)?;
        match &target.tls {
            None => Self::over(stream, protocol).await,
            Some(config) => {
                let name = ServerName::try_from(HOST).map_err(io::Error::other);
                let name = name.map_err(LoadError::Connect)?;
                let connector = TlsConnector::from(config.clone());
                let stream = connector.connect(name, stream).await;
                Self::over(stream.map_err(LoadError::Connect)?, protocol).await
            }
        }
    }

    async fn over<S>(stream: S, protocol: Protocol) -> Result<Self, LoadError>
    where
        S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    {
        let io = TokioIo::new(stream);
        // How a connection ends shows in the exchange that it cuts off.
        let (sender, task) = match protocol {
            Protocol::Http1 => {
                let (sender, connection) = http1::handshake(io).await?;
                (
                    Sender::Http1(sender),
                    tokio::spawn(async { drop(connection.await) }),
                )
            }
            Protocol::Http2 => {
                let (sender, connection) = http2::handshake(TokioExecutor::new(), io).await?;
                (
                    Sender::Http2(sender),
                    tokio::spawn(async { drop(connection.await) }),
                )
            }
        };
        Ok(Self {
            sender,
            task: Arc::new(Task(task)),
        })
    }

    /// The same connection for another stream; `None` with HTTP/1.1.
    #[must_use]
    pub fn stream(&self) -> Option<Self> {
        match &self.sender {
            Sender::Http1(_) => None,
            Sender::Http2(sender) => Some(Self {
                sender: Sender::Http2(sender.clone()),
                task: Arc::clone(&self.task),
            }),
        }
    }

    /// Whether the other side has closed it.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        match &self.sender {
            Sender::Http1(sender) => sender.is_closed(),
            Sender::Http2(sender) => sender.is_closed(),
        }
    }

    /// Waits until it takes a request; fails where it was closed.
    ///
    /// # Errors
    /// Where it is closed.
    pub async fn ready(&mut self) -> hyper::Result<()> {
        match &mut self.sender {
            Sender::Http1(sender) => sender.ready().await,
            Sender::Http2(sender) => sender.ready().await,
        }
    }

    /// Sends `request`.
    ///
    /// # Errors
    /// Where no head of an answer comes.
    pub async fn send(
        &mut self,
        request: Request<Full<Bytes>>,
    ) -> hyper::Result<Response<Incoming>> {
        match &mut self.sender {
            Sender::Http1(sender) => sender.send_request(request).await,
            Sender::Http2(sender) => sender.send_request(request).await,
        }
    }
}

// === impl Task ===

impl Drop for Task {
    fn drop(&mut self) {
        self.0.abort();
    }
}
