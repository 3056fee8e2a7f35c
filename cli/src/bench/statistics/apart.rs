//! What two sides differ by that were measured apart, as two runs are.

use std::cmp::Ordering;

use super::{
    Difference, Estimate, Outcome, RESAMPLES, Random, Surroundings, TAIL, median, outcome,
    quantile, resample,
};

// === impl Difference ===

impl Difference {
    /// Of two sides that were measured apart, so that nothing pairs them. `None` without
    /// samples of both.
    #[must_use]
    pub fn apart(
        left: &[f64],
        right: &[f64],
        surroundings: Surroundings,
        random: &mut Random,
    ) -> Option<Self> {
        let (mine, others) = (median(left)?, median(right)?);
        let draws: Vec<(f64, f64)> = (0..RESAMPLES)
            .filter_map(|_| {
                let left = median(&resample(left, random))?;
                Some((left, median(&resample(right, random))?))
            })
            .collect();
        let estimate = |of: fn(f64, f64) -> f64| {
            let mut drawn: Vec<f64> = draws
                .iter()
                .map(|(left, right)| of(*left, *right))
                .collect();
            drawn.sort_by(f64::total_cmp);
            Some(Estimate {
                median: of(mine, others),
                low: quantile(&drawn, TAIL)?,
                high: quantile(&drawn, 1.0 - TAIL)?,
            })
        };
        let difference = estimate(|left, right| left - right)?;
        let ratio = match right.iter().all(|right| *right > 0.0) {
            true => estimate(|left, right| left / right),
            false => None,
        };
        Some(Self {
            difference,
            ratio,
            outcome: match are_mixed(left, right, surroundings) {
                true => Outcome::Undecided,
                false => outcome(left.len().min(right.len()), &difference, ratio.as_ref()),
            },
        })
    }
}

/// The rank-sum test (Mann–Whitney, normal approximation): whether two sides that don't differ
/// are as far apart more often than once in a hundred, or in a thousand amid noise. What
/// changed between the two is in none of their samples, so it is stricter than for pairs.
fn are_mixed(left: &[f64], right: &[f64], surroundings: Surroundings) -> bool {
    let far = match surroundings {
        Surroundings::Quiet => 2.576,
        Surroundings::Noisy => 3.291,
    };
    let wins = left.iter().flat_map(|left| {
        right.iter().map(move |right| match left.total_cmp(right) {
            Ordering::Greater => 1.0,
            Ordering::Equal => 0.5,
            Ordering::Less => 0.0,
        })
    });
    let (count, others) = (left.len() as f64, right.len() as f64);
    let expected = count * others / 2.0;
    let spread = (count * others * (count + others + 1.0) / 12.0).sqrt();
    // Half a win: of whole numbers, those at least as far count.
    (wins.sum::<f64>() - expected).abs() - 0.5 <= far * spread
}

#[cfg(test)]
mod tests {
    use super::super::tests::noise;
    use super::*;

    /// Of two runs of 12 rounds each.
    fn apart(added: f64, seeds: std::ops::Range<u64>) -> Vec<Outcome> {
        let run = |value: f64, random: &mut Random| -> Vec<f64> {
            (0..12).map(|_| value + noise(random, 1.0)).collect()
        };
        let found = seeds.map(|seed| {
            let mut random = Random::new(seed);
            let (left, right) = (run(20.0 + added, &mut random), run(20.0, &mut random));
            Difference::apart(&left, &right, Surroundings::Quiet, &mut random)
        });
        found.map(|found| found.unwrap().outcome).collect()
    }

    #[test]
    fn runs_that_differ_are_told_apart_and_those_that_do_not_are_not() {
        let more = apart(2.5, 0..50);
        let more = more.iter().filter(|found| **found == Outcome::More);
        assert!(more.count() >= 48);
        let same = apart(0.0, 0..300);
        let wrong = same.iter().filter(|found| **found != Outcome::Undecided);
        let wrong = wrong.count();
        assert!(wrong <= 6, "{wrong} of 300");
    }

    #[test]
    fn six_of_each_are_apart_only_where_none_is_between() {
        let left = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
        let (above, mixed) = (left.map(|value| value + 6.0), left.map(|value| value + 2.5));
        assert!(!are_mixed(&left, &above, Surroundings::Quiet));
        assert!(are_mixed(&left, &above, Surroundings::Noisy));
        assert!(are_mixed(&left, &mixed, Surroundings::Quiet));
        assert!(are_mixed(&left, &left, Surroundings::Quiet));
    }
}
