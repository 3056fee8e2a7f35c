//! Processor time per request, by chain: a chart and a table for each workload. Those
//! with few chains share theirs.

use maud::{Markup, html};

use super::Section;
use super::chart::{Bars, Mark, Part, Row, Title, key, tip};
use super::number::{figure, interval, maybe, signed, text};
use super::table::{Column, table};
use super::verdicts::word;
use crate::bench::result::{Cell, Kind, Record, Workload};

/// With fewer chains, a workload has no chart of its own.
const ENOUGH: usize = 3;

const COLUMNS: [Column; 7] = [
    Column::Words("chain"),
    Column::Figures("µs/request"),
    Column::Figures("95 % interval"),
    Column::Figures("added µs"),
    Column::Figures("95 % interval"),
    Column::Words("against base"),
    Column::Figures("requests/s"),
];

pub fn section(record: &Record) -> Option<Section> {
    if record.cells.is_empty() {
        return None;
    }
    let of = |workload: &Workload| -> Vec<&Cell> {
        let cells = record.cells.iter();
        cells
            .filter(|cell| cell.workload == workload.name)
            .collect()
    };
    let (large, small): (Vec<&Workload>, Vec<&Workload>) = record
        .workloads
        .iter()
        .filter(|workload| !of(workload).is_empty())
        .partition(|workload| of(workload).len() >= ENOUGH);
    let (refusals, others): (Vec<&Workload>, Vec<&Workload>) = small
        .into_iter()
        .partition(|workload| workload.kind == Kind::Deny);
    let rest = if large.is_empty() {
        "Workloads"
    } else {
        "Other workloads"
    };
    let body = html! {
        p { "Processor time of all of Envoy's threads per request, the median over the rounds. The line across the end of a bar is its 95 % interval." }
        (key(&[("base", "the chain's base, without these filters"), ("added", "added"), ("saved", "less than the base")]))
        @for workload in large { (one(record, workload, &of(workload))) }
        @for (id, title, workloads) in [("refusals", "Refusals", refusals), ("others", rest, others)] {
            @if !workloads.is_empty() { (shared(record, id, title, &workloads)) }
        }
    };
    Some(Section {
        id: "cost",
        title: "Cost by chain",
        body,
    })
}

fn one(record: &Record, workload: &Workload, cells: &[&Cell]) -> Markup {
    let rows: Vec<Vec<Markup>> = cells
        .iter()
        .map(|cell| row(record, cell, html! { (cell.chain) }))
        .collect();
    let title = Title {
        id: format!("cost-{}", workload.name),
        title: format!("Cost by chain: {}", workload.title),
        description: "A bar for each chain: processor time per request, with its 95 % interval."
            .to_owned(),
    };
    html! {
        article {
            h3 { (workload.name) ": " (workload.title) }
            div.pair {
                (chart(title, cells, |cell| cell.chain.clone()))
                (table(&format!("Cost: {}", workload.name), &COLUMNS, &rows))
            }
        }
    }
}

fn shared(record: &Record, id: &str, heading: &str, workloads: &[&Workload]) -> Markup {
    let is_of = |workload: &Workload, cell: &Cell| cell.workload == workload.name;
    let cells: Vec<&Cell> = workloads
        .iter()
        .flat_map(|workload| record.cells.iter().filter(|cell| is_of(workload, cell)))
        .collect();
    let both = |cell: &Cell| html! { (cell.workload) " " span.soft { (cell.chain) } };
    let rows: Vec<Vec<Markup>> = cells
        .iter()
        .map(|cell| row(record, cell, both(cell)))
        .collect();
    let title = Title {
        id: format!("cost-{id}"),
        title: format!("Cost by workload and chain: {heading}"),
        description:
            "A bar for each workload and chain: processor time per request, with its 95 % interval."
                .to_owned(),
    };
    let mut columns = COLUMNS;
    columns[0] = Column::Words("workload, chain");
    html! {
        article {
            h3 { (heading) }
            ul.titles { @for workload in workloads { li { code { (workload.name) } " " (workload.title) } } }
            div.pair {
                (chart(title, &cells, |cell| format!("{} {}", cell.workload, cell.chain)))
                (table(&format!("Cost: {heading}"), &columns, &rows))
            }
        }
    }
}

fn chart(title: Title, cells: &[&Cell], name: impl Fn(&Cell) -> String) -> Markup {
    let rows = cells.iter().map(|cell| bar(cell, name(cell))).collect();
    let unit = "µs of processor time per request";
    Bars { title, unit, rows }.draw()
}

/// What the base costs, and beyond it what is added, or before it what is saved.
fn bar(cell: &Cell, name: String) -> Row {
    let cost = cell.cost.median;
    let base = cell.added.map_or(cost, |added| cost - added.median);
    let part = |span, class| Part {
        span,
        class,
        mark: Mark::Full,
    };
    let rest = match base <= cost {
        true => part([base, cost], "added"),
        false => part([cost, base], "saved"),
    };
    let added = cell.added.map_or_else(String::new, |added| {
        format!(", {} over its base", signed(added.median, 1))
    });
    Row {
        parts: vec![part([0.0, base.min(cost)], "base"), rest],
        whisker: Some(cell.cost),
        value: text(cost, 1),
        tip: tip(&name, &cell.cost, "µs") + &added,
        name,
    }
}

fn row(record: &Record, cell: &Cell, name: Markup) -> Vec<Markup> {
    let verdict = record.verdicts.iter().find(|verdict| {
        verdict.left.chain == cell.chain
            && verdict.left.workload == cell.workload
            && verdict.right.workload == cell.workload
            && record.is_against_base(verdict)
    });
    vec![
        name,
        figure(cell.cost.median, 1),
        interval(&cell.cost, 1),
        maybe(cell.added.map(|added| figure(added.median, 1))),
        maybe(cell.added.map(|added| interval(&added, 1))),
        maybe(verdict.map(|verdict| html! { span.short { (word(verdict.outcome)) } })),
        figure(cell.throughput.median, 0),
    ]
}
