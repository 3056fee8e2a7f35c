//! Tables on a terminal, for all that `bench` prints.

use std::io::{self, Write};

use anstyle::Style;

use super::statistics::Estimate;

/// What stands above a table.
pub const BOLD: Style = Style::new().bold();

/// The ends of an interval.
#[must_use]
pub fn interval(estimate: &Estimate) -> String {
    format!("{:.1} to {:.1}", estimate.low, estimate.high)
}

/// The first column to the left, numbers to the right.
///
/// # Errors
/// Where the output is closed.
pub fn table(
    out: &mut impl Write,
    title: &str,
    head: &[&str],
    rows: impl IntoIterator<Item = Vec<String>>,
) -> io::Result<()> {
    let head: Vec<String> = head.iter().map(|cell| (*cell).to_owned()).collect();
    let rows: Vec<Vec<String>> = std::iter::once(head).chain(rows).collect();
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..rows[0].len()).map(width).collect();
    writeln!(out, "\n{BOLD}{title}{BOLD:#}")?;
    for row in &rows {
        let mut line = String::from(" ");
        for (at, (cell, width)) in row.iter().zip(&widths).enumerate() {
            let cell = match at {
                0 => format!(" {cell:<width$}"),
                _ => format!("  {cell:>width$}"),
            };
            line.push_str(&cell);
        }
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}
