//! Charts as SVG in the page.
//!
//! Across, everything is placed in percent, and down in pixels: one drawing fits every
//! width, and its text has the size of the page's. What is drawn has classes, and the
//! style sheet gives them their colours, for light and for dark.

mod bars;
mod lines;
mod scale;

use maud::{Markup, html};

pub use self::bars::{Bars, Mark, Part, Row, tip};
pub use self::lines::{Axis, Dot, Lines, Series};
pub use self::scale::{Scale, Tick};

/// What a chart is called, and what those hear who can't see it.
pub struct Title {
    /// Of the page's own: it makes the ids.
    pub id: String,
    /// What it shows.
    pub title: String,
    /// How it is read.
    pub description: String,
}

/// A share of the width, as SVG has it.
fn percent(share: f64) -> String {
    let percent = (share.clamp(0.0, 1.0) * 1e4).round() / 100.0;
    format!("{percent}%")
}

/// A key, by the class of its sample.
pub fn key(entries: &[(&str, &str)]) -> Markup {
    html! {
        ul.key {
            @for (class, text) in entries {
                li {
                    svg.sample width="22" height="12" aria-hidden="true" {
                        rect class=(class) x="0.5" y="0.5" width="21" height="11" {}
                    }
                    (text)
                }
            }
        }
    }
}

/// The frame of a drawing: so high, with room for what stands beside it.
fn frame(title: &Title, height: usize, [left, right]: [usize; 2], drawing: Markup) -> Markup {
    let (id, style) = (&title.id, format!("--left:{left}px;--right:{right}px"));
    html! {
        svg.chart role="img" aria-labelledby={ (id) "-name " (id) "-text" } height=(height) style=(style) {
            title id={ (id) "-name" } { (title.title) }
            desc id={ (id) "-text" } { (title.description) }
            (drawing)
        }
    }
}
