//! Tables: what a row is about to the left, numbers to the right.

use maud::{Markup, html};

/// A column, by its title.
#[derive(Clone, Copy)]
pub enum Column {
    /// Of words.
    Words(&'static str),
    /// Of figures.
    Figures(&'static str),
}

/// The first cell of each row is its heading.
pub fn table(caption: &str, columns: &[Column], rows: &[Vec<Markup>]) -> Markup {
    html! {
        div.scroll role="region" aria-label=(caption) tabindex="0" {
            table {
                caption { span { (caption) } }
                thead { tr { @for column in columns { th scope="col" class=(column.class()) { (column.title()) } } } }
                tbody {
                    @for row in rows {
                        tr {
                            @for (at, (cell, column)) in row.iter().zip(columns).enumerate() {
                                @if at == 0 { th scope="row" { span { (cell) } } }
                                @else { td class=(column.class()) { (cell) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

// === impl Column ===

impl Column {
    fn title(self) -> &'static str {
        match self {
            Self::Words(title) | Self::Figures(title) => title,
        }
    }

    fn class(self) -> &'static str {
        match self {
            Self::Words(_) => "words",
            Self::Figures(_) => "figures",
        }
    }
}
