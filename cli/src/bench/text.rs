//! A record as people read it on a terminal.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use super::result::{Cell, Fit, Memory, Record, Verdict};
use super::table::{BOLD, interval, table};

/// Prints it.
///
/// # Errors
/// Where the output is closed.
pub fn print(out: &mut impl Write, record: &Record) -> io::Result<()> {
    head(out, record)?;
    for workload in &record.workloads {
        let of_it = |cell: &&Cell| cell.workload == workload.name;
        let cells: Vec<&Cell> = record.cells.iter().filter(of_it).collect();
        if !cells.is_empty() {
            let title = format!("{}: {}", workload.name, workload.title);
            table(out, &title, &COST, cells.iter().map(|cell| cost_row(cell)))?;
        }
    }
    verdicts(out, record)?;
    latency(out, record)?;
    memory(out, record)?;
    sizing(out, record)?;
    budget(out, record)?;
    warnings(out, record)
}

const GREEN: Style = AnsiColor::Green.on_default().bold();
const RED: Style = AnsiColor::Red.on_default().bold();
const YELLOW: Style = AnsiColor::Yellow.on_default().bold();

const COST: [&str; 5] = [
    "chain",
    "µs/request",
    "added",
    "95 % interval",
    "requests/s",
];
const LATENCY: [&str; 7] = [
    "chain",
    "p50 µs",
    "p90",
    "p99",
    "p99.9",
    "longest",
    "requests/s",
];
const MEMORY: [&str; 7] = [
    "chain",
    "workers",
    "RSS MB",
    "after load",
    "VMs MB",
    "start ms",
    "CPU ms",
];

fn head(out: &mut impl Write, record: &Record) -> io::Result<()> {
    let (machine, settings) = (&record.machine, &record.settings);
    let rounds = match record.rounds_taken() {
        taken if taken < settings.rounds as usize => format!("{taken} of {}", settings.rounds),
        _ => settings.rounds.to_string(),
    };
    writeln!(
        out,
        "Envoy {}, tollgate {}, load by {}\n{} × {}, {:.0} GB, {}\n{} rounds of {} s, {} worker(s), {} connections, seed {}",
        record.versions.envoy,
        record.versions.tollgate,
        record.versions.generator,
        machine.cores,
        machine.cpu,
        machine.memory as f64 / 1e9,
        machine.kernel,
        rounds,
        settings.seconds,
        settings.workers,
        settings.connections,
        settings.seed,
    )
}

fn cost_row(cell: &Cell) -> Vec<String> {
    let (added, interval) = match &cell.added {
        Some(added) => (format!("{:.1}", added.median), interval(added)),
        None => (String::new(), String::new()),
    };
    vec![
        cell.chain.clone(),
        format!("{:.1}", cell.cost.median),
        added,
        interval,
        format!("{:.0}", cell.throughput.median),
    ]
}

/// Those against a base stand in the tables already.
fn verdicts(out: &mut impl Write, record: &Record) -> io::Result<()> {
    let shown: Vec<&Verdict> = record
        .verdicts
        .iter()
        .filter(|verdict| !record.is_against_base(verdict))
        .collect();
    if shown.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{BOLD}comparisons{BOLD:#}")?;
    for verdict in shown {
        writeln!(out, "  {}", verdict.words)?;
    }
    Ok(())
}

fn latency(out: &mut impl Write, record: &Record) -> io::Result<()> {
    for workload in &record.workloads {
        let of_it = record
            .latency
            .iter()
            .filter(|one| one.workload == workload.name);
        let rows: Vec<Vec<String>> = of_it
            .map(|one| {
                let mut row = vec![one.chain.clone()];
                let percentiles = one.percentiles.iter();
                row.extend(percentiles.map(|one| format!("{:.0}", one.micros.median)));
                row.extend([one.longest.to_string(), format!("{:.0}", one.achieved)]);
                row
            })
            .collect();
        if !rows.is_empty() {
            let title = format!(
                "latency of {} at {} requests/s",
                workload.name, record.settings.rate
            );
            table(out, &title, &LATENCY, rows)?;
        }
    }
    Ok(())
}

fn memory(out: &mut impl Write, record: &Record) -> io::Result<()> {
    table(
        out,
        "memory and start",
        &MEMORY,
        record
            .memory
            .iter()
            .map(|memory| memory_row(record, memory)),
    )?;
    for module in &record.modules {
        writeln!(out, "  {} {:.0} KB", module.file, module.bytes as f64 / 1e3)?;
    }
    Ok(())
}

fn memory_row(record: &Record, memory: &Memory) -> Vec<String> {
    let megabytes = |bytes: u64| format!("{:.1}", bytes as f64 / 1e6);
    let is_its = |workers: u16, chain: &str| workers == memory.workers && chain == memory.chain;
    let start = record
        .start
        .iter()
        .find(|start| is_its(start.workers, &start.chain));
    let vms = memory.vms.iter().flatten();
    vec![
        memory.chain.clone(),
        memory.workers.to_string(),
        megabytes(memory.started),
        memory.loaded.map_or_else(String::new, megabytes),
        vms.map(|bytes| megabytes(*bytes))
            .collect::<Vec<_>>()
            .join(" "),
        start.map_or_else(String::new, |start| format!("{:.0}", start.wall_millis)),
        start.map_or_else(String::new, |start| format!("{:.0}", start.cpu_millis)),
    ]
}

fn sizing(out: &mut impl Write, record: &Record) -> io::Result<()> {
    let Some(first) = record.workloads.first() else {
        return Ok(());
    };
    writeln!(
        out,
        "\n{BOLD}sizing for {}, Envoy's own work included{BOLD:#}",
        first.name
    )?;
    let of_first = record
        .sizing
        .iter()
        .filter(|one| one.workload == first.name);
    let of_first: Vec<_> = of_first.collect();
    let width = of_first
        .iter()
        .map(|one| one.chain.chars().count())
        .max()
        .unwrap_or(0);
    for one in of_first {
        writeln!(out, "  {:width$}  {}", one.chain, one.words)?;
    }
    Ok(())
}

fn budget(out: &mut impl Write, record: &Record) -> io::Result<()> {
    if record.budget.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{BOLD}budget{BOLD:#}")?;
    for bound in &record.budget {
        let (style, fit) = match bound.fit {
            Fit::Holds => (GREEN, "holds"),
            Fit::Broken => (RED, "broken"),
            Fit::Undecided => (YELLOW, "can't be told"),
        };
        writeln!(out, "  {style}{fit:13}{style:#}  {}", bound.words)?;
    }
    let kept = record.budget.iter().filter(|bound| bound.fit == Fit::Holds);
    let (kept, all) = (kept.count(), record.budget.len());
    match record.fits() {
        true => writeln!(out, "  it is kept: {kept} of {all} hold"),
        false => writeln!(out, "  it is not kept: {kept} of {all} hold"),
    }
}

fn warnings(out: &mut impl Write, record: &Record) -> io::Result<()> {
    if !record.warnings.is_empty() {
        writeln!(out)?;
    }
    for warning in &record.warnings {
        writeln!(out, "{YELLOW}warning:{YELLOW:#} {}", warning.message)?;
    }
    Ok(())
}
