//! Writes heads and bodies.

use std::io;

use tokio::io::{AsyncWrite, AsyncWriteExt as _};

use crate::message::{Body, Fields, Framing, values};

/// A head, with the fields that frame `body` where `fields` don't have them.
pub fn head(line: &[u8], fields: &Fields, body: &Body) -> Vec<u8> {
    let mut out = line.to_vec();
    out.extend_from_slice(b"\r\n");
    write_fields(&mut out, fields);
    let framed = ["content-length", "transfer-encoding"]
        .iter()
        .any(|name| !values(fields, name).is_empty());
    match body.framing {
        _ if framed => {}
        Framing::Absent => {}
        Framing::Length => {
            let length: usize = body.pieces.iter().map(Vec::len).sum();
            out.extend_from_slice(format!("content-length: {length}\r\n").as_bytes());
        }
        Framing::Chunked => out.extend_from_slice(b"transfer-encoding: chunked\r\n"),
    }
    out.extend_from_slice(b"\r\n");
    out
}

/// A body and what ends it.
pub async fn body(stream: &mut (impl AsyncWrite + Unpin), body: &Body) -> io::Result<()> {
    pieces(stream, body).await?;
    if body.framing == Framing::Chunked {
        let mut end = b"0\r\n".to_vec();
        write_fields(&mut end, body.trailers.as_ref().unwrap_or(&Fields::new()));
        end.extend_from_slice(b"\r\n");
        stream.write_all(&end).await?;
    }
    stream.flush().await
}

/// The pieces of a body, each sent by itself.
pub async fn pieces(stream: &mut (impl AsyncWrite + Unpin), body: &Body) -> io::Result<()> {
    let mut first = true;
    // An empty chunk would end the body.
    for piece in body.pieces.iter().filter(|piece| !piece.is_empty()) {
        if !std::mem::take(&mut first) && !body.pause.is_zero() {
            tokio::time::sleep(body.pause).await;
        }
        if body.framing == Framing::Chunked {
            let size = format!("{:x}\r\n", piece.len());
            let chunk = [size.as_bytes(), piece, b"\r\n"].concat();
            stream.write_all(&chunk).await?;
        } else {
            stream.write_all(piece).await?;
        }
        stream.flush().await?;
    }
    Ok(())
}

fn write_fields(out: &mut Vec<u8>, fields: &Fields) {
    for (name, value) in fields {
        out.extend_from_slice(name.as_bytes());
        out.extend_from_slice(b": ");
        out.extend_from_slice(value);
        out.extend_from_slice(b"\r\n");
    }
}
