//! The first that is read: what it comes to in processors, and how far to trust it.

use maud::{Markup, html};

use super::number::{figure, interval, maybe, text};
use super::table::{Column, table};
use super::{Section, budget, prose};
use crate::bench::result::{Cell, Outcome, Record, Sizing, Workload};

/// The chains that people come for, the likeliest first.
const HEADLINES: [&str; 2] = ["all", "bundle"];

const SIZING: [Column; 5] = [
    Column::Words("chain"),
    Column::Figures("vCPU per 1,000/s"),
    Column::Figures("95 % interval"),
    Column::Figures("vCPU at 2,000/s"),
    Column::Figures("of 4 vCPU"),
];

pub fn section(record: &Record) -> Section {
    let first = record.workloads.first();
    let body = html! {
        (budget::gist(record))
        @if let Some(sizing) = first.and_then(|first| headline(record, first)) {
            (words(record, sizing))
            (tiles(record, sizing))
        }
        (budget::bounds(record))
        (differences(record))
        (warnings(record))
        @if let Some(first) = first { (sizings(record, first)) }
    };
    Section {
        id: "summary",
        title: "In short",
        body,
    }
}

/// The chain that the page is about: the one that everything is in, else the dearest.
fn headline<'r>(record: &'r Record, workload: &Workload) -> Option<&'r Sizing> {
    let of_it = || {
        let sizing = record.sizing.iter();
        sizing.filter(|sizing| sizing.workload == workload.name)
    };
    let known = HEADLINES
        .iter()
        .find_map(|name| of_it().find(|sizing| sizing.chain == *name));
    let dearest =
        || of_it().max_by(|left, right| left.share_of_four.total_cmp(&right.share_of_four));
    known.or_else(dearest)
}

fn words(record: &Record, sizing: &Sizing) -> Markup {
    let cores = sizing.cores_per_thousand.median;
    let cell = record.cell(&sizing.chain, &sizing.workload);
    let added = cell.and_then(|cell| cell.added);
    let base = record
        .chain(&sizing.chain)
        .and_then(|chain| chain.base.as_ref());
    html! {
        p.gist {
            "With " code { (sizing.chain) } ", Envoy takes "
            strong { (figure(cores, 3)) " vCPU per 1,000 requests per second" }
            @if let Some(workload) = record.workload(&sizing.workload) { " (" (workload.title) ")" }
            "; 2,000 per second take " (figure(cores * 2.0, 2)) " of 4 vCPU, "
            strong { (figure(sizing.share_of_four * 100.0, 1)) " %" } ". "
            @if let (Some(added), Some(base)) = (added, base) {
                "The filters add " (figure(added.median, 1)) " µs of processor time to a request [" (interval(&added, 1))
                "], that is " (figure(added.median * 1e-3, 3)) " vCPU per 1,000 per second over " code { (base) } "."
            }
        }
    }
}

fn tiles(record: &Record, sizing: &Sizing) -> Markup {
    let latency = record.latency_of(&sizing.chain, &sizing.workload);
    let p99 = latency.and_then(|one| one.percentile(99.0));
    let memory = record.memory_of(&sizing.chain);
    let added = record
        .cell(&sizing.chain, &sizing.workload)
        .and_then(|cell| cell.added);
    let tile = |name: String, value: String| html! { div { dt { (name) } dd { (value) } } };
    html! {
        dl.tiles {
            (tile("vCPU per 1,000 requests/s".to_owned(), text(sizing.cores_per_thousand.median, 3)))
            (tile("of 4 vCPU at 2,000 requests/s".to_owned(), format!("{} %", text(sizing.share_of_four * 100.0, 1))))
            @if let Some(added) = added { (tile("added to a request".to_owned(), format!("{} µs", text(added.median, 1)))) }
            @if let Some(p99) = p99 {
                (tile(format!("p99 at {} requests/s", text(f64::from(record.settings.rate), 0)), milliseconds(p99.micros.median)))
            }
            @if let Some(memory) = memory { (tile("resident memory at start".to_owned(), format!("{} MB", text(memory.started as f64 / 1e6, 0)))) }
        }
    }
}

fn milliseconds(micros: f64) -> String {
    match micros < 1e3 {
        true => format!("{} µs", text(micros, 0)),
        false => format!("{} ms", text(micros / 1e3, 2)),
    }
}

fn differences(record: &Record) -> Markup {
    let all = record.verdicts.len();
    let undecided = |outcome| outcome == Outcome::Undecided;
    let open = record
        .verdicts
        .iter()
        .filter(|one| undecided(one.outcome))
        .count();
    html! {
        @if all > 0 {
            p {
    "Comparisons that show a difference: " (all - open) " of " (all)
                @if open > 0 { "; for the others the noise of this run carries none" } ". "
                a href="#verdicts" { "Which" } "."
            }
        }
    }
}

fn warnings(record: &Record) -> Markup {
    html! {
        @if !record.warnings.is_empty() {
            div.warnings role="note" aria-label="Warnings" {
                h3 { "Warnings" }
                ul {
                    @for warning in &record.warnings {
                        li { @for line in warning.message.lines() { span.line { (prose(line.trim())) } } }
                    }
                }
            }
        }
    }
}

fn sizings(record: &Record, first: &Workload) -> Markup {
    let of_first = record
        .sizing
        .iter()
        .filter(|one| one.workload == first.name);
    let rows: Vec<Vec<Markup>> = of_first
        .map(|one| {
            let cores = &one.cores_per_thousand;
            vec![
                html! { (one.chain) },
                figure(cores.median, 3),
                interval(cores, 3),
                figure(cores.median * 2.0, 2),
                html! { (figure(one.share_of_four * 100.0, 1)) " %" },
            ]
        })
        .collect();
    html! {
        @if !rows.is_empty() {
            h3 { "Processors, by chain" }
            (table(&format!("{}: {}. Envoy's own work is in it.", first.name, first.title), &SIZING, &rows))
            (of_others(record, first))
        }
    }
}

/// The other workloads, a column each would be too many: a row each.
fn of_others(record: &Record, first: &Workload) -> Markup {
    let others = record
        .sizing
        .iter()
        .filter(|one| one.workload != first.name);
    let rows: Vec<Vec<Markup>> = others
        .map(|one| {
            let cores = &one.cores_per_thousand;
            let cell: Option<&Cell> = record.cell(&one.chain, &one.workload);
            vec![
                html! { (one.workload) },
                html! { (one.chain) },
                figure(cores.median, 3),
                interval(cores, 3),
                figure(cores.median * 2.0, 2),
                html! { (figure(one.share_of_four * 100.0, 1)) " %" },
                maybe(
                    cell.and_then(|cell| cell.added)
                        .map(|added| figure(added.median * 1e-3, 3)),
                ),
            ]
        })
        .collect();
    let columns = [
        &[Column::Words("workload")],
        &SIZING[..],
        &[Column::Figures("added vCPU")],
    ]
    .concat();
    html! {
        @if !rows.is_empty() {
            details {
                summary { "Other workloads" }
                (table("Processors, by workload and chain", &columns, &rows))
            }
        }
    }
}
