//! The request's way: stage after stage, each with what the one before changed.

use super::{Action, Collecting, Stream, Wake};
use crate::host::{Direction, Host, HostError, Map};
use crate::reason;
use crate::stage::{self, Env, HostEnv, Stage};
use crate::telemetry::Outcome;
use crate::trace::Trace;
use crate::verdict::{Denial, Hold, Mode, Need, Verdict};
use std::time::Duration;

/// Where a request stands.
#[derive(Debug, Default)]
pub(super) enum RequestPhase {
    /// Nothing is decided.
    #[default]
    Open,
    /// The stage waits for a remote document.
    Waiting { stage: usize, since: u64 },
    /// A stage waits for the body.
    Collecting(Collecting),
    /// Decided: it may pass.
    Passed,
    /// Decided: the client has its reply.
    Refused,
}

pub(super) enum Settled {
    Next,
    Stop,
}

impl Stream {
    /// The request's head is there.
    pub fn request_headers(&mut self, host: &dyn Host, end_of_stream: bool) -> Action {
        self.headers_only = end_of_stream;
        self.arrival.ended = end_of_stream;
        match host.fields(Map::Request) {
            // Without an error, but not a request either: the map is gone.
            Ok(fields) if fields.is_empty() => {
                return self.fail(host, "the request has no fields", HostError(0));
            }
            Ok(fields) => self.fields = fields,
            Err(error) => return self.fail(host, "the request's fields cannot be read", error),
        }
        if self.plugin.stages.iter().any(|stage| stage.minds_tls()) {
            self.tls = host
                .property(&["connection", "tls_version"])
                .is_some_and(|version| !version.is_empty());
        }
        if self
            .plugin
            .stages
            .iter()
            .any(|stage| stage.minds_certificate())
        {
            self.certificate = host.property(&["connection", "sha256_peer_certificate_digest"]);
        }
        self.decide(host, 0)
    }

    /// More of the body is there: `len` bytes in all while held, else the piece.
    pub fn request_body(&mut self, host: &dyn Host, len: usize, end_of_stream: bool) -> Action {
        self.arrival.ended |= end_of_stream;
        match std::mem::take(&mut self.phase) {
            RequestPhase::Open => self.fail(host, "a body came before its head", HostError(0)),
            RequestPhase::Passed => self.back_to(RequestPhase::Passed, Action::Continue),
            RequestPhase::Refused => self.back_to(RequestPhase::Refused, Action::Pause),
            RequestPhase::Waiting { stage, since } => {
                self.arrival.buffered = len;
                self.back_to(RequestPhase::Waiting { stage, since }, Action::Pause)
            }
            RequestPhase::Collecting(collecting) => self.collect(host, collecting, len),
        }
    }

    /// The request ends with trailers; no body callback said so.
    pub fn request_trailers(&mut self, host: &dyn Host) -> Action {
        self.arrival.ended = true;
        if let Err(error) = self.clean_trailers(host) {
            return self.fail(host, "the request's trailers cannot be cleaned", error);
        }
        match std::mem::take(&mut self.phase) {
            RequestPhase::Open => self.fail(host, "trailers came before their head", HostError(0)),
            RequestPhase::Passed => self.back_to(RequestPhase::Passed, Action::Continue),
            RequestPhase::Refused => self.back_to(RequestPhase::Refused, Action::Pause),
            RequestPhase::Waiting { stage, since } => {
                self.back_to(RequestPhase::Waiting { stage, since }, Action::Pause)
            }
            RequestPhase::Collecting(collecting) => {
                let let_go_later = self.resumed && collecting.hold == Hold::Body;
                match self.judge_body(host, collecting) {
                    Action::Continue if let_go_later => self.let_go_later(host),
                    action @ (Action::Continue | Action::Pause) => action,
                }
            }
        }
    }

    /// What no head may carry to the upstream, no trailers may either.
    fn clean_trailers(&mut self, host: &dyn Host) -> Result<(), HostError> {
        let trailers = host.fields(Map::RequestTrailers)?;
        for stage in &self.plugin.stages {
            let edits = stage.trailers(&trailers);
            super::effects::write(host, Map::RequestTrailers, &edits)?;
        }
        Ok(())
    }

    /// Lets go at the next look, when no stage is left to ask. From within the
    /// trailers of a request that was held whole, Envoy would send the trailers
    /// without the body.
    fn let_go_later(&mut self, host: &dyn Host) -> Action {
        self.wait(host);
        let stage = self.plugin.stages.len();
        self.back_to(RequestPhase::Waiting { stage, since: 0 }, Action::Pause)
    }

    pub(super) fn wake_request(&mut self, host: &dyn Host, now: u64) -> Wake {
        match std::mem::take(&mut self.phase) {
            RequestPhase::Waiting { stage, since } => {
                self.phase = RequestPhase::Waiting { stage, since };
                let (known, again) = self.asked;
                if known == self.plugin.generation() && now < again {
                    return Wake::Waits;
                }
                match self.decide(host, stage) {
                    Action::Continue => {
                        self.resumed = true;
                        Wake::Resumes(Direction::Request)
                    }
                    Action::Pause if self.waits() => Wake::Waits,
                    Action::Pause => Wake::Done,
                }
            }
            RequestPhase::Collecting(collecting)
                if collecting.hold == Hold::Headers && !self.plugin.holds() =>
            {
                self.doubt(host, collecting, now)
            }
            settled @ (RequestPhase::Open
            | RequestPhase::Collecting(_)
            | RequestPhase::Passed
            | RequestPhase::Refused) => {
                self.phase = settled;
                Wake::Done
            }
        }
    }

    fn waits(&self) -> bool {
        match &self.phase {
            RequestPhase::Waiting { .. } => true,
            RequestPhase::Collecting(collecting) => {
                collecting.hold == Hold::Headers && !self.plugin.holds()
            }
            RequestPhase::Open | RequestPhase::Passed | RequestPhase::Refused => false,
        }
    }

    pub(super) fn back_to(&mut self, phase: RequestPhase, action: Action) -> Action {
        self.phase = phase;
        action
    }

    /// Asks the stages from `from` on.
    pub(super) fn decide(&mut self, host: &dyn Host, from: usize) -> Action {
        let now = match self.clock(host) {
            Ok(now) => now,
            Err(error) => return self.fail(host, "the clock cannot be read", error),
        };
        let since = match self.phase {
            RequestPhase::Waiting { since, .. } => since,
            RequestPhase::Open
            | RequestPhase::Collecting(_)
            | RequestPhase::Passed
            | RequestPhase::Refused => now,
        };
        self.phase = RequestPhase::Open;
        let plugin = self.plugin.clone();
        for (at, stage) in plugin.stages.iter().enumerate().skip(from) {
            let waited = if at == from {
                now.saturating_sub(since)
            } else {
                0
            };
            let verdict = match self.normalise(host, stage.as_ref()) {
                Ok(()) => self.ask(host, at, stage.as_ref(), now, waited),
                Err(denial) => Verdict::Deny(denial),
            };
            match self.settle(host, at, verdict, (now, since)) {
                Settled::Next => {}
                Settled::Stop => return Action::Pause,
            }
        }
        match &self.phase {
            RequestPhase::Refused => Action::Pause,
            RequestPhase::Collecting(_) => Action::Continue,
            RequestPhase::Open | RequestPhase::Waiting { .. } | RequestPhase::Passed => {
                self.back_to(RequestPhase::Passed, Action::Continue)
            }
        }
    }

    /// The time, where a stage minds it: reading it is a call to the host.
    fn clock(&self, host: &dyn Host) -> Result<u64, HostError> {
        match self.plugin.stages.iter().any(|stage| stage.minds_clock()) {
            true => host.now(),
            false => Ok(0),
        }
    }

    fn ask(&self, host: &dyn Host, at: usize, stage: &dyn Stage, now: u64, waited: u64) -> Verdict {
        let remotes = if stage.remotes().is_empty() {
            Vec::new()
        } else {
            self.plugin.availability(at, now)
        };
        // Where no more may wait, this one has waited long enough.
        let may_wait = self.listed || !self.plugin.is_crowded();
        let asked = HostEnv(host);
        let env = Env {
            now,
            waited: match may_wait {
                true => Duration::from_nanos(waited),
                false => Duration::MAX,
            },
            remotes: &remotes,
            verifier: &asked,
            ledger: &asked,
            trace: Trace::none(),
        };
        stage.request(&self.request(), &env)
    }

    /// Makes the path what the stage judges; writes it back where it differs.
    fn normalise(&mut self, host: &dyn Host, stage: &dyn Stage) -> Result<(), Box<Denial>> {
        let Some(destination) = stage::destination(stage, &self.fields)? else {
            return Ok(());
        };
        if self.apply(host, &destination.edits).is_err() {
            let detail = "the path cannot be written back";
            return Err(Denial::new(&reason::INTERNAL, detail));
        }
        self.host = destination.host;
        self.target = Some(destination.target);
        Ok(())
    }

    pub(super) fn settle(
        &mut self,
        host: &dyn Host,
        at: usize,
        verdict: Verdict,
        (now, since): (u64, u64),
    ) -> Settled {
        match verdict {
            Verdict::Allow(allowance) => {
                self.set_memo(at, allowance.memo);
                self.count_exceptions(host, at, &allowance);
                if self.apply(host, &allowance.edits).is_err() {
                    return self.settle_internal(host, at, UNWRITABLE);
                }
                if tell(host, &allowance.state).is_err() {
                    return self.settle_internal(host, at, "filter state cannot be written");
                }
                match &allowance.reported {
                    Some(denial) => self.report(host, at, denial),
                    None => self.pass(host, at),
                }
                Settled::Next
            }
            Verdict::Deny(denial) if denial.mode == Mode::Report => {
                if self.apply(host, &denial.edits).is_err() {
                    return self.settle_internal(host, at, UNWRITABLE);
                }
                self.report(host, at, &denial);
                Settled::Next
            }
            Verdict::Deny(denial) => {
                self.refuse(host, at, &denial);
                Settled::Stop
            }
            Verdict::Await(Need::Document(remote)) => {
                self.phase = RequestPhase::Waiting { stage: at, since };
                self.asked = (self.plugin.generation(), now.saturating_add(ASK_AGAIN_NS));
                self.plugin.want(at, remote);
                self.wait(host);
                Settled::Stop
            }
            Verdict::Await(Need::Body {
                limit,
                memo,
                hold,
                edits,
            }) => {
                self.set_memo(at, memo);
                match self.apply(host, &edits) {
                    Ok(()) => self.await_body(host, at, limit, hold),
                    Err(_) => self.settle_internal(host, at, UNWRITABLE),
                }
            }
        }
    }

    pub(super) fn settle_internal(&mut self, host: &dyn Host, at: usize, detail: &str) -> Settled {
        let denial = Denial::new(&reason::INTERNAL, detail);
        self.refuse(host, at, &denial);
        Settled::Stop
    }

    /// Denies what the host made impossible to judge, in the mode of the first
    /// stage that enforces.
    pub(super) fn fail(&mut self, host: &dyn Host, what: &str, error: HostError) -> Action {
        let denial = Denial::new(&reason::INTERNAL, format!("{what} (status {})", error.0));
        match self
            .plugin
            .stages
            .iter()
            .position(|stage| stage.mode() == Mode::Enforce)
        {
            Some(at) => {
                self.refuse(host, at, &denial);
                Action::Pause
            }
            None => {
                self.report(host, 0, &denial);
                self.back_to(RequestPhase::Passed, Action::Continue)
            }
        }
    }

    fn pass(&mut self, host: &dyn Host, at: usize) {
        let plugin = self.plugin.clone();
        let Some(stage) = plugin.stages.get(at) else {
            return;
        };
        self.mark(host, at, Outcome::Allow.word());
        plugin.telemetry.count(host, Outcome::Allow, stage.name());
    }
}

/// Tells later filters what they may build on.
fn tell(host: &dyn Host, state: &[(&'static str, String)]) -> Result<(), HostError> {
    state.iter().try_for_each(|(name, value)| {
        host.set_filter_state(&format!("tollgate.{name}"), value.as_bytes())
    })
}

/// How often a waiting stream is asked without news: for its own patience.
const ASK_AGAIN_NS: u64 = 50_000_000;
const UNWRITABLE: &str = "the request's fields cannot be written";
