//! Whether the budget is kept, and each of its bounds.

use maud::{Markup, html};

use super::number::{in_unit, maybe};
use super::prose;
use super::table::{Column, table};
use crate::bench::budget::{Unit, decimals, parse};
use crate::bench::result::{Bounded, Fit, Record};
use crate::bench::statistics::Estimate;

const COLUMNS: [Column; 7] = [
    Column::Words("bound"),
    Column::Words("chain"),
    Column::Words("workload"),
    Column::Figures("figure"),
    Column::Figures("95 % interval"),
    Column::Figures("limit"),
    Column::Words("outcome"),
];

/// In a sentence; nothing where none was set.
pub fn gist(record: &Record) -> Markup {
    let count = |fit| record.budget.iter().filter(|one| one.fit == fit).count();
    let [holds, broken, undecided] = [Fit::Holds, Fit::Broken, Fit::Undecided].map(count);
    html! {
        @if !record.budget.is_empty() {
            p.gist {
                "The budget is "
                strong { @if record.fits() { "kept" } @else { "not kept" } }
                ": " (holds) " of " (record.budget.len()) " bounds hold"
                @if broken > 0 { ", " (broken) " broken" }
                @if undecided > 0 { ", " (undecided) " can't be told" }
                ". " a href="#budget" { "Which" } "."
            }
        }
    }
}

/// In words where a bound doesn't hold, then a row for each.
pub fn bounds(record: &Record) -> Markup {
    let open = |one: &&Bounded| one.fit != Fit::Holds;
    let rows: Vec<Vec<Markup>> = record.budget.iter().map(row).collect();
    html! {
        @if !rows.is_empty() {
            h3 id="budget" { "Budget" }
            @if !record.fits() {
                ul { @for bound in record.budget.iter().filter(open) { li { (prose(&bound.words)) } } }
            }
            (table("What was set, held against what was measured", &COLUMNS, &rows))
        }
    }
}

fn row(bounded: &Bounded) -> Vec<Markup> {
    let unit = unit(bounded);
    let in_its = |value: f64| in_unit(value, unit.size, decimals(value / unit.size));
    let interval = |figure: &Estimate| {
        html! { (in_its(figure.low)) " to " (in_its(figure.high)) }
    };
    let figure = bounded.figure.as_ref();
    // What is measured once has none.
    let spread = figure.filter(|_| !bounded.quantity.is_of_chain());
    let (class, word) = outcome(bounded.fit);
    vec![
        html! { (bounded.bound) },
        html! { (bounded.chain) },
        maybe(bounded.workload.as_ref().map(|name| html! { (name) })),
        maybe(figure.map(|figure| html! { (in_its(figure.median)) " " (unit.name) })),
        maybe(spread.map(interval)),
        html! { (in_its(bounded.limit)) " " (unit.name) },
        html! { span.outcome.(class) { (word) } },
    ]
}

/// The one that the bound was written in; where it can't be read, that of the record.
fn unit(bounded: &Bounded) -> Unit {
    let written = parse::parse(&bounded.bound).ok();
    let bound = written.and_then(|budget| budget.0.into_iter().next());
    let of_it = bound.filter(|bound| bound.quantity == bounded.quantity);
    of_it.map_or_else(|| bounded.quantity.recorded_in(), |bound| bound.unit)
}

fn outcome(fit: Fit) -> (&'static str, &'static str) {
    match fit {
        Fit::Holds => ("holds", "holds"),
        Fit::Broken => ("broken", "broken"),
        Fit::Undecided => ("undecided", "can't be told"),
    }
}
