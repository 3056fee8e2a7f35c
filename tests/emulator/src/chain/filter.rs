//! What a filter is to the proxy: callbacks that say whether to go on.

use crate::host::Guest;

/// What a callback returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Go on (0).
    Continue,
    /// Hold this and what follows (1).
    Pause,
    /// Any other number. Envoy knows for headers 3 and 4 (hold all, whatever the
    /// plugin's flag says) and for bodies 2 (hold, and slow down the sender) and
    /// 3 (drop).
    Other(u32),
}

impl Action {
    /// The action of the ABI's number.
    pub fn from_code(code: u32) -> Self {
        match code {
            0 => Self::Continue,
            1 => Self::Pause,
            other => Self::Other(other),
        }
    }

    /// The number the ABI uses.
    pub fn code(self) -> u32 {
        match self {
            Self::Continue => 0,
            Self::Pause => 1,
            Self::Other(code) => code,
        }
    }
}

/// The filter of one stream. A callback that isn't written goes on, as one that
/// a module doesn't export.
///
/// Host calls are made through the [`Guest`]. A filter may keep a clone of it and
/// act later, from a tick or the answer to a call of its root context.
pub trait HttpFilter {
    /// `proxy_on_request_headers`.
    fn on_request_headers(&mut self, guest: &Guest, count: u32, end_of_stream: bool) -> Action {
        let _ = (guest, count, end_of_stream);
        Action::Continue
    }

    /// `proxy_on_request_body`. `size` is all that is held back and the new bytes
    /// where the last callback paused, else the new bytes.
    fn on_request_body(&mut self, guest: &Guest, size: u32, end_of_stream: bool) -> Action {
        let _ = (guest, size, end_of_stream);
        Action::Continue
    }

    /// `proxy_on_request_trailers`.
    fn on_request_trailers(&mut self, guest: &Guest, count: u32) -> Action {
        let _ = (guest, count);
        Action::Continue
    }

    /// `proxy_on_response_headers`.
    fn on_response_headers(&mut self, guest: &Guest, count: u32, end_of_stream: bool) -> Action {
        let _ = (guest, count, end_of_stream);
        Action::Continue
    }

    /// `proxy_on_response_body`. `size` is as for requests.
    fn on_response_body(&mut self, guest: &Guest, size: u32, end_of_stream: bool) -> Action {
        let _ = (guest, size, end_of_stream);
        Action::Continue
    }

    /// `proxy_on_response_trailers`.
    fn on_response_trailers(&mut self, guest: &Guest, count: u32) -> Action {
        let _ = (guest, count);
        Action::Continue
    }

    /// `proxy_on_log`: the stream is over, its headers can be read once more.
    fn on_log(&mut self, guest: &Guest) {
        let _ = guest;
    }

    /// `proxy_on_done` and `proxy_on_delete`.
    fn on_delete(&mut self, guest: &Guest) {
        let _ = guest;
    }
}
