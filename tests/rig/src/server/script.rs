//! What a server answers.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::message::{Body, Fields};

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The fields.
    pub fields: Fields,
    /// The body; not sent to HEAD, nor with 204 and 304.
    pub body: Body,
    /// When it begins.
    pub moment: Moment,
    /// How long after that moment.
    pub delay: Duration,
    /// How it ends.
    pub ending: Ending,
}

/// When an answer begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// As soon as the request's head is there; its body is read meanwhile.
    Head,
    /// When the whole request is there.
    End,
}

/// How an answer ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// As it should.
    Whole,
    /// The stream breaks after the last piece.
    Broken,
    /// The connection breaks, and nothing of the answer is sent.
    Nothing,
}

/// Answers in order, of which the last repeats.
#[derive(Debug)]
pub struct Script {
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    answers: Vec<Answer>,
    next: usize,
}

// === impl Answer ===

impl Answer {
    /// An answer without a body.
    pub fn new(status: u16) -> Self {
        Self {
            status,
            fields: Fields::new(),
            body: Body::whole(""),
            moment: Moment::End,
            delay: Duration::ZERO,
            ending: Ending::Whole,
        }
    }

    /// An answer with a JSON body.
    pub fn json(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self::new(status)
            .field("content-type", "application/json")
            .body(Body::whole(body))
    }

    /// A connection that breaks without an answer.
    pub fn nothing() -> Self {
        Self {
            ending: Ending::Nothing,
            ..Self::new(500)
        }
    }

    /// The same with one field more.
    #[must_use]
    pub fn field(mut self, name: &str, value: impl Into<Vec<u8>>) -> Self {
        self.fields.push((name.to_owned(), value.into()));
        self
    }

    /// The same with a body.
    #[must_use]
    pub fn body(self, body: Body) -> Self {
        Self { body, ..self }
    }

    /// The same, later.
    #[must_use]
    pub fn after(self, delay: Duration) -> Self {
        Self { delay, ..self }
    }

    /// What is sent of the body to a request with `method`.
    pub(super) fn body_for(&self, method: &str) -> Option<&Body> {
        let none = method == "HEAD" || matches!(self.status, 204 | 304);
        (!none).then_some(&self.body)
    }
}

// === impl Script ===

impl Script {
    /// These answers; none at all is a connection that breaks.
    pub fn new(answers: Vec<Answer>) -> Self {
        Self {
            state: Mutex::new(State { answers, next: 0 }),
        }
    }

    /// From here on, these answers.
    pub fn set(&self, answers: Vec<Answer>) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        *state = State { answers, next: 0 };
    }

    /// The answer to the next request.
    pub fn next(&self) -> Answer {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let at = state.next.min(state.answers.len().saturating_sub(1));
        state.next += 1;
        let answer = state.answers.get(at).cloned();
        answer.unwrap_or_else(Answer::nothing)
    }
}
