//! From a value to its place on an axis, and the ticks of the axis.

use crate::bench::page::number;

/// An axis.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Scale {
    /// From 0.
    Linear {
        /// Its end.
        end: f64,
    },
    /// Each ten times as far.
    Log {
        /// Its least value, above 0.
        start: f64,
        /// Its end.
        end: f64,
    },
    /// Percentiles: each nine as far as the one before, as HDR histograms are drawn.
    Nines {
        /// How many.
        end: f64,
    },
}

/// A tick.
#[derive(Debug, Clone, PartialEq)]
pub struct Tick {
    /// Its place, 0 to 1.
    pub at: f64,
    /// What it stands for.
    pub text: String,
    /// Left out where there is little room.
    pub minor: bool,
}

/// Ticks of a linear axis, about.
const TICKS: f64 = 5.0;

// === impl Scale ===

impl Scale {
    /// From 0 to the greatest of `values`, or a little farther.
    pub fn linear(values: impl Iterator<Item = f64>) -> Self {
        let greatest = values.filter(|value| value.is_finite()).fold(0.0, f64::max);
        // Beneath it a step would be 0.
        match greatest > f64::MIN_POSITIVE {
            true => Self::Linear { end: greatest },
            false => Self::Linear { end: 1.0 },
        }
    }

    /// Around `values`, from `least` at the least.
    pub fn log(values: impl Iterator<Item = f64>, least: f64) -> Self {
        let usable = values.filter(|value| value.is_finite());
        let values: Vec<f64> = usable.map(|value| value.max(least)).collect();
        let start = round_down(values.iter().copied().fold(f64::INFINITY, f64::min));
        let end = values.iter().copied().fold(start, f64::max);
        match start.is_finite() {
            true => Self::Log {
                start,
                end: end.max(start * 2.0),
            },
            false => Self::Log {
                start: least,
                end: least * 10.0,
            },
        }
    }

    /// Where `value` stands, 0 to 1; what is no number stands at 0.
    pub fn at(self, value: f64) -> f64 {
        let at = match self {
            Self::Linear { end } => value / end,
            Self::Log { start, end } => (value.max(start) / start).ln() / (end / start).ln(),
            Self::Nines { end } => -(1.0 - value / 100.0).max(0.0).log10() / end,
        };
        if at.is_nan() { 0.0 } else { at.clamp(0.0, 1.0) }
    }

    /// Its ticks, from its start.
    pub fn ticks(self) -> Vec<Tick> {
        match self {
            Self::Linear { end } => self.steps(end),
            Self::Log { start, end } => self.powers(start, end),
            Self::Nines { end } => self.nines(end),
        }
    }

    fn steps(self, end: f64) -> Vec<Tick> {
        let step = [1.0, 2.0, 5.0, 10.0]
            .map(|times| times * ten_below(end / TICKS))
            .into_iter()
            .find(|step| *step >= end / TICKS)
            .unwrap_or(end);
        let decimals = (-step.log10().floor()).max(0.0) as usize;
        let count = (end / step * (1.0 + 1e-9)).floor() as usize;
        let tick = |at: usize| Tick {
            at: self.at(step * at as f64),
            text: number::text(step * at as f64, decimals),
            minor: at % 2 == 1,
        };
        (0..=count).map(tick).collect()
    }

    fn powers(self, start: f64, end: f64) -> Vec<Tick> {
        // With more decades there is no room between them.
        let times: &[f64] = match (end / start).log10() <= 3.5 {
            true => &[1.0, 2.0, 5.0],
            false => &[1.0],
        };
        let mut ticks = Vec::new();
        let mut power = ten_below(start);
        while power <= end {
            let values = times.iter().map(|times| times * power);
            let within = values.filter(|value| (start..=end).contains(value));
            ticks.extend(within.map(|value| Tick {
                at: self.at(value),
                text: number::text(value, (-power.log10().floor()).max(0.0) as usize),
                minor: false,
            }));
            power *= 10.0;
        }
        ticks
    }

    fn nines(self, end: f64) -> Vec<Tick> {
        let usual = ["0", "50", "90", "99", "99.9", "99.99", "99.999", "99.9999"];
        let value = |text: &str| text.parse::<f64>().unwrap_or(0.0);
        let known = usual.into_iter().map(|text| (text, value(text)));
        let within = known.filter(|(_, value)| -(1.0 - value / 100.0).log10() <= end + 1e-9);
        within
            .map(|(text, value)| Tick {
                at: self.at(value),
                text: format!("{text} %"),
                minor: value == 0.0,
            })
            .collect()
    }
}

/// The power of ten at or below a positive value.
fn ten_below(value: f64) -> f64 {
    10_f64.powi(value.log10().floor() as i32)
}

fn round_down(value: f64) -> f64 {
    let power = ten_below(value);
    let steps = [5.0, 2.0, 1.0].map(|times| times * power);
    steps
        .into_iter()
        .find(|step| *step <= value)
        .unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(scale: Scale) -> Vec<String> {
        scale.ticks().into_iter().map(|tick| tick.text).collect()
    }

    #[test]
    fn ticks_are_round_and_within_the_axis() {
        assert_eq!(texts(Scale::Linear { end: 64.0 }), ["0", "20", "40", "60"]);
        assert_eq!(
            texts(Scale::Linear { end: 0.25 }),
            ["0.00", "0.05", "0.10", "0.15", "0.20", "0.25"]
        );
        assert_eq!(
            texts(Scale::log([30.0, 900.0].into_iter(), 1.0)),
            ["20", "50", "100", "200", "500"]
        );
        assert_eq!(
            texts(Scale::log([3.0, 40_000.0].into_iter(), 1.0)),
            ["10", "100", "1,000", "10,000"]
        );
        assert_eq!(
            texts(Scale::Nines { end: 3.2 }),
            ["0 %", "50 %", "90 %", "99 %", "99.9 %"]
        );
    }

    #[test]
    fn each_nine_is_as_far_as_the_one_before() {
        let scale = Scale::Nines { end: 4.0 };
        for (percentile, at) in [(0.0, 0.0), (90.0, 0.25), (99.0, 0.5), (100.0, 1.0)] {
            assert!((scale.at(percentile) - at).abs() < 1e-9, "{percentile}");
        }
    }

    #[test]
    fn what_is_no_number_has_a_place_too() {
        let odd = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 0.0, -1.0];
        let scales = [
            Scale::linear(odd.into_iter()),
            Scale::linear(std::iter::empty()),
            Scale::linear([5e-324].into_iter()),
            Scale::linear([f64::MAX].into_iter()),
            Scale::log(odd.into_iter(), 1.0),
            Scale::log(std::iter::empty(), 1.0),
            Scale::Nines { end: 3.0 },
        ];
        for scale in scales {
            for value in odd {
                assert!((0.0..=1.0).contains(&scale.at(value)), "{scale:?} {value}");
            }
            assert!(!scale.ticks().is_empty(), "{scale:?}");
            assert!(scale.ticks().len() < 20, "{scale:?}");
        }
    }
}
