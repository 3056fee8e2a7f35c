//! A request's body: collected as the stage that waits for it wants it held,
//! and judged once, when it is all there or too much.

use super::request::{RequestPhase, Settled};
use super::{Action, Collecting, HOLD_DOUBT_NS, Stream, Wake};
use crate::host::{Buffer, Direction, Host};
use crate::reason;
use crate::telemetry::Outcome;
use crate::verdict::{Denial, Hold, Verdict};

impl Stream {
    /// Collects the body for a stage, or judges it where it is all there.
    pub(super) fn await_body(
        &mut self,
        host: &dyn Host,
        at: usize,
        limit: usize,
        hold: Hold,
    ) -> Settled {
        // What is buffered already would go upstream with the head.
        let hold = if hold == Hold::Body && self.arrival.buffered > 0 {
            Hold::Headers
        } else {
            hold
        };
        let mut collecting = Collecting::new(at, limit, hold);
        if self.arrival.ended {
            return self.judge(host, collecting);
        }
        match hold {
            Hold::Headers => {
                if !self.plugin.holds() {
                    // Without a clock the doubt comes at the first look: closed.
                    collecting.since = host.now().unwrap_or(0);
                    collecting.arrived = arrived(host);
                    self.wait(host);
                }
                self.phase = RequestPhase::Collecting(collecting);
                Settled::Stop
            }
            Hold::Body | Hold::Nothing => {
                if hold == Hold::Nothing
                    && collecting
                        .copy(host, Buffer::Request, self.arrival.buffered)
                        .is_err()
                {
                    return self.settle_internal(host, at, "the request's body cannot be read");
                }
                // The head goes on before the body is judged, and RBAC looks at the mark then.
                let mark = match hold {
                    Hold::Headers | Hold::Body => Outcome::Allow,
                    Hold::Nothing => Outcome::Report,
                };
                self.mark(host, at, mark.word());
                self.phase = RequestPhase::Collecting(collecting);
                Settled::Next
            }
        }
    }

    /// Takes note of another piece; judges the body where that was the last.
    pub(super) fn collect(
        &mut self,
        host: &dyn Host,
        mut collecting: Collecting,
        len: usize,
    ) -> Action {
        if collecting.hold == Hold::Nothing {
            if let Err(error) = collecting.copy(host, Buffer::Request, len) {
                return self.fail(host, "the request's body cannot be read", error);
            }
        } else {
            self.arrival.buffered = len;
        }
        if collecting.hold == Hold::Headers {
            self.plugin.prove_hold();
        }
        if self.arrival.ended || collecting.overflown || len > collecting.limit {
            return self.judge_body(host, collecting);
        }
        let action = collecting.action();
        self.back_to(RequestPhase::Collecting(collecting), action)
    }

    /// Judges a body that has come, and asks the stages that were not asked yet.
    pub(super) fn judge_body(&mut self, host: &dyn Host, collecting: Collecting) -> Action {
        let (stage, hold) = (collecting.stage, collecting.hold);
        match self.judge(host, collecting) {
            Settled::Stop => Action::Pause,
            Settled::Next if hold == Hold::Headers => self.decide(host, stage.saturating_add(1)),
            Settled::Next => self.back_to(RequestPhase::Passed, Action::Continue),
        }
    }

    fn judge(&mut self, host: &dyn Host, collecting: Collecting) -> Settled {
        let (at, hold) = (collecting.stage, collecting.hold);
        let read = match collecting.read(host, Buffer::Request, self.arrival.buffered) {
            Ok(read) => read,
            Err(_) => {
                return self.settle_internal(host, at, "the request's body cannot be read");
            }
        };
        let plugin = self.plugin.clone();
        let Some(stage) = plugin.stages.get(at) else {
            return self.settle_internal(host, at, "a stage is missing");
        };
        self.measure(host, at, Direction::Request, read.body());
        let verdict = stage.request_body(&self.request(), self.memo(at), read.body());
        // The head is gone where it was not held, and its fields with it.
        let verdict = if hold == Hold::Headers {
            verdict
        } else {
            verdict.without_edits()
        };
        match verdict {
            Verdict::Await(_) => self.settle_internal(host, at, "a body was asked for twice"),
            verdict @ (Verdict::Allow(_) | Verdict::Deny(_)) => {
                self.settle(host, at, verdict, (0, 0))
            }
        }
    }

    /// Refuses a held request whose body came to the host but not to the filter.
    pub(super) fn doubt(&mut self, host: &dyn Host, collecting: Collecting, now: u64) -> Wake {
        let waited = now.saturating_sub(collecting.since);
        let came = match (collecting.arrived, arrived(host)) {
            (Some(before), Some(after)) => after > before,
            // A host that doesn't tell is one that nothing is known of: closed.
            (None, _) | (_, None) => true,
        };
        let at = collecting.stage;
        if waited < HOLD_DOUBT_NS || !came {
            self.phase = RequestPhase::Collecting(collecting);
            return Wake::Waits;
        }
        self.refuse(host, at, &cannot_hold());
        Wake::Done
    }
}

/// Bytes of the request that the host has taken from the connection.
fn arrived(host: &dyn Host) -> Option<u64> {
    let size = host.property(&["request", "total_size"])?;
    size.get(..8)?.try_into().ok().map(u64::from_le_bytes)
}

/// What a stream is refused with whose body came to the host but not to the filter.
pub(super) fn cannot_hold() -> Box<Denial> {
    let detail =
        "the filter is attached without allow_on_headers_stop_iteration and never sees a body";
    Denial::new(&reason::HOLD, detail).with_fact("cure", CURE)
}

const CURE: &str = "set allow_on_headers_stop_iteration, or schema.hold to body";
