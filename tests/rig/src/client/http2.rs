//! One exchange over HTTP/2.

use bytes::Bytes;
use h2::client::{ResponseFuture, SendRequest};
use http::uri::{Authority, PathAndQuery, Scheme};
use http::{Method, Uri};

use super::{Seen, Stream, lock};
use crate::http2::{from_map, send_body, to_map};
use crate::message::{End, Framing, Request};

/// Sends the request and reads the response, which may come before its end.
pub async fn send(stream: Box<dyn Stream>, request: &Request, tls: bool, seen: &Seen) -> End {
    let head = match head(request, tls) {
        Ok(head) => head,
        Err(error) => return End::Failed(format!("HTTP/2 cannot carry {error}")),
    };
    let (sender, connection) = match h2::client::handshake(stream).await {
        Ok(both) => both,
        Err(error) => return End::Reset(error.to_string()),
    };
    let exchange = exchange(sender, head, request, seen);
    tokio::pin!(connection, exchange);
    let mut open = true;
    // Not in a task of its own: an exchange that is given up ends its connection.
    let result = loop {
        tokio::select! {
            result = &mut exchange => break result,
            _ = &mut connection, if open => open = false,
        }
    };
    match result {
        Ok(()) => End::Clean,
        Err(error) => End::Reset(error.to_string()),
    }
}

fn head(request: &Request, tls: bool) -> Result<http::Request<()>, String> {
    let refuse = |what: &str, error: http::uri::InvalidUri| format!("the {what}: {error}");
    let path = PathAndQuery::from_maybe_shared(Bytes::copy_from_slice(&request.path))
        .map_err(|error| refuse("path", error))?;
    let mut uri = http::uri::Parts::default();
    if let Some(authority) = &request.authority {
        uri.scheme = Some(if tls { Scheme::HTTPS } else { Scheme::HTTP });
        uri.authority = Some(
            Authority::try_from(authority.as_str()).map_err(|error| refuse("authority", error))?,
        );
    }
    uri.path_and_query = Some(path);
    let mut head = http::Request::new(());
    *head.uri_mut() = Uri::from_parts(uri).map_err(|error| error.to_string())?;
    *head.method_mut() = Method::from_bytes(request.method.as_bytes())
        .map_err(|error| format!("the method: {error}"))?;
    *head.headers_mut() = to_map(&request.fields)?;
    if request.body.framing == Framing::Length && !head.headers().contains_key("content-length") {
        let length: usize = request.body.pieces.iter().map(Vec::len).sum();
        head.headers_mut().insert("content-length", length.into());
    }
    Ok(head)
}

async fn exchange(
    sender: SendRequest<Bytes>,
    head: http::Request<()>,
    request: &Request,
    seen: &Seen,
) -> Result<(), h2::Error> {
    let bodiless = request.body.pieces.is_empty() && request.body.trailers.is_none();
    let mut sender = sender.ready().await?;
    let (response, mut body) = sender.send_request(head, bodiless)?;
    let reading = read(response, seen);
    if bodiless {
        return reading.await;
    }
    tokio::pin!(reading);
    tokio::select! {
        read = &mut reading => return read,
        // A peer that answers early resets what is left to send: the response tells.
        _ = send_body(&mut body, &request.body) => {}
    }
    reading.await
}

async fn read(response: ResponseFuture, seen: &Seen) -> Result<(), h2::Error> {
    let (head, mut body) = response.await?.into_parts();
    {
        let mut response = lock(seen);
        response.status = Some(head.status.as_u16());
        response.fields = from_map(&head.headers);
    }
    while let Some(data) = body.data().await {
        let data = data?;
        body.flow_control().release_capacity(data.len())?;
        lock(seen).body.extend_from_slice(&data);
    }
    if let Some(trailers) = body.trailers().await? {
        lock(seen).trailers = from_map(&trailers);
    }
    Ok(())
}
