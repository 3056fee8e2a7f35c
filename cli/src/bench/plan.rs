//! How long and how often: what the command line says, and what it leaves open.

use std::time::Duration;

use super::args::Args;
use super::result::Settings;

/// How a run goes.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// Rounds of the closed loop.
    pub rounds: u32,
    /// Further rounds, at most, for workloads whose rounds were noisy.
    pub spare: u32,
    /// Of each measurement.
    pub duration: Duration,
    /// Before each measurement.
    pub warm_up: Duration,
    /// Rounds of the open loop.
    pub latency_rounds: u32,
    /// Of each of them.
    pub latency: Duration,
    /// After this, noisy rounds aren't measured again.
    pub until: Duration,
    /// No round of the closed loop but the first begins that would end after this.
    pub limit: Duration,
}

// === impl Plan ===

impl Plan {
    /// What `args` come to.
    #[must_use]
    pub fn new(args: &Args) -> Self {
        let (rounds, seconds, latency_rounds, latency) = match args.quick {
            true => (8, 0.11, 6, 0.5),
            false => (12, 1.0, 6, 3.0),
        };
        let rounds = args.rounds.unwrap_or(rounds);
        let seconds = args.seconds.unwrap_or(seconds);
        Self {
            rounds,
            spare: rounds / 2,
            duration: Duration::from_secs_f64(seconds),
            warm_up: Duration::from_secs_f64(seconds / 5.0),
            latency_rounds: rounds.min(latency_rounds),
            latency: Duration::from_secs_f64(args.seconds.map_or(latency, |seconds| seconds * 2.0)),
            until: match args.quick {
                true => Duration::from_secs(60),
                false => Duration::from_secs(900),
            },
            limit: match args.quick {
                true => Duration::from_secs(95),
                false => Duration::MAX,
            },
        }
    }

    /// Whether `round` begins, at that time and where one takes so long at most. The first always
    /// does: a machine on which the Envoys start slowly is to have figures, too.
    #[must_use]
    pub fn has_time_for(&self, round: u32, elapsed: Duration, longest: Duration) -> bool {
        round == 0 || elapsed.saturating_add(longest) <= self.limit
    }

    /// What of it goes into the record.
    #[must_use]
    pub fn described(&self, args: &Args) -> Settings {
        Settings {
            quick: args.quick,
            policy: args.policy.as_ref().map(|path| path.display().to_string()),
            rounds: self.rounds,
            seconds: self.duration.as_secs_f64(),
            warm_up_seconds: self.warm_up.as_secs_f64(),
            workers: args.workers.first().copied().unwrap_or(1),
            connections: args.connections,
            rate: args.rate,
            seed: args.seed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_round_begins_however_late_it_is() {
        let second = Duration::from_secs(1);
        let plan = Plan {
            rounds: 8,
            spare: 4,
            duration: second,
            warm_up: second,
            latency_rounds: 6,
            latency: second,
            until: second,
            limit: second * 10,
        };
        assert!(plan.has_time_for(0, second * 20, Duration::ZERO));
        assert!(plan.has_time_for(1, second * 6, second * 4));
        assert!(!plan.has_time_for(1, second * 7, second * 4));
    }
}
