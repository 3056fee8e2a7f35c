//! Calls out: the clusters a test sets up, what they were asked, and what they
//! answer after which time.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use super::context::CallMessage;
use super::{ContextId, Guest, Headers, Host, HostCall, HostResult, Status};

/// A call out as a cluster receives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallRequest {
    /// The cluster.
    pub cluster: String,
    /// The headers, pseudo-headers included.
    pub headers: Headers,
    /// The body.
    pub body: Vec<u8>,
    /// The trailers.
    pub trailers: Headers,
    /// After which time the caller gives up; zero is never.
    pub timeout: Duration,
    /// When it was made, since the host's beginning.
    pub at: Duration,
}

/// What a cluster does with a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    delay: Duration,
    outcome: Outcome,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Outcome {
    Response {
        headers: Headers,
        body: Vec<u8>,
        trailers: Headers,
    },
    Reset,
}

impl Answer {
    /// A response with a status and a body.
    pub fn new(status: u16, body: impl AsRef<[u8]>) -> Self {
        let headers = Headers::from([(":status", status.to_string())]);
        let body = body.as_ref().to_vec();
        Self {
            delay: Duration::ZERO,
            outcome: Outcome::Response {
                headers,
                body,
                trailers: Headers::new(),
            },
        }
    }

    /// The response Envoy makes where the connection is refused.
    pub fn refused() -> Self {
        Self::made_by_envoy(503, REFUSED)
    }

    /// No response: the stream is reset, for instance as the response is too large.
    pub fn reset() -> Self {
        Self {
            delay: Duration::ZERO,
            outcome: Outcome::Reset,
        }
    }

    /// Nothing, until the caller's timeout.
    pub fn never() -> Self {
        Self::reset().after(Duration::MAX)
    }

    /// The same with one more header.
    pub fn header(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        if let Outcome::Response { headers, .. } = &mut self.outcome {
            headers.push(name, value);
        }
        self
    }

    /// The same, but so much later.
    pub fn after(self, delay: Duration) -> Self {
        Self { delay, ..self }
    }

    fn made_by_envoy(status: u16, text: &str) -> Self {
        Self::new(status, text)
            .header("content-length", text.len().to_string())
            .header("content-type", "text/plain")
    }

    /// What the caller gets and when, its timeout included.
    fn within(self, timeout: Duration) -> Self {
        if timeout.is_zero() || self.delay < timeout {
            self
        } else {
            Self::made_by_envoy(504, "upstream request timeout").after(timeout)
        }
    }
}

const REFUSED: &str = "upstream connect error or disconnect/reset before headers. \
                       reset reason: remote connection failure";

type Responder = Rc<dyn Fn(&CallRequest) -> Answer>;

#[derive(Default)]
pub(super) struct Clusters {
    responders: BTreeMap<String, Responder>,
    received: Vec<CallRequest>,
    pending: BTreeMap<u32, Pending>,
    last_token: u32,
}

pub(super) struct Pending {
    pub(super) caller: ContextId,
    /// Hears the answer, also when the caller is gone by then.
    pub(super) root: ContextId,
    /// Since the host's beginning; `None` is never.
    due: Option<Duration>,
    outcome: Outcome,
}

impl Clusters {
    /// The next answer that is due, and when.
    pub(super) fn next(&self) -> Option<(Duration, u32)> {
        self.pending
            .iter()
            .filter_map(|(token, pending)| Some((pending.due?, *token)))
            .min()
    }

    pub(super) fn take(&mut self, token: u32) -> Option<Pending> {
        self.pending.remove(&token)
    }
}

impl Pending {
    /// The answer as the caller reads it, or the status and text of a reset.
    pub(super) fn message(self) -> Result<CallMessage, (u32, String)> {
        match self.outcome {
            Outcome::Response {
                headers,
                body,
                trailers,
            } => Ok(CallMessage {
                headers,
                body,
                trailers,
            }),
            Outcome::Reset => Err((Status::BrokenConnection.code(), "reset".to_owned())),
        }
    }
}

impl Host {
    /// Adds a cluster, or replaces what one of that name answers.
    pub fn cluster(&self, name: &str, responder: impl Fn(&CallRequest) -> Answer + 'static) {
        self.state()
            .clusters
            .responders
            .insert(name.to_owned(), Rc::new(responder));
    }

    /// Every call out so far, in order.
    pub fn calls_out(&self) -> Vec<CallRequest> {
        self.state().clusters.received.clone()
    }
}

impl Guest {
    /// `proxy_http_call`: the token that the answer will carry.
    pub fn http_call(
        &self,
        cluster: &str,
        headers: &Headers,
        body: &[u8],
        trailers: &Headers,
        timeout: Duration,
    ) -> HostResult<u32> {
        self.host().enter(HostCall::HttpCall)?;
        let responder = self
            .host()
            .state()
            .clusters
            .responders
            .get(cluster)
            .cloned();
        let responder = responder.ok_or(Status::BadArgument)?;
        let complete = [":method", ":path", ":authority"]
            .iter()
            .all(|name| headers.get(name).is_some());
        if !complete {
            return Err(Status::BadArgument);
        }
        let request = CallRequest {
            cluster: cluster.to_owned(),
            headers: headers.clone(),
            body: body.to_vec(),
            trailers: trailers.clone(),
            timeout,
            at: self.host().elapsed(),
        };
        let answer = responder(&request).within(timeout);
        self.expect_answer(request, answer)
            .ok_or(Status::InternalFailure)
    }

    fn expect_answer(&self, request: CallRequest, answer: Answer) -> Option<u32> {
        let caller = self.context();
        let root = self.host().root_of(caller)?;
        let due = request.at.checked_add(answer.delay);
        let clusters = &mut self.host().state().clusters;
        clusters.received.push(request);
        clusters.last_token += 4;
        clusters.pending.insert(
            clusters.last_token,
            Pending {
                caller,
                root,
                due,
                outcome: answer.outcome,
            },
        );
        Some(clusters.last_token)
    }
}
