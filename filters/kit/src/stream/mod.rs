//! The stream machine: one request and its response, from callback to effect.
//!
//! While a decision is open **every** callback pauses: with
//! `allow_on_headers_stop_iteration` a `Continue` from the body or the trailers
//! releases headers that are paused. A stream replies once. A response that is
//! refused is replaced in place, so that the filters in front still see it.

mod effects;
mod request;
mod request_body;
mod response;

use crate::fields::Fields;
use crate::host::{Buffer, Direction, Host, HostError};
use crate::path::Target;
use crate::plugin::Plugin;
use crate::stage::{Body, Request};
use crate::verdict::{Hold, Memo};
use request::RequestPhase;
use response::Answer;
use std::cell::RefCell;
use std::rc::{Rc, Weak};

/// What a callback tells the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Let it go on.
    Continue,
    /// Hold it.
    Pause,
}

/// What became of a waiting stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wake {
    /// It waits on.
    Waits,
    /// It no longer waits, and nothing is to be done.
    Done,
    /// It may go on.
    Resumes(Direction),
}

/// One request and its response.
pub struct Stream {
    plugin: Rc<Plugin>,
    id: u32,
    me: Weak<RefCell<Self>>,
    fields: Fields,
    target: Option<Target>,
    host: String,
    tls: bool,
    certificate: Option<Vec<u8>>,
    headers_only: bool,
    /// Whether its head was held for a document, and let go.
    resumed: bool,
    /// Whether it is among those that are looked at on every tick.
    listed: bool,
    /// What was known when it was last asked, and when it is asked again anyway.
    asked: (u64, u64),
    memos: [Memo; STAGES],
    request_id: Option<String>,
    phase: RequestPhase,
    arrival: Arrival,
    answer: Answer,
}

/// How much of a body the host has buffered, and whether that is all.
#[derive(Debug, Clone, Copy, Default)]
struct Arrival {
    buffered: usize,
    ended: bool,
}

/// A body that the stage `stage` waits for.
#[derive(Debug)]
struct Collecting {
    stage: usize,
    limit: usize,
    hold: Hold,
    since: u64,
    arrived: Option<u64>,
    copied: Vec<u8>,
    overflown: bool,
}

/// A body read from the host or copied as it passed.
enum Read {
    Whole(Vec<u8>),
    TooLarge,
}

// === impl Stream ===

impl Stream {
    /// A stream that has not begun. `id` is the host's name for it.
    #[must_use]
    pub fn new(plugin: Rc<Plugin>, id: u32) -> Rc<RefCell<Self>> {
        Rc::new_cyclic(|me| {
            RefCell::new(Self {
                memos: [0; STAGES],
                plugin,
                id,
                me: me.clone(),
                fields: Fields::default(),
                target: None,
                host: String::new(),
                tls: false,
                certificate: None,
                headers_only: false,
                resumed: false,
                listed: false,
                asked: (0, 0),
                request_id: None,
                phase: RequestPhase::Open,
                arrival: Arrival::default(),
                answer: Answer::default(),
            })
        })
    }

    /// Goes on where what was awaited has come, or refuses what cannot come.
    pub fn wake(&mut self, host: &dyn Host, now: u64) -> Wake {
        let wake = match self.wake_request(host, now) {
            Wake::Done => self.wake_response(host, now),
            other @ (Wake::Waits | Wake::Resumes(_)) => other,
        };
        self.listed = wake == Wake::Waits;
        wake
    }

    fn request(&self) -> Request<'_> {
        Request {
            fields: &self.fields,
            target: self.target.as_ref(),
            host: &self.host,
            tls: self.tls,
            certificate: self.certificate.as_deref(),
            end_of_stream: self.headers_only,
        }
    }

    fn memo(&self, stage: usize) -> Memo {
        self.memos.get(stage).copied().unwrap_or_default()
    }

    fn set_memo(&mut self, stage: usize, memo: Memo) {
        if let Some(slot) = self.memos.get_mut(stage) {
            *slot = memo;
        }
    }

    fn wait(&mut self, host: &dyn Host) {
        if !std::mem::replace(&mut self.listed, true) {
            self.plugin.wait(host, self.id, self.me.clone());
        }
    }
}

// === impl Collecting ===

impl Collecting {
    const fn new(stage: usize, limit: usize, hold: Hold) -> Self {
        Self {
            stage,
            limit,
            hold,
            since: 0,
            arrived: None,
            copied: Vec::new(),
            overflown: false,
        }
    }

    /// Copies a piece that passes; past the limit the copy is dropped.
    fn copy(&mut self, host: &dyn Host, buffer: Buffer, len: usize) -> Result<(), HostError> {
        if len == 0 {
            return Ok(());
        }
        if self.copied.len().saturating_add(len) > self.limit {
            self.overflown = true;
            self.copied = Vec::new();
            return Ok(());
        }
        self.copied.extend_from_slice(&host.body(buffer, len)?);
        Ok(())
    }

    /// The body: the copy, or what the host has buffered.
    fn read(self, host: &dyn Host, buffer: Buffer, buffered: usize) -> Result<Read, HostError> {
        if self.overflown || (self.hold != Hold::Nothing && buffered > self.limit) {
            return Ok(Read::TooLarge);
        }
        if self.hold == Hold::Nothing {
            return Ok(Read::Whole(self.copied));
        }
        if buffered == 0 {
            return Ok(Read::Whole(Vec::new()));
        }
        let body = host.body(buffer, buffered)?;
        if body.len() == buffered {
            Ok(Read::Whole(body))
        } else {
            Err(HostError(0))
        }
    }

    /// What the callback answers while more is to come.
    const fn action(&self) -> Action {
        match self.hold {
            Hold::Headers | Hold::Body => Action::Pause,
            Hold::Nothing => Action::Continue,
        }
    }
}

// === impl Read ===

impl Read {
    fn body(&self) -> Body<'_> {
        match self {
            Self::Whole(bytes) => Body::Whole(bytes),
            Self::TooLarge => Body::TooLarge,
        }
    }
}

/// One for each section of a policy file; a note of any more would be lost, and
/// what is judged by it refused.
const STAGES: usize = 3;

/// How long a held stream may see no body before the attach form is doubted.
const HOLD_DOUBT_NS: u64 = 600_000_000;
