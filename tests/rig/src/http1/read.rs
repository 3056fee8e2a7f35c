//! Reads heads and bodies.

use std::io;

use tokio::io::{AsyncRead, AsyncReadExt as _};

use crate::message::{Fields, values};

/// A head as it stands on the wire.
#[derive(Debug, Clone)]
pub struct Head {
    /// The request line or status line.
    pub line: Vec<u8>,
    /// The fields.
    pub fields: Fields,
}

/// Where a body ends (RFC 9112 §6.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyLength {
    /// After so many bytes more.
    Bytes(usize),
    /// With the last chunk.
    Chunked,
    /// With the connection.
    UntilClose,
}

/// A piece of a message after its head.
#[derive(Debug)]
pub enum Part {
    /// Bytes of the body.
    Data(Vec<u8>),
    /// The trailers; nothing comes after them.
    Trailers(Fields),
}

/// Reads one connection.
#[derive(Debug)]
pub struct Reader<S> {
    stream: S,
    buffer: Vec<u8>,
}

// === impl Head ===

impl Head {
    fn parse(bytes: &[u8]) -> Self {
        let mut lines = bytes
            .split(|byte| *byte == b'\n')
            .map(|line| line.strip_suffix(b"\r").unwrap_or(line));
        let line = lines.next().unwrap_or_default().to_vec();
        let fields = lines.filter(|line| !line.is_empty()).map(field).collect();
        Self { line, fields }
    }

    /// The part of the first line between the spaces `at` and `at + 1`.
    pub fn word(&self, at: usize) -> &[u8] {
        self.line
            .split(|byte| *byte == b' ')
            .nth(at)
            .unwrap_or_default()
    }

    /// Where the body ends; `without` is what it is where no field says it.
    pub fn body_length(&self, without: BodyLength) -> BodyLength {
        let chunked = values(&self.fields, "transfer-encoding")
            .iter()
            .any(|value| value.to_ascii_lowercase().ends_with(b"chunked"));
        let length = values(&self.fields, "content-length")
            .first()
            .and_then(|value| std::str::from_utf8(value).ok()?.parse().ok());
        match length {
            _ if chunked => BodyLength::Chunked,
            Some(length) => BodyLength::Bytes(length),
            None => without,
        }
    }
}

fn field(line: &[u8]) -> (String, Vec<u8>) {
    let colon = line.iter().position(|byte| *byte == b':');
    let (name, value) = match colon {
        Some(colon) => (&line[..colon], &line[colon + 1..]),
        None => (line, &b""[..]),
    };
    let name = String::from_utf8_lossy(name).into_owned();
    (name, value.trim_ascii().to_vec())
}

// === impl Reader ===

impl<S: AsyncRead + Unpin> Reader<S> {
    /// Reads `stream`, of which `buffer` has been read.
    pub fn new(stream: S, buffer: Vec<u8>) -> Self {
        Self { stream, buffer }
    }

    /// The next head; `None` where the connection ends before it begins.
    pub async fn head(&mut self) -> io::Result<Option<Head>> {
        loop {
            if let Some(end) = position(&self.buffer, b"\r\n\r\n") {
                let head = Head::parse(&self.buffer[..end]);
                self.buffer.drain(..end + 4);
                return Ok(Some(head));
            }
            if !self.fill().await? {
                let begun = !self.buffer.is_empty();
                return if begun { Err(cut_off()) } else { Ok(None) };
            }
        }
    }

    /// The next piece of a body with `left` to come; `None` at its end.
    pub async fn part(&mut self, left: &mut BodyLength) -> io::Result<Option<Part>> {
        match left {
            BodyLength::Bytes(0) => Ok(None),
            BodyLength::Bytes(count) => {
                if self.buffer.is_empty() && !self.fill().await? {
                    return Err(cut_off());
                }
                let data = self.take(*count);
                *count -= data.len();
                Ok(Some(Part::Data(data)))
            }
            BodyLength::UntilClose => {
                if self.buffer.is_empty() && !self.fill().await? {
                    return Ok(None);
                }
                Ok(Some(Part::Data(self.take(usize::MAX))))
            }
            BodyLength::Chunked => {
                let part = self.chunk().await?;
                if let Part::Trailers(_) = part {
                    *left = BodyLength::Bytes(0);
                }
                Ok(Some(part))
            }
        }
    }

    /// Reads once more; gives what has been read and not yet used.
    pub async fn more(&mut self) -> io::Result<&[u8]> {
        if self.fill().await? {
            Ok(&self.buffer)
        } else {
            Err(cut_off())
        }
    }

    /// Waits for the peer to end the connection; what it sends is dropped.
    pub async fn closed(&mut self) {
        while matches!(self.fill().await, Ok(true)) {
            self.buffer.clear();
        }
    }

    /// The connection, and what has been read of it.
    pub fn into_parts(self) -> (S, Vec<u8>) {
        (self.stream, self.buffer)
    }

    async fn chunk(&mut self) -> io::Result<Part> {
        let line = self.line().await?;
        let size = std::str::from_utf8(&line)
            .ok()
            .and_then(|line| usize::from_str_radix(line.split(';').next()?.trim(), 16).ok())
            .ok_or_else(|| io::Error::other("a chunk has no size"))?;
        if size > 0 {
            self.at_least(size + 2).await?;
            let data = self.take(size);
            self.buffer.drain(..2);
            return Ok(Part::Data(data));
        }
        let mut trailers = Fields::new();
        loop {
            let line = self.line().await?;
            if line.is_empty() {
                return Ok(Part::Trailers(trailers));
            }
            trailers.push(field(&line));
        }
    }

    async fn line(&mut self) -> io::Result<Vec<u8>> {
        loop {
            if let Some(end) = position(&self.buffer, b"\r\n") {
                let line = self.take(end);
                self.buffer.drain(..2);
                return Ok(line);
            }
            if !self.fill().await? {
                return Err(cut_off());
            }
        }
    }

    async fn at_least(&mut self, count: usize) -> io::Result<()> {
        while self.buffer.len() < count {
            if !self.fill().await? {
                return Err(cut_off());
            }
        }
        Ok(())
    }

    fn take(&mut self, at_most: usize) -> Vec<u8> {
        let count = at_most.min(self.buffer.len());
        self.buffer.drain(..count).collect()
    }

    async fn fill(&mut self) -> io::Result<bool> {
        self.buffer.reserve(16 * 1024);
        match self.stream.read_buf(&mut self.buffer).await {
            Ok(count) => Ok(count > 0),
            // TLS peers that leave without a word.
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
            Err(error) => Err(error),
        }
    }
}

fn cut_off() -> io::Error {
    io::Error::new(io::ErrorKind::ConnectionReset, "the connection ended early")
}

fn position(bytes: &[u8], pattern: &[u8]) -> Option<usize> {
    bytes
        .windows(pattern.len())
        .position(|window| window == pattern)
}
