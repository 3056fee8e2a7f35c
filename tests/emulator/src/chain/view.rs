//! What the two ends of a chain saw.

use std::time::Duration;

use crate::host::Headers;

/// What reached the upstream.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UpstreamView {
    /// The request headers, once they were released.
    pub headers: Option<Headers>,
    /// The body as far as it was released.
    pub body: Vec<u8>,
    /// The trailers.
    pub trailers: Option<Headers>,
    /// The request arrived whole.
    pub complete: bool,
    /// The proxy broke the exchange off.
    pub reset: bool,
    /// What was released when.
    pub released: Vec<Release>,
}

impl UpstreamView {
    /// Whether the upstream has seen nothing at all.
    pub fn is_untouched(&self) -> bool {
        self.headers.is_none()
    }
}

/// One thing that reached the upstream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Release {
    /// What it was.
    pub what: Released,
    /// After how many pieces of the request (headers, chunks, trailers).
    pub step: usize,
    /// When, since the host's beginning.
    pub at: Duration,
}

/// What reached the upstream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Released {
    /// The headers.
    Headers,
    /// So many bytes of body.
    Body(usize),
    /// The trailers.
    Trailers,
    /// The end of an exchange that isn't complete.
    Reset,
}

/// What the client got.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ResponseView {
    /// The status.
    pub status: u16,
    /// The headers, `:status` included.
    pub headers: Headers,
    /// The body as far as it was sent.
    pub body: Vec<u8>,
    /// The trailers.
    pub trailers: Option<Headers>,
    /// The response was sent whole.
    pub complete: bool,
    /// It was broken off.
    pub reset: bool,
}
