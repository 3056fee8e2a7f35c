//! The times of a token against the clock (RFC 7519 §4.1.4 to §4.1.6), exactly:
//! `exp` at 1.5 s is not 1 s or 2 s.

use crate::claims::{Claims, wrong_type};
use crate::policy::Provider;
use crate::reason;
use std::time::Duration;
use tollgate_kit::json::Number;
use tollgate_kit::reason::Reason;
use tollgate_kit::trace::Trace;
use tollgate_kit::verdict::Denial;

/// The times that a token gives.
#[derive(Debug, Clone, Copy)]
pub struct Times {
    exp: Option<Moment>,
    nbf: Option<Moment>,
    iat: Option<Moment>,
}

/// A time between 1970 and the end of the year 9999.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// Whole nanoseconds since 1970.
    nanos: u128,
    /// Whether it is later than that, by less than a nanosecond.
    later: bool,
}

type Checked = Result<(), Box<Denial>>;

// === impl Times ===

impl Times {
    /// Reads the times of a token.
    ///
    /// # Errors
    /// Where one is no NumericDate (RFC 7519 §2), or beyond the year 9999.
    pub fn of(claims: &Claims) -> Result<Self, Box<Denial>> {
        let read = |name| {
            let Some(claim) = claims.get(name) else {
                return Ok(None);
            };
            let moment = claim.as_number().and_then(Moment::of);
            moment
                .map(Some)
                .ok_or_else(|| wrong_type(name, NUMERIC_DATE))
        };
        Ok(Self {
            exp: read("exp")?,
            nbf: read("nbf")?,
            iat: read("iat")?,
        })
    }

    /// Checks them at `now` nanoseconds since 1970.
    pub fn check(&self, provider: &Provider, now: u64, trace: Trace<'_>) -> Checked {
        let skew = &provider.clock_skew;
        if let Some(exp) = self.exp {
            trace.step(|| {
                format!(
                    "exp is {}, allowed skew {} s",
                    exp.words(now),
                    skew.exp.as_secs()
                )
            });
            exp.not_past(skew.exp, now)?;
        }
        if let Some(nbf) = self.nbf {
            trace.step(|| {
                format!(
                    "nbf is {}, allowed skew {} s",
                    nbf.words(now),
                    skew.nbf.as_secs()
                )
            });
            nbf.not_ahead("nbf", skew.nbf, now, &reason::NOT_YET_VALID)?;
        }
        if let Some(iat) = self.iat {
            trace.step(|| {
                format!(
                    "iat is {}, allowed skew {} s",
                    iat.words(now),
                    skew.iat.as_secs()
                )
            });
            iat.not_ahead("iat", skew.iat, now, &reason::ISSUED_IN_FUTURE)?;
            iat.not_too_old(provider.max_age, now)?;
        }
        self.not_too_long(provider.max_lifetime)
    }

    /// At the greatest lifetime itself a token passes.
    fn not_too_long(&self, max_lifetime: Option<Duration>) -> Checked {
        let (Some(most), Some(exp), Some(iat)) = (max_lifetime, self.exp, self.iat) else {
            return Ok(());
        };
        let latest = iat.nanos.saturating_add(most.as_nanos());
        if exp.nanos < latest || (exp.nanos == latest && exp.later <= iat.later) {
            return Ok(());
        }
        let (life, most) = (
            exp.nanos.saturating_sub(iat.nanos) / NANOS_PER_SECOND,
            most.as_secs(),
        );
        let detail = format!("exp is {life} s after iat, at most {most} s are allowed");
        Err(Denial::new(&reason::LIFETIME, detail))
    }
}

// === impl Moment ===

impl Moment {
    /// `None` before 1970 and past the year 9999.
    #[must_use]
    pub fn of(seconds: Number<'_>) -> Option<Self> {
        let (nanos, exact) = seconds.floor_scaled(9)?;
        let moment = Self {
            nanos,
            later: !exact,
        };
        let end = Self {
            nanos: LAST_SECOND.saturating_mul(NANOS_PER_SECOND),
            later: false,
        };
        (nanos < end.nanos || moment == end).then_some(moment)
    }

    /// Whether it is after `nanos` since 1970.
    #[must_use]
    pub fn is_after(self, nanos: u128) -> bool {
        self.nanos > nanos || (self.nanos == nanos && self.later)
    }

    /// Nanoseconds since 1970, rounded down.
    #[must_use]
    pub fn nanos(self) -> u128 {
        self.nanos
    }

    /// "On or after" it a token is not accepted (RFC 7519 §4.1.4).
    fn not_past(self, skew: Duration, now: u64) -> Checked {
        let latest = u128::from(now).checked_sub(skew.as_nanos());
        if latest.is_none_or(|latest| self.is_after(latest)) {
            return Ok(());
        }
        let (ago, skew) = (self.ago(now), skew.as_secs());
        let detail = format!("exp was {ago} s ago, allowed skew {skew} s");
        Err(Denial::new(&reason::EXPIRED, detail))
    }

    /// RFC 7519 §4.1.5; `iat` alike, as no token is from later than it is.
    fn not_ahead(self, name: &str, skew: Duration, now: u64, reason: &'static Reason) -> Checked {
        if !self.is_after(u128::from(now).saturating_add(skew.as_nanos())) {
            return Ok(());
        }
        let (ahead, skew) = (self.ahead(now), skew.as_secs());
        let detail = format!("{name} is {ahead} s ahead, allowed skew {skew} s");
        Err(Denial::new(reason, detail))
    }

    /// At the greatest age itself a token passes.
    fn not_too_old(self, max_age: Option<Duration>, now: u64) -> Checked {
        let Some(age) = max_age else {
            return Ok(());
        };
        let oldest = u128::from(now).checked_sub(age.as_nanos());
        if oldest.is_none_or(|oldest| self.nanos >= oldest) {
            return Ok(());
        }
        let (ago, age) = (self.ago(now), age.as_secs());
        let detail = format!("iat was {ago} s ago, at most {age} s are allowed");
        Err(Denial::new(&reason::TOO_OLD, detail))
    }

    /// Whole seconds from it to `now`.
    fn ago(self, now: u64) -> u128 {
        u128::from(second(now)).saturating_sub(self.nanos / NANOS_PER_SECOND)
    }

    /// Whole seconds from `now` to it.
    fn ahead(self, now: u64) -> u128 {
        (self.nanos / NANOS_PER_SECOND).saturating_sub(u128::from(second(now)))
    }

    fn words(self, now: u64) -> String {
        match self.is_after(u128::from(now)) {
            true => format!("{} s ahead", self.ahead(now)),
            false => format!("{} s ago", self.ago(now)),
        }
    }
}

const fn second(nanos: u64) -> u64 {
    nanos / 1_000_000_000
}

const NANOS_PER_SECOND: u128 = 1_000_000_000;
/// The end of the year 9999, in seconds since 1970.
const LAST_SECOND: u128 = 253_402_300_799;
const NUMERIC_DATE: &str = "a number of seconds up to the year 9999";
