//! Sends a promised request by itself, for readiness and for `--check`.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use http_body_util::{BodyExt as _, Full};
use hyper::Request;
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper::header::HOST;
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;

use super::promise::{Outcome, Outgoing};

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// No connection.
    #[error("connection: {0}")]
    Connect(#[from] io::Error),
    /// The request isn't one that HTTP can carry.
    #[error("request: {0}")]
    Request(#[from] hyper::http::Error),
    /// The exchange broke off.
    #[error("exchange: {0}")]
    Exchange(#[from] hyper::Error),
    /// Nothing came in time.
    #[error("no answer within {} s", PATIENCE.as_secs())]
    Silence,
}

const PATIENCE: Duration = Duration::from_secs(5);
const PROBLEM: &str = "urn:tollgate:problem:";

/// Sends `request` over a connection of its own.
///
/// # Errors
/// Where no whole answer comes.
pub async fn send(gateway: SocketAddr, request: &Outgoing) -> Result<Outcome, ClientError> {
    let (status, body) = exchange(gateway, request).await?;
    let reason = serde_json::from_slice(&body)
        .ok()
        .and_then(|problem: Value| Some(problem.get("type")?.as_str()?.to_owned()))
        .and_then(|kind| Some(kind.strip_prefix(PROBLEM)?.to_owned()));
    Ok(Outcome { status, reason })
}

/// The status and the body of the answer.
///
/// # Errors
/// Where no whole answer comes.
pub async fn exchange(
    gateway: SocketAddr,
    request: &Outgoing,
) -> Result<(u16, Bytes), ClientError> {
    tokio::time::timeout(PATIENCE, round_trip(gateway, request))
        .await
        .unwrap_or(Err(ClientError::Silence))
}

async fn round_trip(gateway: SocketAddr, outgoing: &Outgoing) -> Result<(u16, Bytes), ClientError> {
    let request = build(gateway, outgoing)?;
    let stream = TcpStream::connect(gateway).await?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    let connection = tokio::spawn(connection);
    let response = sender.send_request(request).await?;
    let status = response.status().as_u16();
    let body = response.into_body().collect().await?.to_bytes();
    connection.abort();
    Ok((status, body))
}

fn build(
    gateway: SocketAddr,
    outgoing: &Outgoing,
) -> Result<Request<Full<Bytes>>, hyper::http::Error> {
    let mut request = Request::builder()
        .method(outgoing.method)
        .uri(outgoing.target)
        .header(HOST, gateway.to_string());
    for (name, value) in &outgoing.headers {
        request = request.header(*name, value);
    }
    let body = outgoing.body.unwrap_or_default();
    let body = Bytes::from_static(body.as_bytes());
    request.body(Full::new(body))
}
