//! What a result is worth: the published score table.
//! Source: `src/grader/charts.js` and `src/grader/grader.js`.

use serde::Deserialize;
use std::collections::BTreeMap;

use crate::data;

/// The one result that costs points and passes all the same.
const PASSES_AT_A_COST: &str = "csp-implemented-with-insecure-scheme-in-passive-content-only";

/// What every result is worth, and the grade of a score.
#[derive(Debug, Clone)]
pub struct Table {
    tests: BTreeMap<String, BTreeMap<String, i32>>,
    grades: BTreeMap<i32, String>,
    credit_from: i32,
}

#[derive(Deserialize)]
struct RawTable {
    minimum_score_for_extra_credit: i32,
    grades: Vec<RawGrade>,
    tests: BTreeMap<String, RawTest>,
}

#[derive(Deserialize)]
struct RawGrade {
    score: i32,
    grade: String,
}

#[derive(Deserialize)]
struct RawTest {
    results: Vec<RawResult>,
}

#[derive(Deserialize)]
struct RawResult {
    result: String,
    modifier: i32,
}

// === impl Table ===

impl Table {
    /// The table in the test data; `None` where that isn't there.
    ///
    /// # Panics
    ///
    /// Where the file is there and is no table.
    #[must_use]
    pub fn published() -> Option<Self> {
        let file = data::folder().join("score_table.json");
        let source = std::fs::read(&file).ok()?;
        let table = Self::parse(&source);
        Some(table.unwrap_or_else(|error| panic!("{}: {error}", file.display())))
    }

    /// Reads a table.
    ///
    /// # Errors
    ///
    /// Where the source is not JSON of the table's shape.
    pub fn parse(source: &[u8]) -> Result<Self, serde_json::Error> {
        let raw: RawTable = serde_json::from_slice(source)?;
        let modifiers = |test: RawTest| {
            let results = test.results.into_iter();
            results
                .map(|result| (result.result, result.modifier))
                .collect()
        };
        Ok(Self {
            tests: raw
                .tests
                .into_iter()
                .map(|(name, test)| (name, modifiers(test)))
                .collect(),
            grades: raw
                .grades
                .into_iter()
                .map(|row| (row.score, row.grade))
                .collect(),
            credit_from: raw.minimum_score_for_extra_credit,
        })
    }

    /// The points that a result adds or, below zero, takes.
    ///
    /// # Panics
    ///
    /// Where the table lacks the result.
    #[must_use]
    pub fn modifier(&self, result: &str) -> i32 {
        let found = self.tests.values().find_map(|results| results.get(result));
        *found.unwrap_or_else(|| panic!("the score table has no `{result}`"))
    }

    /// Whether a test with this result counts as passed. The table doesn't say;
    /// the tests' own lists come down to this.
    ///
    /// # Panics
    ///
    /// Where the table lacks the result.
    #[must_use]
    pub fn passes(&self, result: &str) -> bool {
        self.modifier(result) >= 0 || result == PASSES_AT_A_COST
    }

    /// The most that any result of a test adds.
    #[must_use]
    pub fn most(&self, test: &str) -> Option<i32> {
        self.tests.get(test)?.values().copied().max()
    }

    /// The score of some results: credit counts only where the faults leave
    /// enough.
    ///
    /// # Panics
    ///
    /// Where the table lacks a result.
    #[must_use]
    pub fn score<'r>(&self, results: impl Iterator<Item = &'r str>) -> i32 {
        let modifiers = results.map(|result| self.modifier(result));
        let (faults, credit): (Vec<i32>, Vec<i32>) = modifiers.partition(|points| *points < 0);
        let score = 100 + faults.iter().sum::<i32>();
        if score < self.credit_from {
            return score.max(0);
        }
        score + credit.iter().sum::<i32>()
    }

    /// The grade of a score.
    ///
    /// # Panics
    ///
    /// Where the table has no grade so low.
    #[must_use]
    pub fn grade(&self, score: i32) -> &str {
        let below = self.grades.range(..=score).next_back();
        below.map_or_else(|| panic!("no grade for {score}"), |(_, grade)| grade)
    }
}
