//! Tries a pattern that backtracks with texts made to cost much, so that whoever
//! wrote it learns of it before a client does.

use super::backtrack::Backtracker;
use crate::budget::Budget;

/// A text that takes more steps than a judgement may have.
pub(super) fn costly_text(backtracker: &Backtracker) -> Option<String> {
    let samples = backtracker.samples();
    let samples = samples.get(..MAX_SAMPLES).unwrap_or(&samples);
    let mut units: Vec<String> = samples.iter().map(char::to_string).collect();
    let pairs = samples
        .iter()
        .flat_map(|first| samples.iter().map(move |second| format!("{first}{second}")));
    units.extend(pairs.take(MAX_PAIRS));
    let texts = units.iter().map(|unit| {
        let times = LENGTH.checked_div(unit.chars().count()).unwrap_or(0);
        // The end is what no class of a usual pattern has, so that all has to be tried.
        format!("{}\u{1}", unit.repeat(times))
    });
    let mut costly =
        texts.filter(|text| backtracker.matches(text, &mut Budget::new(STEPS)).is_err());
    costly.next()
}

const LENGTH: usize = 63;
/// A text of this length takes a harmless pattern some thousands.
const STEPS: u32 = 200_000;
const MAX_SAMPLES: usize = 16;
const MAX_PAIRS: usize = 64;
