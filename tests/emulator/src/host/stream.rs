//! What is kept of one stream: both messages, filter state, and what the access
//! log would know.

use std::collections::BTreeMap;

use super::{Headers, Properties, Slot, Way};

/// The number of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct StreamId(pub(crate) u32);

/// One stream on its way through a chain.
#[derive(Debug)]
pub(crate) struct Stream {
    pub(crate) request: Message,
    pub(crate) response: Message,
    pub(crate) filter_state: BTreeMap<String, Vec<u8>>,
    pub(crate) properties: Properties,
    /// `%RESPONSE_CODE_DETAILS%`.
    pub(crate) details: Option<String>,
    /// `%RESPONSE_CODE%`.
    pub(crate) code: Option<u16>,
    pub(crate) route_cache_clears: u32,
    /// Wall clock at the first byte, in nanoseconds.
    pub(crate) started: u64,
    /// Bytes of the request's body that came, held back or not.
    pub(crate) request_bytes: usize,
    /// How long the upstream took to its last byte, once that came.
    pub(crate) backend_latency: Option<u64>,
    /// What Envoy would answer for with undefined behaviour.
    pub(crate) violations: Vec<String>,
}

/// One message as far as it has arrived and wasn't released.
#[derive(Debug, Default)]
pub(crate) struct Message {
    pub(crate) headers: Option<Headers>,
    pub(crate) trailers: Option<Headers>,
    /// The bytes that a body callback is about.
    pub(crate) chunk: Vec<u8>,
    /// The bytes a paused filter holds back; there may be a buffer with none.
    pub(crate) buffered: Option<Vec<u8>>,
}

impl Stream {
    pub(crate) fn new(properties: Properties, started: u64) -> Self {
        Self {
            request: Message::default(),
            response: Message::default(),
            filter_state: BTreeMap::new(),
            properties,
            details: None,
            code: None,
            route_cache_clears: 0,
            started,
            request_bytes: 0,
            backend_latency: None,
            violations: Vec::new(),
        }
    }

    /// The access log knows the status before the filters see the headers.
    pub(crate) fn begin_response(&mut self, headers: Headers) {
        self.code = headers
            .text(":status")
            .and_then(|status| status.parse().ok());
        self.response.headers = Some(headers);
    }

    pub(crate) fn message(&mut self, way: Way) -> &mut Message {
        match way {
            Way::Request => &mut self.request,
            Way::Response => &mut self.response,
        }
    }
}

impl Message {
    pub(crate) fn body(&self, slot: Slot) -> &[u8] {
        match slot {
            Slot::Chunk => &self.chunk,
            Slot::Buffered => self.buffered.as_deref().unwrap_or_default(),
        }
    }

    pub(crate) fn body_mut(&mut self, slot: Slot) -> &mut Vec<u8> {
        match slot {
            Slot::Chunk => &mut self.chunk,
            Slot::Buffered => self.buffered.get_or_insert_default(),
        }
    }

    /// Takes the bytes out; a buffer stays there, empty.
    pub(crate) fn take_body(&mut self, slot: Slot) -> Vec<u8> {
        std::mem::take(self.body_mut(slot))
    }

    /// Moves bytes that have just arrived to those that are held back.
    pub(crate) fn hold(&mut self, slot: Slot) {
        if slot == Slot::Chunk {
            let chunk = std::mem::take(&mut self.chunk);
            self.buffered.get_or_insert_default().extend(chunk);
        }
    }
}
