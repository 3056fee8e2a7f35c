//! What differs, and what the noise doesn't carry.

use maud::{Markup, html};

use super::Section;
use super::number::{figure, interval, maybe};
use super::table::{Column, table};
use crate::bench::result::{Measure, Outcome, Record, Side, Verdict};

const COLUMNS: [Column; 7] = [
    Column::Words("this"),
    Column::Words("against"),
    Column::Words("of"),
    Column::Figures("difference µs"),
    Column::Figures("95 % interval"),
    Column::Figures("times"),
    Column::Figures("95 % interval"),
];

pub fn section(record: &Record) -> Option<Section> {
    if record.verdicts.is_empty() {
        return None;
    }
    let parts = [
        (Outcome::More, "Costs more"),
        (Outcome::Less, "Costs less"),
        (Outcome::Undecided, "Not told apart from noise"),
    ];
    let body = html! {
        p {
            "Compared within rounds. A difference is called one only where its interval excludes 0, that of the ratio \
             excludes 1, and a sign test over enough rounds agrees; else nothing is claimed, neither that there is one \
             nor that there is none."
        }
        @for (outcome, title) in parts {
            @let verdicts: Vec<&Verdict> = record.verdicts.iter().filter(|one| one.outcome == outcome).collect();
            @if !verdicts.is_empty() { (part(record, title, &verdicts)) }
        }
    };
    Some(Section {
        id: "verdicts",
        title: "What differs",
        body,
    })
}

/// In a word.
pub fn word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::More => "more",
        Outcome::Less => "less",
        Outcome::Undecided => "not told apart",
    }
}

/// Chains against each other first, then each against its base.
fn part(record: &Record, title: &str, verdicts: &[&Verdict]) -> Markup {
    let (bases, others): (Vec<&Verdict>, Vec<&Verdict>) = verdicts
        .iter()
        .copied()
        .partition(|verdict| record.is_against_base(verdict));
    html! {
        h3 { (title) }
        @if !others.is_empty() { (table(&format!("{title}: chains and workloads against each other"), &COLUMNS, &rows(&others))) }
        @if !bases.is_empty() {
            details open[others.is_empty()] {
                summary { (title) ": chains against their base (" (bases.len()) ")" }
                (table(&format!("{title}: chains against their base"), &COLUMNS, &rows(&bases)))
            }
        }
    }
}

fn rows(verdicts: &[&Verdict]) -> Vec<Vec<Markup>> {
    verdicts.iter().map(|verdict| row(verdict)).collect()
}

fn row(verdict: &Verdict) -> Vec<Markup> {
    let measure = match verdict.measure {
        Measure::Cost => "cost",
        Measure::Added => "what it adds",
    };
    vec![
        side(&verdict.left),
        side(&verdict.right),
        html! { span.short { (measure) } },
        figure(verdict.difference.median, 1),
        interval(&verdict.difference, 1),
        maybe(verdict.ratio.map(|ratio| figure(ratio.median, 2))),
        maybe(verdict.ratio.map(|ratio| interval(&ratio, 2))),
    ]
}

fn side(side: &Side) -> Markup {
    html! { span.short { (side.chain) " " span.soft { (side.workload) } } }
}
