//! A comparison as people read it on a terminal.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use super::result::{Comparison, Row, Run, Topic};
use crate::bench::result::{Outcome, Side};
use crate::bench::statistics::Estimate;
use crate::bench::table::{BOLD, interval, table};

const YELLOW: Style = AnsiColor::Yellow.on_default().bold();

/// Tables, with their titles where they have no workload.
const TOPICS: [(Topic, &str); 7] = [
    (Topic::Cost, "cost without filters"),
    (Topic::Added, "added"),
    (
        Topic::Share,
        "added, as a share of the cost without filters",
    ),
    (Topic::P99, "latency, p99"),
    (Topic::Memory, "memory after load"),
    (Topic::Start, "CPU until it accepts"),
    (Topic::Module, "modules"),
];

/// Prints it.
///
/// # Errors
/// Where the output is closed.
pub fn print(out: &mut impl Write, comparison: &Comparison) -> io::Result<()> {
    writeln!(out, "A  {}", run(&comparison.before))?;
    writeln!(out, "B  {}", run(&comparison.after))?;
    for (topic, title) in TOPICS {
        let of_it: Vec<&Row> = comparison
            .rows
            .iter()
            .filter(|row| row.topic == topic)
            .collect();
        if !of_it.is_empty() {
            let title = format!("{title}, {}", topic.unit().0);
            let first = match topic {
                Topic::Module => "file",
                _ => "chain",
            };
            let head = [
                first, "A", "interval", "B", "interval", "B less A", "interval", "B/A", "outcome",
            ];
            table(out, &title, &head, of_it.into_iter().map(cells))?;
        }
    }
    only(out, "only in A", &comparison.only_before)?;
    only(out, "only in B", &comparison.only_after)?;
    differences(out, comparison)?;
    if !comparison.warnings.is_empty() {
        writeln!(out)?;
    }
    for warning in &comparison.warnings {
        writeln!(out, "{YELLOW}warning:{YELLOW:#} {warning}")?;
    }
    Ok(())
}

fn run(run: &Run) -> String {
    format!(
        "{}  tollgate {}, Envoy {}, {} × {}",
        run.started, run.versions.tollgate, run.versions.envoy, run.machine.cores, run.machine.cpu
    )
}

fn cells(row: &Row) -> Vec<String> {
    let (_, size) = row.topic.unit();
    let shown = |estimate: &Estimate| {
        let estimate = estimate.times(1.0 / size);
        let interval = match estimate.low == estimate.high {
            true => String::new(),
            false => interval(&estimate),
        };
        [decimal(estimate.median), interval]
    };
    let name = match &row.workload {
        Some(workload) => format!("{}, {workload}", row.subject),
        None => row.subject.clone(),
    };
    let estimates = [&row.before, &row.after, &row.difference];
    let mut cells = vec![name];
    cells.extend(estimates.into_iter().flat_map(shown));
    cells.push(
        row.ratio
            .map_or_else(String::new, |ratio| format!("{:.2}", ratio.median)),
    );
    cells.push(match row.outcome {
        Outcome::More => "more".to_owned(),
        Outcome::Less => "less".to_owned(),
        Outcome::Undecided => "-".to_owned(),
    });
    cells
}

/// With one decimal, and no sign before a zero.
fn decimal(value: f64) -> String {
    format!("{:.1}", (value * 10.0).round() / 10.0 + 0.0)
}

fn only(out: &mut impl Write, title: &str, sides: &[Side]) -> io::Result<()> {
    if sides.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{BOLD}{title}{BOLD:#}")?;
    for Side { chain, workload } in sides {
        writeln!(out, "  {chain}, {workload}")?;
    }
    Ok(())
}

fn differences(out: &mut impl Write, comparison: &Comparison) -> io::Result<()> {
    writeln!(out, "\n{BOLD}differences{BOLD:#}")?;
    let rows = comparison.rows.iter();
    let mut told = rows
        .filter(|row| row.outcome != Outcome::Undecided)
        .peekable();
    if told.peek().is_none() {
        writeln!(out, "  none that the noise doesn't explain")?;
    }
    for row in told {
        writeln!(out, "  {}", row.words)?;
    }
    Ok(())
}
