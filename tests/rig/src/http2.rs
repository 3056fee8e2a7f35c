//! What both sides of HTTP/2 share: fields, and sending a body.

use bytes::Bytes;
use h2::SendStream;
use http::{HeaderMap, HeaderName, HeaderValue};

use crate::message::{Body, Fields};

/// Fields for `h2`; an error where HTTP/2 cannot carry one.
pub fn to_map(fields: &Fields) -> Result<HeaderMap, String> {
    let mut map = HeaderMap::new();
    for (name, value) in fields {
        let refuse = |why: String| format!("the field `{name}`: {why}");
        // Field names are in lower case in HTTP/2 (RFC 9113 §8.2.1).
        let key = HeaderName::from_bytes(name.to_ascii_lowercase().as_bytes())
            .map_err(|error| refuse(error.to_string()))?;
        let value = HeaderValue::from_bytes(value).map_err(|error| refuse(error.to_string()))?;
        map.append(key, value);
    }
    Ok(map)
}

/// Fields of `h2`, values of one name together.
pub fn from_map(map: &HeaderMap) -> Fields {
    map.iter()
        .map(|(name, value)| (name.as_str().to_owned(), value.as_bytes().to_vec()))
        .collect()
}

/// Sends the pieces, and then the trailers.
pub async fn send_body(stream: &mut SendStream<Bytes>, body: &Body) -> Result<(), h2::Error> {
    let Some(trailers) = &body.trailers else {
        send_pieces(stream, body, true).await?;
        return match body.pieces.is_empty() {
            true => stream.send_data(Bytes::new(), true),
            false => Ok(()),
        };
    };
    send_pieces(stream, body, false).await?;
    stream.send_trailers(to_map(trailers).unwrap_or_default())
}

/// Sends the pieces, of which the last ends the stream where `end` says so.
pub async fn send_pieces(
    stream: &mut SendStream<Bytes>,
    body: &Body,
    end: bool,
) -> Result<(), h2::Error> {
    let last = body.pieces.len();
    for (at, piece) in body.pieces.iter().enumerate() {
        if at > 0 && !body.pause.is_zero() {
            tokio::time::sleep(body.pause).await;
        }
        send_piece(stream, piece, end && at + 1 == last).await?;
    }
    Ok(())
}

async fn send_piece(
    stream: &mut SendStream<Bytes>,
    piece: &[u8],
    end: bool,
) -> Result<(), h2::Error> {
    let mut rest = Bytes::copy_from_slice(piece);
    while !rest.is_empty() {
        stream.reserve_capacity(rest.len());
        let granted = std::future::poll_fn(|context| stream.poll_capacity(context)).await;
        let granted = match granted {
            Some(granted) => granted?,
            None => return Ok(()),
        };
        let part = rest.split_to(granted.min(rest.len()));
        stream.send_data(part, end && rest.is_empty())?;
    }
    if piece.is_empty() && end {
        stream.send_data(Bytes::new(), true)?;
    }
    Ok(())
}
