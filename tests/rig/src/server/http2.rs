//! Serves one connection of HTTP/2.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use h2::server::SendResponse;
use h2::{Reason, RecvStream};
use tokio::io::{AsyncRead, AsyncWrite};

use super::journal::{Arrival, Journal, Received};
use super::script::{Answer, Ending, Moment, Script};
use crate::http2::{from_map, send_body, send_pieces, to_map};
use crate::message::{Framing, Http};

/// Serves streams until the peer leaves.
pub async fn serve(
    stream: impl AsyncRead + AsyncWrite + Unpin,
    journal: &Arc<Journal>,
    script: &Script,
) -> Result<(), h2::Error> {
    let mut connection = h2::server::handshake(stream).await?;
    while let Some(accepted) = connection.accept().await {
        let (request, reply) = accepted?;
        let (head, body) = request.into_parts();
        let method = head.method.as_str().to_owned();
        let number = journal.begin(received(&head));
        let answer = script.next();
        let journal = Arc::clone(journal);
        tokio::spawn(
            async move { answer_one(body, reply, &method, &answer, &journal, number).await },
        );
    }
    Ok(())
}

fn received(head: &http::request::Parts) -> Received {
    let path = head.uri.path_and_query().map_or("", |path| path.as_str());
    let authority = head.uri.authority().map_or("", |name| name.as_str());
    Received {
        http: Http::Two,
        method: head.method.as_str().to_owned(),
        path: path.as_bytes().to_vec(),
        authority: authority.to_owned(),
        fields: from_map(&head.headers),
        body: Vec::new(),
        trailers: Vec::new(),
        arrival: Arrival::Begun,
    }
}

async fn answer_one(
    body: RecvStream,
    reply: SendResponse<Bytes>,
    method: &str,
    answer: &Answer,
    journal: &Journal,
    number: usize,
) -> Result<(), h2::Error> {
    let reading = read(body, journal, number);
    match answer.moment {
        Moment::End => {
            reading.await?;
            say(reply, method, answer).await
        }
        Moment::Head => {
            let (read, said) = tokio::join!(reading, say(reply, method, answer));
            said.and(read)
        }
    }
}

async fn read(mut body: RecvStream, journal: &Journal, number: usize) -> Result<(), h2::Error> {
    let all = async {
        while let Some(data) = body.data().await {
            let data = data?;
            body.flow_control().release_capacity(data.len())?;
            journal.update(number, |request| request.body.extend_from_slice(&data));
        }
        if let Some(trailers) = body.trailers().await? {
            journal.update(number, |request| request.trailers = from_map(&trailers));
        }
        Ok(())
    };
    let read = all.await;
    let arrival = if read.is_ok() {
        Arrival::Whole
    } else {
        Arrival::Broken
    };
    journal.update(number, |request| request.arrival = arrival);
    read
}

async fn say(
    mut reply: SendResponse<Bytes>,
    method: &str,
    answer: &Answer,
) -> Result<(), h2::Error> {
    tokio::time::sleep(answer.delay).await;
    if answer.ending == Ending::Nothing {
        reply.send_reset(Reason::INTERNAL_ERROR);
        return Ok(());
    }
    let mut head = http::Response::new(());
    *head.status_mut() = http::StatusCode::from_u16(answer.status).unwrap_or_default();
    *head.headers_mut() = to_map(&answer.fields).unwrap_or_default();
    let body = answer.body_for(method).filter(|body| {
        body.trailers.is_some() || body.pieces.iter().any(|piece| !piece.is_empty())
    });
    let Some(body) = body else {
        return reply.send_response(head, true).map(drop);
    };
    if body.framing == Framing::Length && !head.headers().contains_key("content-length") {
        let length: usize = body.pieces.iter().map(Vec::len).sum();
        head.headers_mut().insert("content-length", length.into());
    }
    let mut stream = reply.send_response(head, false)?;
    if answer.ending == Ending::Broken {
        send_pieces(&mut stream, body, false).await?;
        // A reset drops what is queued, and `h2` doesn't tell when it is sent.
        tokio::time::sleep(SENT).await;
        stream.send_reset(Reason::INTERNAL_ERROR);
        return Ok(());
    }
    send_body(&mut stream, body).await
}

const SENT: Duration = Duration::from_millis(50);
