//! A request, ready to be sent as often as wanted.

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::{HeaderName, HeaderValue};
use hyper::http::Error;
use hyper::{Method, Request};

use crate::bench::chain::Concern;
use crate::bench::identity::HOST;
use crate::bench::result::Protocol;

/// A request, ready to be sent.
#[derive(Debug, Clone)]
pub struct Prepared {
    /// As it is sent.
    pub http: Request<Full<Bytes>>,
    /// Its kind, from 0: those of one kind are answered with one status.
    pub kind: usize,
    /// What is wrong with it, and the status for that; nothing with a good one.
    pub wrong: Option<(Concern, u16)>,
}

/// A request in the making.
#[derive(Debug, Clone)]
pub struct Draft {
    method: Method,
    target: String,
    host: String,
    fields: Vec<(HeaderName, String)>,
    body: Bytes,
    wrong: Option<(Concern, u16)>,
}

/// What a browser or a client library sends besides; seven fields with the host and
/// the token.
const USUAL: [(&str, &str); 5] = [
    ("user-agent", "tollgate-bench/1 (orders client; linux)"),
    ("accept", "application/json"),
    ("accept-language", "en-GB,en;q=0.9"),
    ("x-client-version", "2026.7.1"),
    ("cookie", "session=4f1c2a9e8b7d4c3fa1; theme=dark"),
];

// === impl Draft ===

impl Draft {
    /// A request with the usual fields.
    #[must_use]
    pub fn new(method: Method, target: impl Into<String>) -> Self {
        let usual = USUAL.map(|(name, value)| (HeaderName::from_static(name), value.to_owned()));
        Self {
            fields: usual.to_vec(),
            ..Self::bare(method, target.into(), HOST.to_owned())
        }
    }

    /// A request with no field but its host.
    #[must_use]
    pub fn bare(method: Method, target: String, host: String) -> Self {
        Self {
            method,
            target,
            host,
            fields: Vec::new(),
            body: Bytes::new(),
            wrong: None,
        }
    }

    /// With a field.
    #[must_use]
    pub fn field(mut self, name: HeaderName, value: impl Into<String>) -> Self {
        self.fields.push((name, value.into()));
        self
    }

    /// With a bearer token.
    #[must_use]
    pub fn bearer(self, token: &str) -> Self {
        self.field(hyper::header::AUTHORIZATION, format!("Bearer {token}"))
    }

    /// With a body of JSON.
    #[must_use]
    pub fn json(self, body: impl Into<Bytes>) -> Self {
        self.field(hyper::header::CONTENT_TYPE, "application/json")
            .body(body)
    }

    /// With a body.
    #[must_use]
    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self
    }

    /// With something wrong: where that is judged, `status` comes back.
    #[must_use]
    pub fn wrong(mut self, concern: Concern, status: u16) -> Self {
        self.wrong = Some((concern, status));
        self
    }

    /// Ready, as one of a kind.
    ///
    /// # Errors
    /// Where HTTP can't carry it.
    pub fn ready(&self, protocol: Protocol, kind: usize) -> Result<Prepared, Error> {
        let uri = match protocol {
            Protocol::Http1 => self.target.clone(),
            Protocol::Http2 => format!("http://{}{}", self.host, self.target),
        };
        let mut request = Request::builder().method(&self.method).uri(uri);
        if protocol == Protocol::Http1 {
            request = request.header(hyper::header::HOST, &self.host);
        }
        for (name, value) in &self.fields {
            request = request.header(name, HeaderValue::from_str(value)?);
        }
        Ok(Prepared {
            http: request.body(Full::new(self.body.clone()))?,
            kind,
            wrong: self.wrong,
        })
    }
}
