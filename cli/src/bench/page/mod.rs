//! A record as a page for a browser: charts, tables of every figure, and the words first.
//!
//! A pure function of the record. The page is one file that fetches nothing and runs
//! nothing; `maud` checks its tags when it is compiled and escapes whatever a record
//! names. What the charts are drawn with is in `chart`.

mod bodies;
mod budget;
mod chart;
mod cost;
mod latency;
mod memory;
mod number;
mod run;
mod summary;
mod table;
mod verdicts;

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::result::Record;

/// A part of the page; what wasn't measured has none.
struct Section {
    id: &'static str,
    title: &'static str,
    body: Markup,
}

const STYLE: &str = include_str!("style.css");

/// The page of a record.
#[must_use]
pub fn page(record: &Record) -> String {
    let sections: Vec<Section> = [
        Some(summary::section(record)),
        verdicts::section(record),
        cost::section(record),
        bodies::section(record),
        latency::section(record),
        memory::section(record),
        Some(run::section(record)),
    ]
    .into_iter()
    .flatten()
    .collect();
    let title = format!("tollgate bench, {}", run::when(record));
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                header {
                    h1 { "What the filters cost" }
                    p.lead { (run::in_short(record)) }
                    nav aria-label="Sections" {
                        ul { @for section in &sections { li { a href={ "#" (section.id) } { (section.title) } } } }
                    }
                }
                main { @for section in &sections { (section) } }
            }
        }
    };
    page.into_string()
}

// === impl Section ===

impl maud::Render for Section {
    fn render(&self) -> Markup {
        html! {
            section id=(self.id) aria-labelledby={ (self.id) "-title" } {
                h2 id={ (self.id) "-title" } { (self.title) }
                (self.body)
            }
        }
    }
}

/// What stands between backticks is code.
fn prose(text: &str) -> Markup {
    html! {
        @for (at, part) in text.split('`').enumerate() {
            @if at % 2 == 1 { code { (part) } } @else { (part) }
        }
    }
}
