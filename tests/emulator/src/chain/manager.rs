//! One stream in a chain: its filters' places, how far each way has come, and
//! what the two ends have seen. [`super::iteration`] moves it on.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::{Rc, Weak};
use std::time::Duration;

use super::script::{End, Piece};
use super::slot::FilterSlot;
use super::{Answers, Chain, Release, Released, ResponseView, Upstream, UpstreamView};
use crate::host::{
    ContextId, Headers, Host, LocalReply, Message, Part, Properties, Slot, Stream, StreamControl,
    StreamId, Way,
};

pub(crate) struct Manager {
    pub(super) host: Host,
    pub(super) stream: StreamId,
    pub(super) slots: Vec<FilterSlot>,
    pub(super) limit: usize,
    pub(super) request: RefCell<WayState>,
    pub(super) response: RefCell<WayState>,
    pub(super) flow: RefCell<Flow>,
    pub(super) upstream: RefCell<UpstreamEnd>,
    pub(super) client: RefCell<Option<ResponseView>>,
}

/// How far a message has come.
#[derive(Default)]
pub(super) struct WayState {
    /// By position on the way: the response meets the last filter first.
    pub(super) filters: Vec<FilterState>,
    /// A callback of this way is under way.
    pub(super) calling: bool,
    /// A local reply ended this way from within a callback.
    pub(super) aborted: bool,
    /// What is held back is bounded by slowing down the sender.
    pub(super) streaming: bool,
    /// What is held back has passed the limit.
    pub(super) over_limit: bool,
    /// The sender waits until some of it is released.
    pub(super) slowed_down: bool,
}

#[derive(Clone, Copy, Default)]
pub(super) struct FilterState {
    pub(super) iteration: Iteration,
    pub(super) headers_continued: bool,
    pub(super) end_stream: bool,
    /// Going on begins with this filter, which has seen nothing but headers.
    pub(super) from_current: bool,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Iteration {
    #[default]
    Continue,
    StopSingle,
    StopAllBuffer,
    StopAllWatermark,
}

#[derive(Default)]
pub(super) struct Flow {
    pub(super) is_head: bool,
    pub(super) is_grpc: bool,
    /// How many pieces of the request have been sent.
    pub(super) steps: usize,
    /// Pieces that the client can't send yet, as too much is held back.
    waiting: VecDeque<Piece>,
    pub(super) request_complete: bool,
    /// The last piece of a response has entered the chain.
    pub(super) local_complete: bool,
    /// A local reply from within a callback, sent when that has returned.
    pub(super) prepared: Option<LocalReply>,
    /// The stream is over, completely answered or not.
    pub(super) finished: bool,
    deleted: bool,
}

pub(super) struct UpstreamEnd {
    pub(super) view: UpstreamView,
    pub(super) answers: Answers,
    pub(super) pending: VecDeque<Piece>,
    pub(super) is_due: bool,
}

impl Manager {
    pub(crate) fn open(chain: &Chain, properties: Properties, upstream: &Upstream) -> Rc<Self> {
        Rc::new_cyclic(|control: &Weak<Self>| {
            let host = chain.host.clone();
            let stream = host.add_stream(Stream::new(properties, host.time()), control.clone());
            let slots = chain
                .filters
                .iter()
                .map(|filter| FilterSlot::new(&host, filter, stream))
                .collect();
            let way = || {
                RefCell::new(WayState {
                    filters: vec![FilterState::default(); chain.filters.len()],
                    ..WayState::default()
                })
            };
            let upstream = UpstreamEnd {
                view: UpstreamView::default(),
                answers: upstream.answers,
                pending: upstream.message.pieces(),
                is_due: false,
            };
            Self {
                host,
                stream,
                slots,
                limit: chain.buffer_limit,
                request: way(),
                response: way(),
                flow: RefCell::default(),
                upstream: RefCell::new(upstream),
                client: RefCell::default(),
            }
        })
    }

    /// Feeds the next piece of the request, or lets the client wait with it.
    pub(crate) fn receive(&self, piece: Piece) {
        {
            let flow = &mut *self.flow.borrow_mut();
            flow.steps += 1;
            flow.waiting.push_back(piece);
        }
        self.settle();
        self.host.advance(Duration::ZERO);
    }

    fn receive_next(&self) -> bool {
        if self.request.borrow().slowed_down {
            return false;
        }
        let piece = self.flow.borrow_mut().waiting.pop_front();
        piece.map(|piece| self.receive_now(piece)).is_some()
    }

    fn receive_now(&self, piece: Piece) {
        match piece {
            Piece::Headers(headers, end) => self.receive_headers(&headers, end),
            Piece::Chunk(bytes, end) => {
                self.flow.borrow_mut().request_complete = end.is_last();
                self.with_stream(|stream| stream.request_bytes += bytes.len());
                self.message(Way::Request, |request| request.chunk = bytes);
                self.pass_data(Way::Request, None, Slot::Chunk, end.is_last());
            }
            Piece::Trailers(trailers) => {
                self.flow.borrow_mut().request_complete = true;
                self.message(Way::Request, |request| {
                    request.trailers = Some(trailers.received(Part::Other))
                });
                self.pass_trailers(Way::Request, None);
            }
        }
    }

    fn receive_headers(&self, headers: &Headers, end: End) {
        let headers = headers.received(Part::Request);
        {
            let flow = &mut *self.flow.borrow_mut();
            flow.request_complete = end.is_last();
            flow.is_head = headers.get(":method") == Some(b"HEAD");
            flow.is_grpc = is_grpc(&headers);
        }
        self.message(Way::Request, |request| request.headers = Some(headers));
        self.pass_headers(Way::Request, None, end.is_last());
    }

    /// The client leaves.
    pub(crate) fn disconnect(&self) {
        if !self.flow.borrow().finished {
            self.with_stream(|stream| {
                stream.details = Some("downstream_remote_disconnect".to_owned())
            });
            self.flow.borrow_mut().finished = true;
            self.settle();
        }
    }

    pub(crate) fn with_stream<T>(&self, f: impl FnOnce(&mut Stream) -> T) -> T {
        self.host.with_stream(self.stream, f)
    }

    pub(crate) fn message<T>(&self, way: Way, f: impl FnOnce(&mut Message) -> T) -> T {
        self.with_stream(|stream| f(stream.message(way)))
    }

    pub(super) fn way(&self, way: Way) -> &RefCell<WayState> {
        match way {
            Way::Request => &self.request,
            Way::Response => &self.response,
        }
    }

    /// The filter at a position of a way.
    pub(super) fn slot(&self, way: Way, position: usize) -> &FilterSlot {
        match way {
            Way::Request => &self.slots[position],
            Way::Response => &self.slots[self.slots.len() - 1 - position],
        }
    }

    pub(super) fn violation(&self, what: impl Into<String>) {
        self.with_stream(|stream| stream.violations.push(what.into()));
    }

    pub(super) fn release(&self, what: Released) {
        let (step, at) = (self.flow.borrow().steps, self.host.elapsed());
        let release = Release { what, step, at };
        self.upstream.borrow_mut().view.released.push(release);
    }

    /// Ends an exchange with the upstream that isn't complete, writes the access
    /// log, and takes the filters down, in Envoy's order.
    fn delete(&self) {
        if std::mem::replace(&mut self.flow.borrow_mut().deleted, true) {
            return;
        }
        let cut_off = {
            let upstream = &mut *self.upstream.borrow_mut();
            let view = &mut upstream.view;
            view.reset = view.headers.is_some() && !(view.complete && upstream.pending.is_empty());
            view.reset
        };
        if cut_off {
            self.release(Released::Reset);
        }
        self.slots.iter().for_each(FilterSlot::log);
        self.slots.iter().for_each(FilterSlot::delete);
    }
}

impl StreamControl for Manager {
    fn continue_stream(&self, filter: ContextId, way: Way) {
        let on_way = |position: &usize| self.slot(way, *position).guest().context() == filter;
        let Some(position) = (0..self.slots.len()).find(on_way) else {
            return;
        };
        self.continue_from(way, position);
    }

    fn local_reply(&self, reply: LocalReply) {
        Manager::local_reply(self, reply);
    }

    fn reset(&self) {
        self.break_off();
    }

    fn settle(&self) {
        loop {
            self.host.run_deferred();
            if self.flow.borrow().finished {
                return self.delete();
            }
            if !self.receive_next() && !self.answer_next() {
                return;
            }
        }
    }
}

/// gRPC is told by the content type alone, and `application/grpc-web` isn't it.
fn is_grpc(headers: &Headers) -> bool {
    let rest = headers
        .get("content-type")
        .and_then(|value| value.strip_prefix(b"application/grpc"));
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(b"+"))
}
