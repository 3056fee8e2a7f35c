//! What is added by the size of the body.

use maud::{Markup, html};

use super::Section;
use super::chart::{Axis, Dot, Lines, Scale, Series, Tick, Title, tip};
use super::number::{figure, interval, maybe, text};
use super::table::{Column, table};
use crate::bench::result::{Cell, Record, Workload};
use crate::bench::statistics::Estimate;

/// The same request, but for its body.
const SIZES: [&str; 4] = ["get", "post-1k", "post-16k", "post-256k"];
/// Beneath a microsecond there is mostly noise.
const LEAST: f64 = 1.0;

pub fn section(record: &Record) -> Option<Section> {
    let sizes: Vec<&Workload> = SIZES
        .iter()
        .filter_map(|name| record.workload(name))
        .collect();
    let chains: Vec<(&str, Vec<Option<&Cell>>)> = record
        .chains
        .iter()
        .map(|chain| {
            let cell = |workload: &&Workload| record.cell(&chain.name, &workload.name);
            let added = |cell: &&Cell| cell.added.is_some();
            let cells = sizes.iter().map(|workload| cell(workload).filter(added));
            (chain.name.as_str(), cells.collect::<Vec<_>>())
        })
        .filter(|(_, cells)| cells.iter().flatten().count() >= 2)
        .collect();
    if chains.is_empty() {
        return None;
    }
    let body = html! {
        p {
            "Processor time that a chain adds over its base, with 95 % intervals. The axis upwards is logarithmic and \
             starts at 1 µs or above; what lies below stands at its start."
        }
        (chart(&sizes, &chains))
        (figures(&sizes, &chains))
    };
    Some(Section {
        id: "bodies",
        title: "Added cost by body size",
        body,
    })
}

fn chart(sizes: &[&Workload], chains: &[(&str, Vec<Option<&Cell>>)]) -> Markup {
    let cells = chains.iter().flat_map(|(_, cells)| cells.iter().flatten());
    let values = cells.filter_map(|cell| cell.added);
    let scale = Scale::log(values.flat_map(|added| [added.median, added.high]), LEAST);
    let place = |at: usize| 0.04 + 0.92 * at as f64 / (sizes.len() as f64 - 1.0).max(1.0);
    let ticks = sizes.iter().enumerate().map(|(at, workload)| Tick {
        at: place(at),
        text: size(workload.body),
        minor: false,
    });
    Lines {
        title: Title {
            id: "added-by-size".to_owned(),
            title: "Added cost by body size".to_owned(),
            description: "A line for each chain: microseconds of processor time added per request, by the size of the request's body.".to_owned(),
        },
        x: Axis {
            unit: "body of the request".to_owned(),
            ticks: ticks.collect(),
        },
        y: Axis {
            unit: "µs added per request, logarithmic".to_owned(),
            ticks: scale.ticks(),
        },
        series: chains
            .iter()
            .map(|(name, cells)| {
                let dots = cells.iter().enumerate().filter_map(|(at, cell)| {
                    Some(dot(name, scale, place(at), cell.as_ref()?.added?))
                });
                let dots: Vec<Dot> = dots.collect();
                Series {
                    name: (*name).to_owned(),
                    line: dots.iter().map(|dot| dot.at).collect(),
                    dots,
                }
            })
            .collect(),
    }
    .draw()
}

fn dot(name: &str, scale: Scale, x: f64, added: Estimate) -> Dot {
    Dot {
        at: [x, scale.at(added.median)],
        interval: Some([scale.at(added.low), scale.at(added.high)]),
        tip: tip(name, &added, "µs added"),
    }
}

fn size(bytes: usize) -> String {
    match bytes {
        0 => "none".to_owned(),
        1..900 => format!("{bytes} B"),
        _ => format!("{} KB", text(bytes as f64 / 1024.0, 0)),
    }
}

fn figures(sizes: &[&Workload], chains: &[(&str, Vec<Option<&Cell>>)]) -> Markup {
    let columns = [
        Column::Words("chain"),
        Column::Words("workload"),
        Column::Figures("body, bytes"),
        Column::Figures("added µs"),
        Column::Figures("95 % interval"),
        Column::Figures("per KB"),
    ];
    let mut rows = Vec::new();
    for (name, cells) in chains {
        for (workload, cell) in sizes.iter().zip(cells) {
            let Some(added) = cell.and_then(|cell| cell.added) else {
                continue;
            };
            let kilobytes = workload.body as f64 / 1024.0;
            rows.push(vec![
                html! { (name) },
                html! { (workload.name) },
                super::number::whole(workload.body),
                figure(added.median, 1),
                interval(&added, 1),
                maybe((workload.body > 0).then(|| figure(added.median / kilobytes, 2))),
            ]);
        }
    }
    table("Added cost by body size", &columns, &rows)
}
