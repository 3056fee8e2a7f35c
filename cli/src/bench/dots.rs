//! Values by round, and which of them count.

use super::result::Sample;
use super::statistics::{Difference, FEWEST, Random, Surroundings};

/// A value of one round.
#[derive(Debug, Clone, Copy)]
pub struct Dot {
    /// Which.
    pub round: u32,
    /// The value.
    pub value: f64,
    /// Whether others used the machine meanwhile.
    pub noisy: bool,
}

/// What each measurement cost.
#[must_use]
pub fn costs<'s>(samples: impl IntoIterator<Item = &'s Sample>) -> Vec<Dot> {
    let dot = |sample: &Sample| Dot {
        round: sample.round,
        value: sample.cost,
        noisy: sample.noisy,
    };
    samples.into_iter().map(dot).collect()
}

/// What is added to `base`, round by round.
#[must_use]
pub fn added(mine: &[Dot], base: &[Dot]) -> Vec<Dot> {
    joined(mine, base, |mine, base| mine - base)
}

/// The same as a share of `base`.
#[must_use]
pub fn shares(mine: &[Dot], base: &[Dot]) -> Vec<Dot> {
    joined(mine, base, |mine, base| mine / base - 1.0)
}

fn joined(mine: &[Dot], base: &[Dot], join: impl Fn(f64, f64) -> f64) -> Vec<Dot> {
    let joined = mine.iter().filter_map(|dot| {
        let other = base.iter().find(|other| other.round == dot.round)?;
        Some(Dot {
            round: dot.round,
            value: join(dot.value, other.value),
            noisy: dot.noisy || other.noisy,
        })
    });
    joined.collect()
}

/// Of the quiet rounds, where there are enough; else of all.
#[must_use]
pub fn quiet(dots: &[Dot]) -> Vec<f64> {
    let values = |dots: &mut dyn Iterator<Item = &Dot>| dots.map(|dot| dot.value).collect();
    let quiet: Vec<f64> = values(&mut dots.iter().filter(|dot| !dot.noisy));
    match quiet.len() >= FEWEST {
        true => quiet,
        false => values(&mut dots.iter()),
    }
}

/// What two sides differ by; `None` where they have no round in common.
#[must_use]
pub fn difference(left: &[Dot], right: &[Dot], random: &mut Random) -> Option<Difference> {
    let (pairs, surroundings) = pairs(left, right);
    Difference::of(&pairs, surroundings, random)
}

/// What two runs differ by, `left` less `right`; `None` where one of them has no rounds.
#[must_use]
pub fn apart(left: &[Dot], right: &[Dot], random: &mut Random) -> Option<Difference> {
    let calm = |dots: &[Dot]| {
        let noisy = dots.iter().filter(|dot| dot.noisy).count();
        noisy == 0 || dots.len() - noisy >= FEWEST
    };
    let surroundings = match calm(left) && calm(right) {
        true => Surroundings::Quiet,
        false => Surroundings::Noisy,
    };
    Difference::apart(&quiet(left), &quiet(right), surroundings, random)
}

/// The rounds that both have; the quiet ones, where there are enough.
fn pairs(left: &[Dot], right: &[Dot]) -> (Vec<(f64, f64)>, Surroundings) {
    let both = left.iter().filter_map(|left| {
        let right = right.iter().find(|right| right.round == left.round)?;
        Some((left.value, right.value, left.noisy || right.noisy))
    });
    let both: Vec<(f64, f64, bool)> = both.collect();
    let quiet = both.iter().filter(|(_, _, noisy)| !noisy).count();
    let surroundings = match quiet < FEWEST && quiet < both.len() {
        true => Surroundings::Noisy,
        false => Surroundings::Quiet,
    };
    let counting = both
        .iter()
        .filter(|(_, _, noisy)| quiet < FEWEST || !noisy)
        .map(|(left, right, _)| (*left, *right));
    (counting.collect(), surroundings)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dots(noisy: &[u32]) -> Vec<Dot> {
        let dot = |round| Dot {
            round,
            value: f64::from(round),
            noisy: noisy.contains(&round),
        };
        (0..8).map(dot).collect()
    }

    #[test]
    fn noisy_rounds_are_left_out_where_enough_are_quiet() {
        assert_eq!(quiet(&dots(&[0, 1])), [2.0, 3.0, 4.0, 5.0, 6.0, 7.0]);
        assert_eq!(quiet(&dots(&[0, 1, 2])).len(), 8);
    }

    #[test]
    fn a_pair_is_of_one_round_and_quiet_on_both_sides() {
        let (quiet, surroundings) = pairs(&dots(&[0]), &dots(&[1]));
        assert_eq!(surroundings, Surroundings::Quiet);
        assert_eq!(quiet.len(), 6);
        assert!(quiet.iter().all(|(left, right)| left == right));
        let right = &dots(&[])[5..];
        let (few, _) = pairs(&dots(&[]), right);
        assert_eq!(few, [(5.0, 5.0), (6.0, 6.0), (7.0, 7.0)]);
        let (_, surroundings) = pairs(&dots(&[0, 1]), &dots(&[2]));
        assert_eq!(surroundings, Surroundings::Noisy);
    }
}
