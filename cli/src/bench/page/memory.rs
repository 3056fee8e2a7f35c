//! Memory and start, by chain and number of workers.

use maud::{Markup, html};

use super::Section;
use super::chart::{Bars, Mark, Part, Row, Title, key};
use super::number::{figure, maybe, megabytes, text};
use super::table::{Column, table};
use crate::bench::result::{Memory, Record, Start};

const COLUMNS: [Column; 7] = [
    Column::Words("chain"),
    Column::Figures("RSS MB"),
    Column::Figures("after load"),
    Column::Figures("VMs MB"),
    Column::Figures("each VM"),
    Column::Figures("start ms"),
    Column::Figures("CPU ms"),
];

pub fn section(record: &Record) -> Option<Section> {
    if record.memory.is_empty() {
        return None;
    }
    let mut workers: Vec<u16> = record.memory.iter().map(|memory| memory.workers).collect();
    workers.sort_unstable();
    workers.dedup();
    let body = html! {
        p { "Resident memory (RSS) of Envoy once its listener accepts, and after all load; and the linear memory of its wasm VMs." }
        (key(&[("started", "RSS at start"), ("loaded", "more after load"), ("vms", "linear memory of the VMs")]))
        @for workers in workers { (of(record, workers)) }
        (modules(record))
    };
    Some(Section {
        id: "memory",
        title: "Memory and start",
        body,
    })
}

fn of(record: &Record, workers: u16) -> Markup {
    let all = record.memory.iter();
    let of_it: Vec<&Memory> = all.filter(|memory| memory.workers == workers).collect();
    let noun = if workers == 1 { "worker" } else { "workers" };
    let title = Title {
        id: format!("memory-{workers}"),
        title: format!("Memory by chain with {workers} {noun}"),
        description: "A bar for each chain: resident memory at start and after load, and the linear memory of its wasm VMs.".to_owned(),
    };
    let bars = Bars {
        title,
        unit: "MB of resident memory",
        rows: of_it.iter().map(|memory| bar(memory)).collect(),
    };
    let rows: Vec<Vec<Markup>> = of_it.iter().map(|memory| row(record, memory)).collect();
    html! {
        article {
            h3 { (workers) " " (noun) }
            div.pair {
                (bars.draw())
                (table(&format!("Memory and start with {workers} {noun}"), &COLUMNS, &rows))
            }
        }
    }
}

fn bar(memory: &Memory) -> Row {
    let scaled = |bytes: u64| bytes as f64 / 1e6;
    let (started, loaded) = (scaled(memory.started), memory.loaded.map(scaled));
    let part = |span, class, mark| Part { span, class, mark };
    let mut parts = vec![part([0.0, started], "started", Mark::Full)];
    if let Some(loaded) = loaded.filter(|loaded| *loaded > started) {
        parts.push(part([started, loaded], "loaded", Mark::Full));
    }
    let vms = together(memory).map(scaled);
    parts.extend(vms.map(|vms| part([0.0, vms], "vms", Mark::Beneath)));
    let and = |value: Option<f64>, what: &str| {
        value.map_or_else(String::new, |value| {
            format!(", {} MB {what}", text(value, 1))
        })
    };
    Row {
        name: memory.chain.clone(),
        parts,
        whisker: None,
        value: text(loaded.unwrap_or(started).max(started), 1),
        tip: format!("{}: {} MB at start", memory.chain, text(started, 1))
            + &and(loaded, "after load")
            + &and(vms, "in VMs"),
    }
}

fn together(memory: &Memory) -> Option<u64> {
    let vms = memory.vms.as_ref()?;
    Some(vms.iter().copied().fold(0, u64::saturating_add))
}

fn row(record: &Record, memory: &Memory) -> Vec<Markup> {
    let is_its = |start: &&Start| start.chain == memory.chain && start.workers == memory.workers;
    let start = record.start.iter().find(is_its);
    let vms = memory.vms.iter().flatten();
    vec![
        html! { (memory.chain) },
        megabytes(memory.started),
        maybe(memory.loaded.map(megabytes)),
        maybe(together(memory).map(megabytes)),
        html! { span.several { @for vm in vms { (megabytes(*vm)) " " } } },
        maybe(start.map(|start| figure(start.wall_millis, 0))),
        maybe(start.map(|start| figure(start.cpu_millis, 0))),
    ]
}

fn modules(record: &Record) -> Markup {
    let columns = [
        Column::Words("module"),
        Column::Figures("KB"),
        Column::Words("chains"),
    ];
    let rows: Vec<Vec<Markup>> = record
        .modules
        .iter()
        .map(|module| {
            vec![
                html! { (module.file) },
                html! { data value=(module.bytes) { (text(module.bytes as f64 / 1e3, 0)) } },
                html! { (module.chains.join(", ")) },
            ]
        })
        .collect();
    html! {
        @if !rows.is_empty() {
            h3 { "Modules" }
            (table("Sizes of the modules", &columns, &rows))
        }
    }
}
