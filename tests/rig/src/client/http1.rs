//! One exchange over HTTP/1.1.

use std::io;

use tokio::io::{AsyncRead, AsyncWriteExt as _};

use super::{Seen, Stream, lock};
use crate::http1::{BodyLength, Part, Reader, write};
use crate::message::{End, Request};

/// Sends the request and reads the response, which may come before its end.
pub async fn send(stream: Box<dyn Stream>, request: &Request, seen: &Seen) -> End {
    let (from, mut to) = tokio::io::split(stream);
    let line = [request.method.as_bytes(), b" ", &request.path, b" HTTP/1.1"].concat();
    let mut fields = request.fields.clone();
    if let Some(authority) = &request.authority {
        fields.insert(0, ("host".to_owned(), authority.clone().into_bytes()));
    }
    let head = write::head(&line, &fields, &request.body);
    let writing = async {
        to.write_all(&head).await?;
        to.flush().await?;
        write::body(&mut to, &request.body).await
    };
    both(writing, read(from, request.method == "HEAD", seen)).await
}

/// Sends `bytes` and reads the response.
pub async fn send_bytes(stream: Box<dyn Stream>, bytes: &[u8], seen: &Seen) -> End {
    let (from, mut to) = tokio::io::split(stream);
    let writing = async {
        to.write_all(bytes).await?;
        to.flush().await
    };
    both(writing, read(from, bytes.starts_with(b"HEAD "), seen)).await
}

/// A response may come while the request is written, and end it.
async fn both(
    writing: impl Future<Output = io::Result<()>>,
    reading: impl Future<Output = io::Result<()>>,
) -> End {
    tokio::pin!(reading);
    let written = tokio::select! {
        read = &mut reading => return end(read),
        written = writing => written,
    };
    match (reading.await, written) {
        (Ok(()), _) => End::Clean,
        // What stopped the writing is what there is to tell.
        (Err(_), Err(error)) | (Err(error), Ok(())) => end(Err(error)),
    }
}

fn end(read: io::Result<()>) -> End {
    match read {
        Ok(()) => End::Clean,
        Err(error) => End::Reset(error.to_string()),
    }
}

async fn read(stream: impl AsyncRead + Unpin, to_head: bool, seen: &Seen) -> io::Result<()> {
    let mut reader = Reader::new(stream, Vec::new());
    let head = loop {
        let head = reader
            .head()
            .await?
            .ok_or_else(|| io::Error::new(io::ErrorKind::ConnectionReset, "no response came"))?;
        // 1xx: the response is still to come (RFC 9110 §15.2).
        if !head.word(1).starts_with(b"1") {
            break head;
        }
    };
    let status = std::str::from_utf8(head.word(1))
        .ok()
        .and_then(|word| word.parse().ok())
        .ok_or_else(|| io::Error::other("the response has no status"))?;
    let mut left = match (to_head, status) {
        (true, _) | (_, 204 | 304) => BodyLength::Bytes(0),
        _ => head.body_length(BodyLength::UntilClose),
    };
    {
        let mut response = lock(seen);
        response.status = Some(status);
        response.fields = head.fields;
    }
    while let Some(part) = reader.part(&mut left).await? {
        let mut response = lock(seen);
        match part {
            Part::Data(data) => response.body.extend(data),
            Part::Trailers(trailers) => response.trailers = trailers,
        }
    }
    Ok(())
}
