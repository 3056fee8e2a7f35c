//! What operators see: counters, log lines with a limit, and the mark.

use crate::fields::Fields;
use crate::host::{Direction, Host, Level, Metric};
use crate::reason::Reason;
use crate::verdict::Denial;
use std::cell::RefCell;
use std::fmt::Write;

/// How a decision ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Let through.
    Allow,
    /// Refused.
    Deny,
    /// Let through, and it would have been refused.
    Report,
}

/// Counters and log lines of one plugin in one worker.
#[derive(Debug, Default)]
pub struct Telemetry {
    metrics: RefCell<Vec<(Counted, &'static str, u32)>>,
    lines: RefCell<Vec<Lines>>,
}

/// What a counter is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Counted {
    Decision(Outcome),
    Withheld,
    Unjudged,
    /// The bytes of bodies that were judged, in this direction.
    Bytes(Direction),
}

#[derive(Debug)]
struct Lines {
    slug: &'static str,
    filter: &'static str,
    second: u64,
    written: u32,
    left_out: u64,
}

/// What a log line says besides the denial.
#[derive(Debug, Clone, Copy)]
pub struct Occasion<'a> {
    /// The filter.
    pub filter: &'static str,
    /// Denied or reported.
    pub outcome: Outcome,
    /// The request.
    pub fields: &'a Fields,
    /// Its id.
    pub request_id: &'a str,
    /// Nanoseconds since 1970.
    pub now: u64,
}

// === impl Outcome ===

impl Outcome {
    /// As counters, marks and log lines spell it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Deny => "deny",
            Self::Report => "report",
        }
    }
}

// === impl Counted ===

impl Counted {
    fn name(self, end: &str) -> String {
        match self {
            Self::Decision(outcome) => format!("tollgate.decisions.{}.{end}", outcome.word()),
            Self::Withheld => format!("tollgate.edits.report.{end}"),
            Self::Unjudged => format!("tollgate.unjudged.{end}"),
            Self::Bytes(Direction::Request) => format!("tollgate.bytes.request.{end}"),
            Self::Bytes(Direction::Response) => format!("tollgate.bytes.response.{end}"),
        }
    }
}

// === impl Telemetry ===

impl Telemetry {
    /// Counts a decision: `tollgate.decisions.<outcome>.<slug>`.
    pub fn count(&self, host: &dyn Host, outcome: Outcome, slug: &'static str) {
        self.raise(host, (Counted::Decision(outcome), slug), 1);
    }

    /// Counts the changes that report mode left out: `tollgate.edits.report.<filter>`.
    pub fn count_withheld(&self, host: &dyn Host, filter: &'static str, edits: u32) {
        self.raise(host, (Counted::Withheld, filter), i64::from(edits));
    }

    /// Counts what passes without having been judged: `tollgate.unjudged.<what>`.
    pub fn count_unjudged(&self, host: &dyn Host, what: &'static str) {
        self.raise(host, (Counted::Unjudged, what), 1);
    }

    /// Keeps how large a judged body was: `tollgate.bytes.<direction>.<filter>`.
    pub fn measure(
        &self,
        host: &dyn Host,
        direction: Direction,
        filter: &'static str,
        bytes: usize,
    ) {
        if let Some(id) = self.metric(host, Metric::Histogram, (Counted::Bytes(direction), filter))
        {
            let _ = host.record(id, u64::try_from(bytes).unwrap_or(u64::MAX));
        }
    }

    fn raise(&self, host: &dyn Host, what: (Counted, &'static str), by: i64) {
        if let Some(id) = self.metric(host, Metric::Counter, what) {
            // A counter that can't be raised must not decide a request.
            let _ = host.increment(id, by);
        }
    }

    /// The metric's id, asked for once.
    fn metric(
        &self,
        host: &dyn Host,
        kind: Metric,
        (counted, end): (Counted, &'static str),
    ) -> Option<u32> {
        let mut metrics = self.metrics.try_borrow_mut().ok()?;
        let known = metrics
            .iter()
            .find(|(c, e, _)| *c == counted && std::ptr::eq(*e, end))
            .map(|(_, _, id)| *id);
        known.or_else(|| {
            let id = host.define_metric(kind, &counted.name(end)).ok()?;
            metrics.push((counted, end, id));
            Some(id)
        })
    }

    /// Writes the line of a denial, unless its reason has had its share.
    pub fn log(&self, host: &dyn Host, denial: &Denial, occasion: &Occasion<'_>) {
        if self.may_write(host, denial.reason, occasion) {
            host.log(Level::Warn, &line(denial, occasion));
        }
    }

    /// Says how many lines were left out in seconds that are over.
    pub fn flush(&self, host: &dyn Host, now: u64) {
        let Ok(mut lines) = self.lines.try_borrow_mut() else {
            return;
        };
        for entry in lines.iter_mut().filter(|entry| entry.second != second(now)) {
            entry.begin(host, second(now));
        }
    }

    fn may_write(&self, host: &dyn Host, reason: &'static Reason, occasion: &Occasion<'_>) -> bool {
        let Ok(mut lines) = self.lines.try_borrow_mut() else {
            return false;
        };
        let second = second(occasion.now);
        let Some(entry) = lines
            .iter_mut()
            .find(|entry| std::ptr::eq(entry.slug, reason.slug) && entry.filter == occasion.filter)
        else {
            lines.push(Lines {
                slug: reason.slug,
                filter: occasion.filter,
                second,
                written: 1,
                left_out: 0,
            });
            return true;
        };
        if entry.second != second {
            entry.begin(host, second);
        }
        if entry.written >= LINES_PER_SECOND {
            entry.left_out = entry.left_out.saturating_add(1);
            return false;
        }
        entry.written = entry.written.saturating_add(1);
        true
    }
}

// === impl Lines ===

impl Lines {
    fn begin(&mut self, host: &dyn Host, second: u64) {
        if self.left_out > 0 {
            let line = format!(
                "tollgate {} log reason={} left_out={}",
                self.filter, self.slug, self.left_out
            );
            host.log(Level::Warn, &line);
        }
        self.second = second;
        self.written = 0;
        self.left_out = 0;
    }
}

fn line(denial: &Denial, occasion: &Occasion<'_>) -> String {
    let mut line = format!(
        "tollgate {} {} reason={} title=\"{}\" status={}",
        occasion.filter,
        occasion.outcome.word(),
        denial.reason.slug,
        denial.reason.title,
        denial.status
    );
    push(
        &mut line,
        "method",
        occasion.fields.get(":method").unwrap_or_default(),
    );
    for (name, value) in &denial.facts {
        push(&mut line, name, value.as_bytes());
    }
    push(&mut line, "request_id", occasion.request_id.as_bytes());
    line
}

/// ` name=value`; a value that isn't a plain word is quoted and escaped, and cut
/// at 128 bytes: it may come from the client.
fn push(line: &mut String, name: &str, value: &[u8]) {
    let cut = value.get(..MAX_VALUE).unwrap_or(value);
    let plain = !cut.is_empty()
        && cut
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-._~/{}:*@+".contains(byte));
    let text = cut.escape_ascii();
    // Writing to a `String` cannot fail.
    let _ = if plain {
        write!(line, " {name}={text}")
    } else {
        write!(line, " {name}=\"{text}\"")
    };
}

const fn second(now: u64) -> u64 {
    now / 1_000_000_000
}

const LINES_PER_SECOND: u32 = 10;
const MAX_VALUE: usize = 128;
