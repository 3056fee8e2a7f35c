//! What a filter asks the proxy to do with a stream: go on, answer, reset. It is
//! done when the call into the filter has returned, never inside it.

use super::{ContextId, Guest, Headers, Host, HostCall, HostResult, StreamId};

/// One of the two ways through a chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// To the upstream.
    Request,
    /// To the client.
    Response,
}

/// An answer that a filter gives instead of the upstream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalReply {
    /// The HTTP status.
    pub status: u32,
    /// What `%RESPONSE_CODE_DETAILS%` shows.
    pub details: String,
    /// The body; for a gRPC request the message.
    pub body: Vec<u8>,
    /// Further headers.
    pub headers: Headers,
    /// The gRPC status; any negative number stands for none.
    pub grpc_status: i32,
}

/// What can be asked of a stream from outside of its callbacks.
pub(crate) trait StreamControl {
    fn continue_stream(&self, filter: ContextId, way: Way);
    fn local_reply(&self, reply: LocalReply);
    fn reset(&self);
    /// Does what is due: the upstream's answer, the end of the stream.
    fn settle(&self);
}

pub(crate) struct Deferred {
    pub(crate) filter: ContextId,
    pub(crate) request: Request,
}

pub(crate) enum Request {
    Continue(Way),
    Reply(LocalReply),
    Reset,
}

impl Guest {
    /// `proxy_continue_stream`. Also forgets the request, as Envoy does.
    pub fn continue_stream(&self, way: Way) -> HostResult<()> {
        self.host().enter(HostCall::ContinueStream)?;
        self.defer(Request::Continue(way));
        self.host().with_view(self.context(), |view, _| {
            view.request.headers = false;
            view.request.trailers = false;
            view.request.body = None;
        });
        Ok(())
    }

    /// `proxy_close_stream`.
    pub fn close_stream(&self) -> HostResult<()> {
        self.host().enter(HostCall::CloseStream)?;
        let close = |stream: &mut super::Stream| {
            stream
                .details
                .get_or_insert_with(|| "wasm_close_stream".to_owned());
        };
        self.host()
            .with_view(self.context(), |_, stream| close(stream));
        self.defer(Request::Reset);
        Ok(())
    }

    /// `proxy_send_local_response`. The action that the callback returns no longer counts.
    pub fn send_local_response(&self, reply: LocalReply) -> HostResult<()> {
        self.host().enter(HostCall::SendLocalResponse)?;
        let details = reply
            .details
            .split(char::is_whitespace)
            .collect::<Vec<_>>()
            .join("_");
        self.defer(Request::Reply(LocalReply { details, ..reply }));
        self.host().state().stopped = true;
        Ok(())
    }

    /// `proxy_done`: no root context is ever asked to finish here.
    pub fn done(&self) -> HostResult<()> {
        self.host().enter(HostCall::Done)?;
        Err(super::Status::NotFound)
    }

    /// A root context has no stream: there such a wish is nobody's.
    fn defer(&self, request: Request) {
        if self.stream().is_some() {
            self.host().state().deferred.push_back(Deferred {
                filter: self.context(),
                request,
            });
        }
    }
}

impl Host {
    pub(crate) fn is_stopped(&self) -> bool {
        self.state().stopped
    }

    /// Ends a call into a filter: does what the filter asked for meanwhile.
    pub(crate) fn run_deferred(&self) {
        loop {
            self.state().stopped = false;
            let Some(Deferred { filter, request }) = self.state().deferred.pop_front() else {
                return;
            };
            let Some(control) = self.control_of(filter) else {
                continue;
            };
            match request {
                Request::Continue(way) => control.continue_stream(filter, way),
                Request::Reply(reply) => control.local_reply(reply),
                Request::Reset => control.reset(),
            }
        }
    }

    /// Lets every stream do what is due.
    pub(crate) fn settle_streams(&self) {
        let streams: Vec<StreamId> = self.state().streams.keys().copied().collect();
        for stream in streams {
            let control = self
                .state()
                .streams
                .get(&stream)
                .and_then(|entry| entry.control.upgrade());
            if let Some(control) = control {
                control.settle();
            }
        }
    }

    fn control_of(&self, filter: ContextId) -> Option<std::rc::Rc<dyn StreamControl>> {
        let stream = Guest::new(self, filter).stream()?;
        self.state().streams.get(&stream)?.control.upgrade()
    }
}
