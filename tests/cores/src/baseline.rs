//! Counts of instructions, held against a baseline in git: a rise of more than 3 % fails until the
//! baseline is written anew, so that a change that costs, or saves, says so in its commit.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::process::ExitCode;

use serde_json::Value;

/// A file of counts, and what is held against it.
#[derive(Debug)]
pub struct Baseline<'a> {
    /// The name in the line of totals.
    pub suite: &'a str,
    /// The file.
    pub file: &'a Path,
    /// What counts anew.
    pub command: &'a str,
    /// How the counted code was built, where the file is to say it: the counts of another build
    /// are shown, and not held.
    pub build: Option<&'a str>,
}

/// What the file says.
#[derive(Debug, Default, PartialEq)]
struct Recorded {
    build: Option<String>,
    counts: BTreeMap<String, u64>,
}

/// A row against the baseline.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Change {
    /// By this share, which is little.
    Held(f64),
    /// It takes less.
    Less(f64),
    /// It takes more.
    More(f64),
    /// The baseline doesn't have it.
    New,
}

/// Rises by more of a hundred than this fail.
const TOLERANCE: u64 = 3;
/// The member of a file that is no count.
const BUILD: &str = "build";

// === impl Baseline ===

impl Baseline<'_> {
    /// Prints the table and the line of totals; with `UPDATE_BASELINE` set, `found` becomes the
    /// baseline first.
    ///
    /// # Panics
    /// Where the file can't be written, or is none of counts.
    #[must_use]
    pub fn hold(&self, found: &[(&str, u64)]) -> ExitCode {
        let build = self.build.map(str::to_owned);
        if std::env::var_os("UPDATE_BASELINE").is_some() {
            let counts = found
                .iter()
                .map(|(name, count)| ((*name).to_owned(), *count));
            let recorded = Recorded {
                build: build.clone(),
                counts: counts.collect(),
            };
            std::fs::write(self.file, recorded.text()).unwrap();
        }
        let recorded = Recorded::read(&std::fs::read_to_string(self.file).unwrap_or_default());
        let (table, failed) = table(&recorded.counts, found);
        print!("{table}");
        if recorded.build != build {
            let of = |build: &Option<String>| build.clone().unwrap_or("none".to_owned());
            println!("not held: the baseline was built in another way");
            println!("  baseline: {}", of(&recorded.build));
            println!("  now:      {}", of(&build));
            self.total(0, 0, found.len());
            self.hint();
            return ExitCode::SUCCESS;
        }
        self.total(found.len() - failed, failed, 0);
        if failed > 0 {
            self.hint();
            return ExitCode::FAILURE;
        }
        ExitCode::SUCCESS
    }

    /// The line that `scripts/totals` adds up.
    pub fn total(&self, passed: usize, failed: usize, skipped: usize) {
        let suite = self.suite;
        println!("suite {suite}: {passed} passed, {failed} failed, {skipped} skipped");
    }

    fn hint(&self) {
        let command = self.command;
        println!("hint: where it must be so: UPDATE_BASELINE=1 {command}");
    }
}

/// The table, and how many rows rose.
fn table(baseline: &BTreeMap<String, u64>, found: &[(&str, u64)]) -> (String, usize) {
    let mut table = format!(
        "{:<28}{:>12}{:>12}{:>9}\n",
        "instructions", "baseline", "now", "change"
    );
    let mut failed = 0;
    for (name, now) in found {
        let before = baseline.get(*name).copied();
        let change = Change::between(before, *now);
        failed += usize::from(change.fails());
        let before = before.map_or("-".to_owned(), |before| before.to_string());
        let _ = writeln!(table, "{name:<28}{before:>12}{now:>12}{}", change.words());
    }
    (table, failed)
}

// === impl Recorded ===

impl Recorded {
    fn read(text: &str) -> Self {
        if text.is_empty() {
            return Self::default();
        }
        let mut members: BTreeMap<String, Value> = serde_json::from_str(text).unwrap();
        let build = members.remove(BUILD);
        Self {
            build: build.and_then(|build| build.as_str().map(str::to_owned)),
            counts: members
                .into_iter()
                .map(|(name, count)| (name, count.as_u64().unwrap()))
                .collect(),
        }
    }

    fn text(&self) -> String {
        let counts = self.counts.iter();
        let counts = counts.map(|(name, count)| (name.as_str(), Value::from(*count)));
        let build = self.build.as_deref();
        let build = build.map(|build| (BUILD, Value::from(build)));
        let members: BTreeMap<&str, Value> = counts.chain(build).collect();
        format!("{}\n", serde_json::to_string_pretty(&members).unwrap())
    }
}

// === impl Change ===

impl Change {
    fn between(before: Option<u64>, now: u64) -> Self {
        let Some(before) = before else {
            return Self::New;
        };
        let share = now as f64 / before as f64 - 1.0;
        match now * 100 {
            now if now > before * (100 + TOLERANCE) => Self::More(share),
            now if now < before * (100 - TOLERANCE) => Self::Less(share),
            _ => Self::Held(share),
        }
    }

    const fn fails(self) -> bool {
        matches!(self, Self::More(_) | Self::New)
    }

    fn words(self) -> String {
        let percent = |share: f64| format!("{:>+7.1} %", share * 100.0);
        match self {
            Self::Held(share) => percent(share),
            Self::Less(share) => percent(share) + "  less: write it down",
            Self::More(share) => percent(share) + "  FAILED",
            Self::New => "      new  FAILED".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_than_three_percent_more_fails_and_less_never() {
        let fails = |now| Change::between(Some(1000), now).fails();
        assert_eq!(
            [1029, 1030, 1031, 500].map(fails),
            [false, false, true, false]
        );
        let is_less = |now| matches!(Change::between(Some(1000), now), Change::Less(_));
        assert_eq!([971, 970, 969].map(is_less), [false, false, true]);
    }

    #[test]
    fn a_row_without_a_baseline_fails() {
        let baseline = BTreeMap::from([("a".to_owned(), 100)]);
        let (table, failed) = table(&baseline, &[("a", 101), ("b", 7)]);
        assert_eq!(failed, 1);
        assert!(table.contains("+1.0 %\n"), "{table}");
        assert!(table.ends_with("new  FAILED\n"), "{table}");
    }

    #[test]
    fn a_file_comes_back_as_it_was_written() {
        for build in [None, Some("rustc 1".to_owned())] {
            let recorded = Recorded {
                build,
                counts: BTreeMap::from([("a: 1 KB".to_owned(), 1), ("z".to_owned(), 2)]),
            };
            assert_eq!(Recorded::read(&recorded.text()), recorded);
        }
    }
}
