//! What operators see of a remote document: how old it is, how much of it was
//! left out, and whether its server's clock goes as ours does.

use crate::host::{Host, Metric};
use std::time::UNIX_EPOCH;

/// The gauges of one document: `tollgate.jwt.corp.keys_age_seconds`.
pub(super) struct Gauges {
    prefix: String,
    defined: Vec<(Gauge, u32)>,
}

/// What a gauge shows. A gauge cannot be negative, hence two for the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gauge {
    Age,
    Skipped,
    Ahead,
    Behind,
}

// === impl Gauges ===

impl Gauges {
    pub(super) fn of(stage: &str, document: &str) -> Self {
        Self {
            prefix: format!("tollgate.{stage}.{document}"),
            defined: Vec::new(),
        }
    }

    /// A gauge that can't be had or written decides nothing.
    pub(super) fn show(&mut self, host: &dyn Host, gauge: Gauge, value: u64) {
        let known = self.defined.iter().find(|(known, _)| *known == gauge);
        let id = known.map(|(_, id)| *id).or_else(|| {
            let name = format!("{}.{}", self.prefix, gauge.name());
            let id = host.define_metric(Metric::Gauge, &name).ok()?;
            self.defined.push((gauge, id));
            Some(id)
        });
        if let Some(id) = id {
            let _ = host.record(id, value);
        }
    }

    /// Shows how far the server's clock is from ours, of which `now` are nanoseconds
    /// since 1970.
    pub(super) fn show_clock(&mut self, host: &dyn Host, now: u64, date: Option<u64>) {
        let (Some(date), now) = (date, now / NANOS_PER_SECOND) else {
            return;
        };
        self.show(host, Gauge::Ahead, date.saturating_sub(now));
        self.show(host, Gauge::Behind, now.saturating_sub(date));
    }
}

// === impl Gauge ===

impl Gauge {
    const fn name(self) -> &'static str {
        match self {
            Self::Age => "keys_age_seconds",
            Self::Skipped => "keys_skipped",
            Self::Ahead => "idp_clock_ahead_seconds",
            Self::Behind => "idp_clock_behind_seconds",
        }
    }
}

/// Seconds since 1970 of a `date` (RFC 9110 §5.6.7).
pub(super) fn seconds(date: &str) -> Option<u64> {
    let date = httpdate::parse_http_date(date).ok()?;
    Some(date.duration_since(UNIX_EPOCH).ok()?.as_secs())
}

const NANOS_PER_SECOND: u64 = 1_000_000_000;
