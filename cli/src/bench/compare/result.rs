//! What a comparison found: the JSON that `tollgate bench compare --format json` prints.

use serde::{Deserialize, Serialize};

use crate::bench::result::{Machine, Outcome, Record, Side, Versions};
use crate::bench::statistics::{Difference, Estimate};

/// Rises where a field changes its meaning or goes.
pub const FORMAT: u32 = 1;

/// Two runs side by side.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// [`FORMAT`].
    pub format: u32,
    /// The run that the other is held against.
    pub before: Run,
    /// The run that is judged.
    pub after: Run,
    /// Whether both ran on the same kind of machine; else no difference is called one.
    pub same_machine: bool,
    /// What both have.
    pub rows: Vec<Row>,
    /// What only the first has.
    pub only_before: Vec<Side>,
    /// What only the second has.
    pub only_after: Vec<Side>,
    /// What else differs between them.
    pub warnings: Vec<String>,
}

/// One of the two runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// When it began (RFC 3339).
    pub started: String,
    /// Where it ran.
    pub machine: Machine,
    /// What ran.
    pub versions: Versions,
}

/// A figure that both runs have.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// The chain's name, or the file of a module.
    pub subject: String,
    /// The workload's name; `None` where there is none.
    pub workload: Option<String>,
    /// Whether the chain is one that others are measured against.
    pub is_base: bool,
    /// What is compared.
    pub topic: Topic,
    /// In the run that the other is held against.
    pub before: Estimate,
    /// In the run that is judged.
    pub after: Estimate,
    /// The second less the first.
    pub difference: Estimate,
    /// The second through the first; `None` where that may be nothing.
    pub ratio: Option<Estimate>,
    /// What of it isn't noise.
    pub outcome: Outcome,
    /// In words.
    pub words: String,
}

/// What of two runs is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    /// Microseconds of Envoy's CPU time per request, of a base.
    Cost,
    /// The same over the chain's base.
    Added,
    /// What is added, as a share of the base's cost; between two machines.
    Share,
    /// Microseconds within which 99 of 100 requests were answered.
    P99,
    /// Resident bytes after all load.
    Memory,
    /// Milliseconds of CPU time until the listener accepts.
    Start,
    /// Bytes of a module's file.
    Module,
}

// === impl Run ===

impl Run {
    /// What of `record` says where it is from.
    #[must_use]
    pub fn of(record: &Record) -> Self {
        Self {
            started: record.started.clone(),
            machine: record.machine.clone(),
            versions: record.versions.clone(),
        }
    }
}

// === impl Topic ===

impl Topic {
    /// The unit in which it is shown, and how many of the record's make one.
    #[must_use]
    pub fn unit(self) -> (&'static str, f64) {
        match self {
            Self::Cost | Self::Added | Self::P99 => ("µs", 1.0),
            Self::Share => ("%", 0.01),
            Self::Memory => ("MB", 1e6),
            Self::Start => ("ms", 1.0),
            Self::Module => ("KB", 1e3),
        }
    }

    /// How it is said of a chain.
    fn verb(self) -> &'static str {
        match self {
            Self::Cost => "costs",
            Self::Added | Self::Share => "adds",
            Self::P99 => "has a p99 that is",
            Self::Memory => "takes",
            Self::Start => "starts in",
            Self::Module => "is",
        }
    }
}

// === impl Row ===

impl Row {
    /// The row of what was found, with the outcome that its `moved` base leaves of it: a
    /// difference whose interval doesn't lie beyond that isn't called one.
    #[must_use]
    pub fn new(
        place: Place<'_>,
        topic: Topic,
        [before, after]: [Estimate; 2],
        found: Difference,
        moved: f64,
    ) -> Self {
        let outcome = match found.outcome {
            Outcome::More if found.difference.low <= moved => Outcome::Undecided,
            Outcome::Less if found.difference.high >= -moved => Outcome::Undecided,
            outcome => outcome,
        };
        let mut row = Self {
            subject: place.subject.to_owned(),
            workload: place.workload.map(str::to_owned),
            is_base: place.is_base,
            topic,
            before,
            after,
            difference: found.difference,
            ratio: found.ratio,
            outcome,
            words: String::new(),
        };
        row.words = row.in_words();
        row
    }

    fn in_words(&self) -> String {
        let (unit, size) = self.topic.unit();
        let place = match &self.workload {
            Some(workload) => format!("{workload}: `{}`", self.subject),
            None => format!("`{}`", self.subject),
        };
        let verb = self.topic.verb();
        let Estimate { median, low, high } = self.difference.times(1.0 / size);
        let interval = |low: f64, high: f64| match low == high {
            true => String::new(),
            false => format!(" [{low:.1}, {high:.1}]"),
        };
        let times = self.ratio.map_or_else(String::new, |ratio| {
            format!(", {:.2} times as much", ratio.median)
        });
        match self.outcome {
            Outcome::More => {
                let interval = interval(low, high);
                format!("{place} {verb} {median:.1} {unit} more than before{interval}{times}")
            }
            Outcome::Less => {
                let interval = interval(-high, -low);
                format!(
                    "{place} {verb} {:.1} {unit} less than before{interval}{times}",
                    -median
                )
            }
            Outcome::Undecided => {
                let interval = interval(low, high);
                format!("{place}: no difference that the noise doesn't explain{interval}")
            }
        }
    }
}

/// What a row is about.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// The chain's name, or the file of a module.
    pub subject: &'a str,
    /// The workload's name.
    pub workload: Option<&'a str>,
    /// Whether others are measured against it.
    pub is_base: bool,
}

/// What a base that moved from one cost to another explains of a difference in what was
/// `before`: as much as it moved by itself, and as large a share. None of that is a chain's.
#[must_use]
pub fn moved([from, to]: [f64; 2], before: f64) -> f64 {
    let by = (to - from).abs();
    match from > 0.0 {
        true => by.max(by / from * before.abs()),
        false => by,
    }
}
