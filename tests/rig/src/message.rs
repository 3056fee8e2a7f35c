//! What is sent and what is seen, in any version of HTTP.

use std::time::Duration;

/// Fields in order: names as they stand, values as bytes.
pub type Fields = Vec<(String, Vec<u8>)>;

/// A version of HTTP.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Http {
    /// HTTP/1.1.
    One,
    /// HTTP/2.
    Two,
}

/// A body, and how it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body {
    /// Its pieces; each is sent by itself.
    pub pieces: Vec<Vec<u8>>,
    /// What says where it ends.
    pub framing: Framing,
    /// The time between two pieces.
    pub pause: Duration,
    /// What comes after it.
    pub trailers: Option<Fields>,
}

/// What says where a body ends. A `content-length` or `transfer-encoding` among
/// a message's own fields is sent instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Framing {
    /// Nothing: there is no body.
    Absent,
    /// `content-length`.
    Length,
    /// The last chunk; in HTTP/2, the end of the stream.
    Chunked,
}

/// A request to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The method.
    pub method: String,
    /// The path and query, as bytes.
    pub path: Vec<u8>,
    /// `Host`, or `:authority`; left out where it is `None`.
    pub authority: Option<String>,
    /// The other fields.
    pub fields: Fields,
    /// The body.
    pub body: Body,
}

/// A response as it arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// The status; `None` where no head came.
    pub status: Option<u16>,
    /// The fields.
    pub fields: Fields,
    /// What came of the body.
    pub body: Vec<u8>,
    /// The trailers.
    pub trailers: Fields,
    /// How it ended.
    pub end: End,
}

/// How an exchange ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// The response is whole.
    Clean,
    /// The connection or the stream broke.
    Reset(String),
    /// The deadline passed.
    Timeout,
    /// The request could not be sent at all.
    Failed(String),
}

/// The values of the field `name`, in any case.
pub fn values<'f>(fields: &'f Fields, name: &str) -> Vec<&'f [u8]> {
    fields
        .iter()
        .filter(|(known, _)| known.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.as_slice())
        .collect()
}

// === impl Body ===

impl Body {
    /// No body.
    pub fn none() -> Self {
        Self {
            pieces: Vec::new(),
            framing: Framing::Absent,
            pause: Duration::ZERO,
            trailers: None,
        }
    }

    /// A body in one piece, with a `content-length`.
    pub fn whole(bytes: impl Into<Vec<u8>>) -> Self {
        Self {
            pieces: vec![bytes.into()],
            framing: Framing::Length,
            ..Self::none()
        }
    }

    /// A body in pieces, without a `content-length`.
    pub fn pieces(pieces: impl IntoIterator<Item = impl Into<Vec<u8>>>) -> Self {
        Self {
            pieces: pieces.into_iter().map(Into::into).collect(),
            framing: Framing::Chunked,
            ..Self::none()
        }
    }

    /// The same with trailers, for which it needs another framing than a length.
    #[must_use]
    pub fn with_trailers(self, trailers: Fields) -> Self {
        Self {
            framing: Framing::Chunked,
            trailers: Some(trailers),
            ..self
        }
    }

    /// The same with time between two pieces.
    #[must_use]
    pub fn with_pause(self, pause: Duration) -> Self {
        Self { pause, ..self }
    }
}

// === impl Request ===

impl Request {
    /// A request without a body, to `gateway.test`.
    pub fn new(method: &str, path: impl Into<Vec<u8>>) -> Self {
        Self {
            method: method.to_owned(),
            path: path.into(),
            authority: Some("gateway.test".to_owned()),
            fields: Fields::new(),
            body: Body::none(),
        }
    }

    /// The same with one field more.
    #[must_use]
    pub fn field(mut self, name: &str, value: impl Into<Vec<u8>>) -> Self {
        self.fields.push((name.to_owned(), value.into()));
        self
    }

    /// The same to another authority.
    #[must_use]
    pub fn authority(self, authority: &str) -> Self {
        Self {
            authority: Some(authority.to_owned()),
            ..self
        }
    }

    /// The same with a body.
    #[must_use]
    pub fn body(self, body: Body) -> Self {
        Self { body, ..self }
    }
}

// === impl Response ===

impl Response {
    /// One of which nothing has come.
    pub(crate) fn none(end: End) -> Self {
        Self {
            status: None,
            fields: Fields::new(),
            body: Vec::new(),
            trailers: Fields::new(),
            end,
        }
    }

    /// The values of the field `name`.
    pub fn values(&self, name: &str) -> Vec<&[u8]> {
        values(&self.fields, name)
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}
