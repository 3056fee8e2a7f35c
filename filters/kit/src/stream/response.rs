//! The response's way: the stages in reverse, and a refused response replaced
//! in place.

use super::request::RequestPhase;
use super::request_body::cannot_hold;
use super::{Action, Arrival, Collecting, HOLD_DOUBT_NS, Stream, Wake};
use crate::fields::Fields;
use crate::host::{Buffer, Direction, Host, HostError, Level, Map};
use crate::problem::{self, Room};
use crate::reason;
use crate::stage::{Interest, Response};
use crate::verdict::{Denial, Edits, Hold, Mode, Need, Verdict};

/// Where a response stands.
#[derive(Debug, Default)]
pub(super) struct Answer {
    phase: AnswerPhase,
    fields: Fields,
    /// Changes that the stages in front of their own have seen in `fields`.
    edits: Edits,
    /// Changes that none has had to see yet.
    fresh: Edits,
    replaced: bool,
    headers_only: bool,
    local: Option<bool>,
    arrival: Arrival,
}

#[derive(Debug, Default)]
enum AnswerPhase {
    /// Nobody judges its body.
    #[default]
    Passed,
    /// A stage waits for the body.
    Collecting(Collecting),
    /// The next piece of the body becomes this.
    Replacing(Vec<u8>),
    /// What still comes is dropped.
    Dropping,
    /// It could not be judged or changed: nothing of it goes on.
    Refused,
}

enum Settled {
    Next,
    Stop,
}

impl Stream {
    /// The response's head is there.
    pub fn response_headers(&mut self, host: &dyn Host, end_of_stream: bool) -> Action {
        if self
            .plugin
            .stages
            .iter()
            .all(|stage| stage.judges_responses() == Interest::None)
        {
            return Action::Continue;
        }
        self.answer.headers_only = end_of_stream;
        self.answer.arrival.ended = end_of_stream;
        match host.fields(Map::Response) {
            Ok(fields) => self.answer.fields = fields,
            Err(error) => {
                return self.fail_response(host, "the response's fields cannot be read", error);
            }
        }
        self.respond(host, self.plugin.stages.len())
    }

    /// More of the response's body is there.
    pub fn response_body(&mut self, host: &dyn Host, len: usize, end_of_stream: bool) -> Action {
        self.answer.arrival.ended |= end_of_stream;
        match std::mem::take(&mut self.answer.phase) {
            AnswerPhase::Passed => Action::Continue,
            AnswerPhase::Refused => self.stay_refused(),
            AnswerPhase::Replacing(body) => self.replace_body(host, len, &body),
            AnswerPhase::Dropping => self.replace_body(host, len, b""),
            AnswerPhase::Collecting(collecting) => self.collect_response(host, collecting, len),
        }
    }

    /// The response ends with trailers.
    pub fn response_trailers(&mut self, host: &dyn Host) -> Action {
        self.answer.arrival.ended = true;
        match std::mem::take(&mut self.answer.phase) {
            AnswerPhase::Collecting(collecting) => {
                match self.judge_response_body(host, collecting) {
                    Action::Continue if self.answer.replaced => self.drop_trailers(host),
                    action @ (Action::Continue | Action::Pause) => action,
                }
            }
            AnswerPhase::Passed => Action::Continue,
            AnswerPhase::Refused => self.stay_refused(),
            AnswerPhase::Replacing(_) | AnswerPhase::Dropping => self.drop_trailers(host),
        }
    }

    fn stay_refused(&mut self) -> Action {
        self.answer.phase = AnswerPhase::Refused;
        Action::Pause
    }

    /// What the upstream sent behind a body that was replaced goes with it.
    fn drop_trailers(&mut self, host: &dyn Host) -> Action {
        match host.replace_fields(Map::ResponseTrailers, &Fields::default()) {
            Ok(()) => Action::Continue,
            Err(error) => {
                self.fail_response(host, "the response's trailers cannot be removed", error)
            }
        }
    }

    pub(super) fn wake_response(&mut self, host: &dyn Host, now: u64) -> Wake {
        match std::mem::take(&mut self.answer.phase) {
            AnswerPhase::Collecting(collecting)
                if collecting.hold == Hold::Headers && !self.plugin.holds() =>
            {
                let waited = now.saturating_sub(collecting.since);
                if waited < HOLD_DOUBT_NS || !came_whole(host) {
                    self.answer.phase = AnswerPhase::Collecting(collecting);
                    return Wake::Waits;
                }
                self.answer.phase = AnswerPhase::Refused;
                self.refuse(host, collecting.stage, &cannot_hold());
                Wake::Done
            }
            settled @ (AnswerPhase::Passed
            | AnswerPhase::Collecting(_)
            | AnswerPhase::Replacing(_)
            | AnswerPhase::Dropping
            | AnswerPhase::Refused) => {
                self.answer.phase = settled;
                Wake::Done
            }
        }
    }

    /// Asks the stages before `before`, from the last to the first.
    fn respond(&mut self, host: &dyn Host, before: usize) -> Action {
        let plugin = self.plugin.clone();
        for (at, stage) in plugin.stages.iter().enumerate().take(before).rev() {
            let wanted = match stage.judges_responses() {
                Interest::None => false,
                Interest::All => true,
                Interest::Upstream => !self.is_local(host) && !self.answer.replaced,
            };
            if !wanted {
                continue;
            }
            self.show_edits();
            let request = self.request();
            let response = Response {
                fields: &self.answer.fields,
                request: &request,
                end_of_stream: self.answer.headers_only,
            };
            let verdict = stage.response(&response, self.memo(at));
            match self.settle_response(host, at, verdict) {
                Ok(Settled::Next) => {}
                Ok(Settled::Stop) => return Action::Pause,
                Err(error) => {
                    return self.fail_response(host, "the response cannot be judged", error);
                }
            }
        }
        match self.write_response(host) {
            Ok(()) => Action::Continue,
            Err(error) => {
                self.fail_response(host, "the response's fields cannot be written", error)
            }
        }
    }

    fn settle_response(
        &mut self,
        host: &dyn Host,
        at: usize,
        verdict: Verdict,
    ) -> Result<Settled, HostError> {
        match verdict {
            Verdict::Allow(allowance) => {
                self.count_exceptions(host, at, &allowance);
                if let Some(denial) = &allowance.reported {
                    self.report(host, at, denial);
                }
                self.answer.fresh.follow(allowance.edits);
                Ok(Settled::Next)
            }
            Verdict::Deny(mut denial) => {
                if denial.mode == Mode::Report {
                    self.answer.fresh.follow(std::mem::take(&mut denial.edits));
                    self.report(host, at, &denial);
                } else {
                    self.replace_response(host, at, &denial);
                }
                Ok(Settled::Next)
            }
            Verdict::Await(Need::Document(_)) => Err(HostError(0)),
            Verdict::Await(Need::Body {
                limit,
                memo,
                hold,
                edits,
            }) => {
                self.answer.fresh.follow(edits);
                self.set_memo(at, memo);
                let mut collecting = Collecting::new(at, limit, hold);
                if hold == Hold::Headers && !self.plugin.holds() {
                    collecting.since = host.now()?;
                    self.wait(host);
                }
                self.answer.phase = AnswerPhase::Collecting(collecting);
                if hold != Hold::Headers {
                    return Ok(Settled::Next);
                }
                Ok(Settled::Stop)
            }
        }
    }

    fn collect_response(
        &mut self,
        host: &dyn Host,
        mut collecting: Collecting,
        len: usize,
    ) -> Action {
        if collecting.hold == Hold::Headers {
            self.plugin.prove_hold();
            self.answer.arrival.buffered = len;
        } else if let Err(error) = collecting.copy(host, Buffer::Response, len) {
            return self.fail_response(host, "the response's body cannot be read", error);
        }
        if self.answer.arrival.ended || collecting.overflown || len > collecting.limit {
            return self.judge_response_body(host, collecting);
        }
        let action = collecting.action();
        self.answer.phase = AnswerPhase::Collecting(collecting);
        action
    }

    fn judge_response_body(&mut self, host: &dyn Host, collecting: Collecting) -> Action {
        let (at, hold) = (collecting.stage, collecting.hold);
        let buffered = self.answer.arrival.buffered;
        let read = match collecting.read(host, Buffer::Response, buffered) {
            Ok(read) => read,
            Err(error) => {
                return self.fail_response(host, "the response's body cannot be read", error);
            }
        };
        let plugin = self.plugin.clone();
        let Some(stage) = plugin.stages.get(at) else {
            return self.fail_response(host, "a stage is missing", HostError(0));
        };
        self.measure(host, at, Direction::Response, read.body());
        let request = self.request();
        let response = Response {
            fields: &self.answer.fields,
            request: &request,
            end_of_stream: false,
        };
        let verdict = stage.response_body(&response, self.memo(at), read.body());
        if let Err(error) = self.settle_response(host, at, verdict) {
            return self.fail_response(host, "the response's body cannot be judged", error);
        }
        if hold != Hold::Headers {
            return Action::Continue;
        }
        // The head was held: the stages in front have not seen it yet.
        let after = std::mem::take(&mut self.answer.phase);
        match (self.respond(host, at), after) {
            (Action::Continue, AnswerPhase::Replacing(body)) => {
                self.replace_body(host, buffered, &body)
            }
            (action, _) => action,
        }
    }

    /// Puts the problem in the response's place: status, fields, then the body.
    fn replace_response(&mut self, host: &dyn Host, at: usize, denial: &Denial) {
        self.deny(host, at, denial);
        let request_id = self.request_id(host);
        let plugin = self.plugin.clone();
        let Some(stage) = plugin.stages.get(at) else {
            return;
        };
        let room = match (self.answer.headers_only, &self.answer.phase) {
            (true, _) => Room::None,
            (false, _) if self.answer.arrival.ended => Room::Known,
            (false, _) => Room::Streaming,
        };
        let (fields, body) =
            problem::replacement(denial, &self.request(), &request_id, stage.detail(), room);
        self.answer.fields = fields;
        self.answer.fresh = Edits::new();
        self.answer.replaced = true;
        self.answer.phase = if self.answer.headers_only {
            AnswerPhase::Passed
        } else {
            AnswerPhase::Replacing(body)
        };
    }

    fn replace_body(&mut self, host: &dyn Host, len: usize, body: &[u8]) -> Action {
        self.answer.phase = AnswerPhase::Dropping;
        if len == 0 && body.is_empty() {
            return Action::Continue;
        }
        match host.replace_body(Buffer::Response, len, body) {
            Ok(()) => Action::Continue,
            Err(error) => self.fail_response(host, "the response's body cannot be replaced", error),
        }
    }

    /// Makes the changes so far part of what the next stage is shown. With one
    /// stage, or behind the last, that is work for nobody.
    fn show_edits(&mut self) {
        if !self.answer.fresh.is_empty() {
            let fresh = std::mem::take(&mut self.answer.fresh);
            self.answer.fields.apply(&fresh);
            self.answer.edits.follow(fresh);
        }
    }

    /// Field by field, which costs the host no more than a map that is written
    /// whole, and saves putting that together.
    fn write_response(&mut self, host: &dyn Host) -> Result<(), HostError> {
        if self.answer.replaced {
            self.show_edits();
            return host.replace_fields(Map::Response, &self.answer.fields);
        }
        let (edits, fresh) = (&self.answer.edits, &self.answer.fresh);
        super::effects::write(host, Map::Response, edits)?;
        super::effects::write(host, Map::Response, fresh)?;
        self.answer.edits = Edits::new();
        self.answer.fresh = Edits::new();
        Ok(())
    }

    /// Whether Envoy or a filter gave the response, not the upstream.
    fn is_local(&mut self, host: &dyn Host) -> bool {
        if matches!(self.phase, RequestPhase::Refused) {
            return true;
        }
        let ask = || {
            host.property(&["response", "code_details"])
                .is_none_or(|details| details != b"via_upstream")
        };
        *self.answer.local.get_or_insert_with(ask)
    }

    /// Answers for a response that cannot be judged or changed.
    fn fail_response(&mut self, host: &dyn Host, what: &str, error: HostError) -> Action {
        let detail = format!("{what} (status {})", error.0);
        if matches!(self.phase, RequestPhase::Refused) {
            // It is our own reply: there is only one, and it goes on as it is.
            host.log(Level::Error, &format!("tollgate: {detail}"));
            return Action::Continue;
        }
        let denial = Denial::new(&reason::INTERNAL, detail);
        let Some(at) = self
            .plugin
            .stages
            .iter()
            .position(|stage| stage.mode() == Mode::Enforce)
        else {
            self.report(host, 0, &denial);
            return Action::Continue;
        };
        self.answer.phase = AnswerPhase::Refused;
        self.refuse(host, at, &denial);
        Action::Pause
    }
}

/// Whether the upstream's last byte came: only then is this attribute there.
fn came_whole(host: &dyn Host) -> bool {
    host.property(&["response", "backend_latency"]).is_some()
}
