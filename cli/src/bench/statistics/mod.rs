//! What samples say, and what they don't: medians, bootstrap intervals, and
//! differences that are called one only where the noise can't explain them.
//!
//! Samples of two sides are compared within their round, so that what changes
//! from round to round (clock speed, other load) falls out.

mod apart;

use serde::{Deserialize, Serialize};

use super::result::Outcome;

/// A median with its interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// The median.
    pub median: f64,
    /// The lower end of the 95 % interval.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
}

/// Whether others used the machine while pairs were measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Surroundings {
    /// Hardly.
    Quiet,
    /// During some of them: what happens by chance there must be rarer to count.
    Noisy,
}

/// How two sides differ.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Difference {
    /// Left less right.
    pub difference: Estimate,
    /// Left through right; `None` where the right isn't surely above nothing.
    pub ratio: Option<Estimate>,
    /// What of it can be told from noise.
    pub outcome: Outcome,
}

/// Random numbers that a seed repeats (SplitMix64): enough to draw samples and to
/// shuffle, and for nothing that must be secret.
#[derive(Debug, Clone)]
pub struct Random(u64);

/// Resamples of a bootstrap: the ends of a 95 % interval are then 50 from the edge.
const RESAMPLES: usize = 2000;
const TAIL: f64 = 0.025;

/// With fewer pairs no difference is called one: of 5, all on one side, chance
/// makes 1 in 16.
pub const FEWEST: usize = 6;

// === impl Estimate ===

impl Estimate {
    /// Of `samples`, by a percentile bootstrap of the median. Nothing is known of none.
    #[must_use]
    pub fn of(samples: &[f64], random: &mut Random) -> Option<Self> {
        let median = median(samples)?;
        let mut medians: Vec<f64> = (0..RESAMPLES)
            .filter_map(|_| self::median(&resample(samples, random)))
            .collect();
        medians.sort_by(f64::total_cmp);
        Some(Self {
            median,
            low: quantile(&medians, TAIL)?,
            high: quantile(&medians, 1.0 - TAIL)?,
        })
    }

    /// The value itself, where it was measured once.
    #[must_use]
    pub fn exactly(value: f64) -> Self {
        Self {
            median: value,
            low: value,
            high: value,
        }
    }

    /// Multiplied by a positive number.
    #[must_use]
    pub fn times(self, factor: f64) -> Self {
        Self {
            median: self.median * factor,
            low: self.low * factor,
            high: self.high * factor,
        }
    }

    /// Whether the interval holds `value`.
    #[must_use]
    pub fn holds(&self, value: f64) -> bool {
        self.low <= value && value <= self.high
    }

    /// Whether two intervals have a value in common.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        self.low <= other.high && other.low <= self.high
    }
}

// === impl Difference ===

impl Difference {
    /// Of pairs (left, right), each of one round. `None` without any.
    #[must_use]
    pub fn of(
        pairs: &[(f64, f64)],
        surroundings: Surroundings,
        random: &mut Random,
    ) -> Option<Self> {
        let differences: Vec<f64> = pairs.iter().map(|(left, right)| left - right).collect();
        let rights: Vec<f64> = pairs.iter().map(|(_, right)| *right).collect();
        let difference = Estimate::of(&differences, random)?;
        let right = Estimate::of(&rights, random)?;
        let ratio = if right.low > 0.0 && rights.iter().all(|right| *right > 0.0) {
            let ratios: Vec<f64> = pairs.iter().map(|(left, right)| left / right).collect();
            Estimate::of(&ratios, random)
        } else {
            None
        };
        Some(Self {
            difference,
            ratio,
            outcome: if is_by_chance(&differences, surroundings) {
                Outcome::Undecided
            } else {
                outcome(pairs.len(), &difference, ratio.as_ref())
            },
        })
    }
}

/// The sign test: whether as many pairs on one side come of no difference at all more often
/// than once in twenty, or in a hundred amid noise: that of a base is in all that is held
/// against it. Unlike a bootstrap it stays true to that with few pairs, and
/// whatever the noise looks like.
fn is_by_chance(differences: &[f64], surroundings: Surroundings) -> bool {
    let seldom = match surroundings {
        Surroundings::Quiet => 0.05,
        Surroundings::Noisy => 0.01,
    };
    let above = differences.iter().filter(|value| **value > 0.0).count();
    let below = differences.iter().filter(|value| **value < 0.0).count();
    let pairs = above + below;
    // As a logarithm: of a thousand pairs, the share of a single way is no number above 0.
    let mut ways = pairs as f64 * 0.5_f64.ln();
    let mut tail = 0.0;
    for lesser in 0..=above.min(below) {
        tail += ways.exp();
        ways += ((pairs - lesser) as f64 / (lesser + 1) as f64).ln();
    }
    2.0 * tail > seldom
}

/// Both intervals must agree: that of the difference excludes 0, that of the ratio 1.
fn outcome(pairs: usize, difference: &Estimate, ratio: Option<&Estimate>) -> Outcome {
    if pairs < FEWEST {
        return Outcome::Undecided;
    }
    let ratio_above = ratio.is_none_or(|ratio| ratio.low > 1.0);
    let ratio_below = ratio.is_none_or(|ratio| ratio.high < 1.0);
    if difference.low > 0.0 && ratio_above {
        Outcome::More
    } else if difference.high < 0.0 && ratio_below {
        Outcome::Less
    } else {
        Outcome::Undecided
    }
}

// === impl Random ===

impl Random {
    /// The numbers of `seed`.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next one.
    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// One below `bound`, which is above 0.
    pub fn below(&mut self, bound: usize) -> usize {
        let wide = u128::from(self.draw()) * bound as u128;
        usize::try_from(wide >> 64).unwrap_or(0)
    }

    /// Puts `items` into a random order (Fisher–Yates).
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }
}

/// The middle value, or the mean of the middle two.
#[must_use]
pub fn median(samples: &[f64]) -> Option<f64> {
    let mut sorted = samples.to_vec();
    sorted.sort_by(f64::total_cmp);
    quantile(&sorted, 0.5)
}

/// Between the two nearest of what is sorted.
fn quantile(sorted: &[f64], share: f64) -> Option<f64> {
    let last = sorted.len().checked_sub(1)?;
    let place = share * last as f64;
    let below = place.floor();
    let (lower, upper) = (sorted[below as usize], sorted[place.ceil() as usize]);
    Some(lower + (upper - lower) * (place - below))
}

fn resample(samples: &[f64], random: &mut Random) -> Vec<f64> {
    let draw = |_| samples[random.below(samples.len())];
    (0..samples.len()).map(draw).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// About normal: the sum of twelve uniform numbers, less six.
    pub(super) fn noise(random: &mut Random, spread: f64) -> f64 {
        let uniform = |_| random.below(1 << 20) as f64 / f64::from(1 << 20);
        ((0..12).map(uniform).sum::<f64>() - 6.0) * spread
    }

    fn pairs(count: usize, added: f64, spread: f64, seed: u64) -> Vec<(f64, f64)> {
        let mut random = Random::new(seed);
        (0..count)
            .map(|_| {
                // What both sides of a round share is far larger than what differs.
                let drift = noise(&mut random, 3.0);
                let left = 20.0 + drift + added + noise(&mut random, spread);
                (left, 20.0 + drift + noise(&mut random, spread))
            })
            .collect()
    }

    fn outcomes(added: f64, seeds: std::ops::Range<u64>) -> Vec<Outcome> {
        seeds
            .map(|seed| {
                let pairs = pairs(12, added, 0.5, seed);
                Difference::of(&pairs, Surroundings::Quiet, &mut Random::new(seed))
                    .map(|found| found.outcome)
            })
            .map(|outcome| outcome.unwrap())
            .collect()
    }

    #[test]
    fn intervals_hold_the_true_median_nineteen_times_in_twenty() {
        let held = (0..400)
            .filter(|seed| {
                let mut random = Random::new(*seed);
                let samples: Vec<f64> = (0..15).map(|_| 10.0 + noise(&mut random, 1.0)).collect();
                Estimate::of(&samples, &mut random).unwrap().holds(10.0)
            })
            .count();
        assert!((368..=400).contains(&held), "{held} of 400");
    }

    #[test]
    fn a_difference_below_the_drift_between_rounds_is_found_in_pairs() {
        let found = outcomes(1.5, 0..50);
        let more = found.iter().filter(|found| **found == Outcome::More);
        assert!(more.count() >= 48, "{found:?}");
    }

    #[test]
    fn what_is_the_same_is_rarely_called_different() {
        let found = outcomes(0.0, 0..200);
        let wrong = found.iter().filter(|found| **found != Outcome::Undecided);
        assert!(wrong.count() <= 10, "{found:?}");
    }

    #[test]
    fn ten_pairs_of_twelve_are_no_chance_and_amid_noise_eleven() {
        let signs = |above| {
            let value = |at| if at < above { 1.0 } else { -1.0 };
            (0..12).map(value).collect::<Vec<f64>>()
        };
        let (quiet, noisy) = (Surroundings::Quiet, Surroundings::Noisy);
        assert!(!is_by_chance(&signs(10), quiet));
        assert!(is_by_chance(&signs(9), quiet));
        assert!(!is_by_chance(&signs(2), quiet));
        assert!(is_by_chance(&[], quiet));
        assert!(is_by_chance(&signs(10), noisy));
        assert!(!is_by_chance(&signs(11), noisy));
    }

    #[test]
    fn as_many_on_both_sides_are_chance_however_many_there_are() {
        for count in [2, 20, 200, 2000] {
            let signs = |at| if at % 2 == 0 { 1.0 } else { -1.0 };
            let differences: Vec<f64> = (0..count).map(signs).collect();
            assert!(is_by_chance(&differences, Surroundings::Quiet), "{count}");
            let differences = vec![1.0; 10 * count];
            assert!(!is_by_chance(&differences, Surroundings::Noisy), "{count}");
        }
    }

    #[test]
    fn the_lesser_side_is_told_too() {
        let pairs = pairs(12, -2.0, 0.5, 1);
        let found = Difference::of(&pairs, Surroundings::Quiet, &mut Random::new(1)).unwrap();
        assert_eq!(found.outcome, Outcome::Less);
        assert!(found.ratio.unwrap().high < 1.0);
    }

    #[test]
    fn with_too_few_pairs_nothing_is_called_different() {
        let pairs = pairs(FEWEST - 1, 10.0, 0.1, 1);
        let found = Difference::of(&pairs, Surroundings::Quiet, &mut Random::new(1)).unwrap();
        assert_eq!(found.outcome, Outcome::Undecided);
    }

    #[test]
    fn there_is_no_ratio_to_what_may_be_nothing() {
        let pairs: Vec<(f64, f64)> = (0..9).map(|at| (5.0, f64::from(at) - 4.0)).collect();
        let found = Difference::of(&pairs, Surroundings::Quiet, &mut Random::new(1)).unwrap();
        assert_eq!(found.ratio, None);
    }

    #[test]
    fn nothing_is_known_of_no_samples() {
        assert_eq!(Estimate::of(&[], &mut Random::new(1)), None);
        assert_eq!(
            Difference::of(&[], Surroundings::Quiet, &mut Random::new(1)),
            None
        );
    }

    #[test]
    fn the_middle_of_an_even_number_is_between_two() {
        assert_eq!(median(&[4.0, 1.0, 3.0, 2.0]), Some(2.5));
    }

    #[test]
    fn a_seed_repeats_the_order() {
        let order = |seed| {
            let mut items: Vec<u32> = (0..20).collect();
            Random::new(seed).shuffle(&mut items);
            items
        };
        assert_eq!(order(7), order(7));
        assert_ne!(order(7), order(8));
    }
}
