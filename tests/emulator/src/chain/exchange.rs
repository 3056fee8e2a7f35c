//! A request on its way, and what has come of it so far.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::script::{End, Piece};
use super::{Manager, Request, ResponseView, UpstreamView};
use crate::host::Headers;

/// One request and its response. It lives on in virtual time
/// ([`Host::advance`](crate::Host::advance)) until it is answered or the client leaves.
pub struct Exchange {
    manager: Rc<Manager>,
}

impl Exchange {
    pub(super) fn new(manager: Rc<Manager>) -> Self {
        Self { manager }
    }

    pub(super) fn send(&self, request: &Request) {
        for piece in request.message.pieces() {
            self.manager.receive(piece);
        }
    }

    /// The request's headers arrive.
    pub fn send_headers(&self, headers: impl Into<Headers>, end: End) {
        self.manager.receive(Piece::Headers(headers.into(), end));
    }

    /// A piece of the request's body arrives; it may be empty.
    pub fn send_chunk(&self, bytes: impl AsRef<[u8]>, end: End) {
        self.manager
            .receive(Piece::Chunk(bytes.as_ref().to_vec(), end));
    }

    /// The request's trailers arrive, and with them its end.
    pub fn send_trailers(&self, trailers: impl Into<Headers>) {
        self.manager.receive(Piece::Trailers(trailers.into()));
    }

    /// The client leaves, where it still waits.
    pub fn disconnect(&self) {
        self.manager.disconnect();
    }

    /// What has reached the upstream.
    pub fn upstream(&self) -> UpstreamView {
        self.manager.upstream.borrow().view.clone()
    }

    /// What the client has got; `None` before there are headers.
    pub fn response(&self) -> Option<ResponseView> {
        self.manager.client.borrow().clone()
    }

    /// Whether the client waits: no complete response, and not broken off.
    pub fn is_hanging(&self) -> bool {
        !self.manager.flow.borrow().finished
    }

    /// `%RESPONSE_CODE_DETAILS%`.
    pub fn details(&self) -> Option<String> {
        self.manager.with_stream(|stream| stream.details.clone())
    }

    /// The filter state, under its whole names (`wasm.…`).
    pub fn filter_state(&self) -> BTreeMap<String, Vec<u8>> {
        self.manager
            .with_stream(|stream| stream.filter_state.clone())
    }

    /// One filter state as text.
    pub fn state(&self, name: &str) -> Option<String> {
        let state = self
            .manager
            .with_stream(|stream| stream.filter_state.get(name).cloned());
        state.map(|value| String::from_utf8_lossy(&value).into_owned())
    }

    /// How often the route cache was cleared.
    pub fn route_cache_clears(&self) -> u32 {
        self.manager.with_stream(|stream| stream.route_cache_clears)
    }

    /// What the filters did that Envoy takes no responsibility for: going on where
    /// nothing is paused, a body of another length than announced. Should be empty.
    pub fn violations(&self) -> Vec<String> {
        self.manager.with_stream(|stream| stream.violations.clone())
    }
}
