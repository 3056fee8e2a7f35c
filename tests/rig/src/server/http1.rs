//! Serves one connection of HTTP/1.1.

use std::io;

use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _};

use super::journal::{Arrival, Journal, Received};
use super::script::{Answer, Ending, Moment, Script};
use crate::http1::{BodyLength, Head, Part, Reader, write};
use crate::message::{Body, Http, values};

/// Serves requests until the peer leaves or an answer breaks the connection.
pub async fn serve(
    stream: impl AsyncRead + AsyncWrite + Unpin,
    read: Vec<u8>,
    journal: &Journal,
    script: &Script,
) -> io::Result<()> {
    let (from, mut to) = tokio::io::split(stream);
    let mut reader = Reader::new(from, read);
    while let Some(head) = reader.head().await? {
        let method = String::from_utf8_lossy(head.word(0)).into_owned();
        let number = journal.begin(received(&head));
        let answer = script.next();
        let reading = body(&mut reader, &head, journal, number);
        match answer.moment {
            Moment::End => {
                reading.await?;
                // A proxy that leaves meanwhile is not answered.
                tokio::select! {
                    () = tokio::time::sleep(answer.delay) => {}
                    () = reader.closed(), if !answer.delay.is_zero() => return Ok(()),
                }
                say(&mut to, &method, &answer).await?;
            }
            Moment::Head => {
                let saying = async {
                    tokio::time::sleep(answer.delay).await;
                    say(&mut to, &method, &answer).await
                };
                let (read, said) = tokio::join!(reading, saying);
                said.and(read)?;
            }
        }
        if answer.ending != Ending::Whole {
            break;
        }
    }
    Ok(())
}

fn received(head: &Head) -> Received {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Received {
        http: Http::One,
        method: text(head.word(0)),
        path: head.word(1).to_vec(),
        authority: text(
            values(&head.fields, "host")
                .first()
                .copied()
                .unwrap_or_default(),
        ),
        fields: head.fields.clone(),
        body: Vec::new(),
        trailers: Vec::new(),
        arrival: Arrival::Begun,
    }
}

async fn body(
    reader: &mut Reader<impl AsyncRead + Unpin>,
    head: &Head,
    journal: &Journal,
    number: usize,
) -> io::Result<()> {
    let mut left = head.body_length(BodyLength::Bytes(0));
    loop {
        let part = reader.part(&mut left).await;
        journal.update(number, |request| match &part {
            Ok(Some(Part::Data(data))) => request.body.extend_from_slice(data),
            Ok(Some(Part::Trailers(trailers))) => request.trailers.clone_from(trailers),
            Ok(None) => request.arrival = Arrival::Whole,
            Err(_) => request.arrival = Arrival::Broken,
        });
        if part?.is_none() {
            return Ok(());
        }
    }
}

async fn say(
    stream: &mut (impl AsyncWrite + Unpin),
    method: &str,
    answer: &Answer,
) -> io::Result<()> {
    if answer.ending == Ending::Nothing {
        return Ok(());
    }
    let line = format!("HTTP/1.1 {} {}", answer.status, "Scripted");
    let none = Body::none();
    let body = answer.body_for(method).unwrap_or(&none);
    let head = write::head(line.as_bytes(), &answer.fields, body);
    stream.write_all(&head).await?;
    stream.flush().await?;
    if answer.ending == Ending::Broken {
        return write::pieces(stream, body).await;
    }
    write::body(stream, body).await
}
