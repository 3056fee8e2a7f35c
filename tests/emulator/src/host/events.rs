//! Virtual time: ticks and answers come when a test lets time pass, in order.

use std::collections::BTreeMap;
use std::time::Duration;

use super::context::CallMessage;
use super::{CallAnswer, ContextId, Guest, Host, HostCall, HostResult, RootContext};

pub(super) struct Clock {
    /// Since the host's beginning.
    elapsed: Duration,
    /// The wall clock at the host's beginning, in nanoseconds since 1970.
    epoch: i128,
}

impl Default for Clock {
    fn default() -> Self {
        Self {
            elapsed: Duration::ZERO,
            epoch: 1_700_000_000_000_000_000,
        }
    }
}

impl Clock {
    fn move_to(&mut self, elapsed: Duration) {
        self.elapsed = elapsed.max(self.elapsed);
    }

    fn wall(&self) -> u64 {
        let now = self.epoch + self.elapsed.as_nanos() as i128;
        u64::try_from(now).unwrap_or_default()
    }
}

#[derive(Default)]
pub(super) struct Timers(BTreeMap<ContextId, Timer>);

struct Timer {
    period: Duration,
    due: Duration,
}

enum Event {
    Tick(ContextId),
    Answer(u32),
}

impl Host {
    /// Time since the host's beginning.
    pub fn elapsed(&self) -> Duration {
        self.state().clock.elapsed
    }

    /// The wall clock, in nanoseconds since 1970.
    pub fn time(&self) -> u64 {
        self.state().clock.wall()
    }

    /// Sets the wall clock, in nanoseconds since 1970. No time passes by that.
    pub fn set_time(&self, nanoseconds: u64) {
        let clock = &mut self.state().clock;
        clock.epoch = i128::from(nanoseconds) - clock.elapsed.as_nanos() as i128;
    }

    /// Lets time pass: ticks and answers that fall due happen one after the other.
    pub fn advance(&self, by: Duration) {
        let until = self.elapsed().saturating_add(by);
        while let Some((due, event)) = self.next_event(until) {
            self.state().clock.move_to(due);
            self.happen(event);
        }
        self.state().clock.move_to(until);
    }

    fn next_event(&self, until: Duration) -> Option<(Duration, Event)> {
        let state = self.state();
        let tick = state
            .timers
            .0
            .iter()
            .map(|(root, timer)| (timer.due, *root))
            .min();
        let answer = state.clusters.next();
        let first = match (tick, answer) {
            (Some((tick, root)), Some((answer, _))) if tick < answer => (tick, Event::Tick(root)),
            (_, Some((answer, token))) => (answer, Event::Answer(token)),
            (Some((tick, root)), None) => (tick, Event::Tick(root)),
            (None, None) => return None,
        };
        (first.0 <= until).then_some(first)
    }

    fn happen(&self, event: Event) {
        match event {
            Event::Tick(root) => self.tick(root),
            Event::Answer(token) => self.answer(token),
        }
        self.run_deferred();
        self.settle_streams();
    }

    fn tick(&self, root: ContextId) {
        match self.code_of(root) {
            Some(code) if !code.is_failed() => code.on_tick(&Guest::new(self, root)),
            _ => drop(self.state().timers.0.remove(&root)),
        }
        let state = &mut *self.state();
        if let Some(timer) = state.timers.0.get_mut(&root) {
            timer.due = state.clock.elapsed + timer.period;
        }
    }

    fn answer(&self, token: u32) {
        let Some(pending) = self.state().clusters.take(token) else {
            return;
        };
        let (caller, root) = (pending.caller, pending.root);
        let Some(code) = self.code_of(root).filter(|code| !code.is_failed()) else {
            return;
        };
        let message = pending.message();
        let answer = call_answer(token, caller, message.as_ref().ok());
        self.with_root(root, |entry| match message {
            Ok(message) => entry.answer = Some(message),
            Err(status) => entry.status = status,
        });
        code.on_http_call_response(&Guest::new(self, root), &answer);
        self.with_root(root, |entry| {
            entry.answer = None;
            entry.status = (0, String::new());
        });
    }

    fn code_of(&self, root: ContextId) -> Option<std::rc::Rc<dyn RootContext>> {
        self.with_root(root, |entry| entry.code.upgrade()).flatten()
    }
}

fn call_answer(token: u32, caller: ContextId, message: Option<&CallMessage>) -> CallAnswer {
    let count = |f: fn(&CallMessage) -> usize| message.map(f).unwrap_or_default() as u32;
    CallAnswer {
        token,
        caller,
        headers: count(|message| message.headers.len()),
        body_size: count(|message| message.body.len()),
        trailers: count(|message| message.trailers.len()),
    }
}

impl Guest {
    /// `proxy_get_current_time_nanoseconds`.
    pub fn time(&self) -> HostResult<u64> {
        self.host().enter(HostCall::GetTime)?;
        Ok(self.host().time())
    }

    /// `proxy_set_tick_period_milliseconds`; zero ends the ticks.
    pub fn set_tick_period(&self, period: Duration) -> HostResult<()> {
        self.host().enter(HostCall::SetTickPeriod)?;
        let Some(root) = self.host().root_of(self.context()) else {
            return Ok(());
        };
        let state = &mut *self.host().state();
        if period.is_zero() {
            state.timers.0.remove(&root);
        } else {
            let due = state.clock.elapsed + period;
            state.timers.0.insert(root, Timer { period, due });
        }
        Ok(())
    }
}
