//! How it was measured: machine, versions, settings, chains and workloads.

use maud::{Markup, html};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::Section;
use super::number::{figure, text, whole};
use super::table::{Column, table};
use crate::bench::result::{Cell, Kind, Protocol, Record, Workload};

pub fn section(record: &Record) -> Section {
    let body = html! {
        div.halves {
            (facts("Machine and versions", &machine(record)))
            (facts("Settings", &settings(record)))
        }
        (chains(record))
        (workloads(record))
        (threads(record))
    };
    Section {
        id: "run",
        title: "How it was measured",
        body,
    }
}

/// The day and the minute; as it stands where it is no time.
pub fn when(record: &Record) -> String {
    match OffsetDateTime::parse(&record.started, &Rfc3339) {
        Ok(time) => format!(
            "{} {:02}:{:02} UTC",
            time.date(),
            time.hour(),
            time.minute()
        ),
        Err(_) => record.started.clone(),
    }
}

/// For the head of the page.
pub fn in_short(record: &Record) -> Markup {
    let (machine, versions) = (&record.machine, &record.versions);
    html! {
        "tollgate " (versions.tollgate) " on Envoy " (versions.envoy) ", "
        (machine.cores) " × " (machine.cpu) ", " (when(record))
        @if let Some(policy) = &record.settings.policy { ", policy " code { (policy) } }
    }
}

fn machine(record: &Record) -> Vec<(&'static str, Markup)> {
    let (machine, versions) = (&record.machine, &record.versions);
    vec![
        ("Processor", html! { (machine.cpu) }),
        ("Processors", html! { (machine.cores) }),
        (
            "Memory",
            html! { (text(machine.memory as f64 / 1e9, 1)) " GB" },
        ),
        ("Kernel", html! { (machine.kernel) }),
        ("Envoy", html! { (versions.envoy) }),
        ("tollgate", html! { (versions.tollgate) }),
        ("Load by", html! { (versions.generator) }),
    ]
}

fn settings(record: &Record) -> Vec<(&'static str, Markup)> {
    let settings = &record.settings;
    vec![
        ("Begun", html! { (record.started) }),
        ("Took", html! { (text(record.seconds, 0)) " s" }),
        (
            "Policy",
            html! { (settings.policy.as_deref().unwrap_or("built in")) },
        ),
        (
            "Rounds",
            html! { (settings.rounds) @if settings.quick { " (quick)" } },
        ),
        (
            "Each measurement",
            html! { (settings.seconds) " s after " (settings.warm_up_seconds) " s of warm-up" },
        ),
        ("Workers", html! { (settings.workers) }),
        ("Connections", html! { (settings.connections) }),
        ("Rate for latency", html! { (settings.rate) "/s" }),
        ("Seed", html! { (settings.seed) }),
    ]
}

fn facts(title: &str, facts: &[(&str, Markup)]) -> Markup {
    html! {
        div {
            h3 { (title) }
            dl.facts { @for (name, value) in facts { dt { (name) } dd { (value) } } }
        }
    }
}

fn chains(record: &Record) -> Markup {
    let columns = [
        Column::Words("chain"),
        Column::Words("what it is"),
        Column::Words("base"),
    ];
    let rows: Vec<Vec<Markup>> = record
        .chains
        .iter()
        .map(|chain| {
            vec![
                html! { (chain.name) },
                html! { (chain.title) },
                html! { (chain.base.as_deref().unwrap_or("–")) },
            ]
        })
        .collect();
    html! { h3 { "Chains" } (table("What was compared", &columns, &rows)) }
}

fn workloads(record: &Record) -> Markup {
    let columns = [
        Column::Words("workload"),
        Column::Words("what it is"),
        Column::Words("protocol"),
        Column::Figures("connections"),
        Column::Figures("at once"),
        Column::Figures("body, bytes"),
        Column::Words("kind"),
    ];
    let rows: Vec<Vec<Markup>> = record.workloads.iter().map(workload).collect();
    html! { h3 { "Workloads" } (table("What was sent", &columns, &rows)) }
}

fn workload(workload: &Workload) -> Vec<Markup> {
    let kind = match workload.kind {
        Kind::Allow => "good",
        Kind::Deny => "refused",
        Kind::Attack => "attacks",
    };
    let protocol = match workload.protocol {
        Protocol::Http1 => "HTTP/1.1",
        Protocol::Http2 => "HTTP/2",
    };
    vec![
        html! { (workload.name) },
        html! { (workload.title) },
        html! { (protocol) },
        whole(workload.connections),
        whole(workload.requests_at_once()),
        whole(workload.body),
        html! { (kind) },
    ]
}

/// Which threads spent it, and how quiet the machine was.
fn threads(record: &Record) -> Markup {
    let columns = [
        Column::Words("chain"),
        Column::Words("workload"),
        Column::Words("µs/request by thread"),
        Column::Words("answers"),
        Column::Figures("requests"),
        Column::Figures("measurements"),
        Column::Figures("noisy"),
    ];
    let rows: Vec<Vec<Markup>> = record.cells.iter().map(threads_of).collect();
    html! {
        @if !rows.is_empty() {
            details {
                summary { "Threads, answers and noise" }
                (table("Where the time was spent, what was answered, and how many measurements others disturbed", &columns, &rows))
            }
        }
    }
}

fn threads_of(cell: &Cell) -> Vec<Markup> {
    let noisy = cell.samples.iter().filter(|sample| sample.noisy).count();
    let statuses: Vec<String> = cell.statuses.iter().map(u16::to_string).collect();
    vec![
        html! { (cell.chain) },
        html! { (cell.workload) },
        html! {
            @for (at, thread) in cell.threads.iter().enumerate() {
                @if at > 0 { ", " }
                (thread.name) @if thread.count > 1 { " × " (thread.count) } " " (figure(thread.cost, 2))
            }
        },
        html! { (statuses.join(" ")) },
        whole(cell.requests),
        whole(cell.samples.len()),
        whole(noisy),
    ]
}
