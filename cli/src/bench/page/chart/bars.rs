//! Bars to the right, a row each: names of any length fit, and there may be many.

use maud::{Markup, html};

use super::{Scale, Title, frame, percent};
use crate::bench::page::number;
use crate::bench::statistics::Estimate;

/// Bars from a common start.
pub struct Bars {
    /// What it is called.
    pub title: Title,
    /// What the axis counts.
    pub unit: &'static str,
    /// From above.
    pub rows: Vec<Row>,
}

/// A bar and what belongs to it.
pub struct Row {
    /// To the left.
    pub name: String,
    /// Beneath each other or side by side.
    pub parts: Vec<Part>,
    /// A median with its interval.
    pub whisker: Option<Estimate>,
    /// The figure to the right.
    pub value: String,
    /// What the pointer is told.
    pub tip: String,
}

/// A piece of a bar.
pub struct Part {
    /// From where to where.
    pub span: [f64; 2],
    /// What it stands for, as the style sheet calls it.
    pub class: &'static str,
    /// How it is drawn.
    pub mark: Mark,
}

/// How a piece is drawn.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// As high as the bar.
    Full,
    /// A thin one beneath.
    Beneath,
}

const LINE: usize = 15;
const BAR: usize = 14;
const THIN: usize = 4;
const GAP: usize = 10;
const BOTTOM: usize = 40;
/// Letters of a name on a line.
const LETTERS: usize = 20;
const LETTER: f64 = 7.0;

// === impl Bars ===

impl Bars {
    /// Draws them.
    pub fn draw(&self) -> Markup {
        let scale = Scale::linear(self.rows.iter().flat_map(Row::values));
        let lines: Vec<Vec<String>> = self.rows.iter().map(|row| broken(&row.name)).collect();
        let letters = lines.iter().flatten().map(|line| line.chars().count());
        let values = self.rows.iter().map(|row| row.value.chars().count());
        let sides = [letters.max(), values.max()]
            .map(|letters| (letters.unwrap_or(0) as f64 * LETTER) as usize + 16);
        let mut top = 0;
        let mut rows = Vec::new();
        for (row, lines) in self.rows.iter().zip(&lines) {
            rows.push(row.draw(scale, lines, top, sides[1]));
            top += row.height(lines);
        }
        let drawing = html! {
            (self.axis(scale, top))
            @for row in rows { (row) }
        };
        frame(&self.title, top + BOTTOM, sides, drawing)
    }

    fn axis(&self, scale: Scale, bottom: usize) -> Markup {
        html! {
            @for tick in scale.ticks() {
                @let at = percent(tick.at);
                line.grid x1=(at) x2=(at) y1="0" y2=(bottom) {}
                text.tick.minor[tick.minor] x=(at) y=(bottom + 15) text-anchor="middle" { (tick.text) }
            }
            text.unit x="100%" y=(bottom + 33) text-anchor="end" { (self.unit) }
        }
    }
}

// === impl Row ===

impl Row {
    fn values(&self) -> impl Iterator<Item = f64> {
        let spans = self.parts.iter().flat_map(|part| part.span);
        spans.chain(
            self.whisker
                .iter()
                .flat_map(|whisker| [whisker.median, whisker.high]),
        )
    }

    /// The height of what stands beneath the bar.
    fn beneath(&self) -> usize {
        match self.parts.iter().any(|part| part.mark == Mark::Beneath) {
            true => THIN + 1,
            false => 0,
        }
    }

    fn height(&self, lines: &[String]) -> usize {
        (BAR + self.beneath()).max(lines.len() * LINE) + GAP
    }

    fn draw(&self, scale: Scale, lines: &[String], top: usize, right: usize) -> Markup {
        let height = self.height(lines);
        let bar = top + (height - BAR - self.beneath()) / 2;
        let text = top + (height - lines.len() * LINE) / 2 + 11;
        html! {
            g {
                title { (self.tip) }
                // What the pointer meets.
                rect.row x="0" width="100%" y=(top) height=(height) {}
                @for (at, line) in lines.iter().enumerate() {
                    text.name x="0" dx="-10" y=(text + at * LINE) text-anchor="end" { (line) }
                }
                @for part in &self.parts { (part.draw(scale, bar)) }
                @if let Some(whisker) = &self.whisker { (self::whisker(scale, whisker, bar + BAR / 2)) }
                text.value x="100%" dx=(right) y=(top + height / 2 + 4) text-anchor="end" { (self.value) }
            }
        }
    }
}

// === impl Part ===

impl Part {
    fn draw(&self, scale: Scale, bar: usize) -> Markup {
        let [from, to] = self.span.map(|end| scale.at(end));
        let (top, height) = match self.mark {
            Mark::Full => (bar, BAR),
            Mark::Beneath => (bar + BAR + 1, THIN),
        };
        html! {
            rect class=(self.class) x=(percent(from)) width=(percent(to - from)) y=(top) height=(height) {}
        }
    }
}

fn whisker(scale: Scale, whisker: &Estimate, y: usize) -> Markup {
    let [low, middle, high] =
        [whisker.low, whisker.median, whisker.high].map(|value| percent(scale.at(value)));
    html! {
        line.whisker x1=(low) x2=(high) y1=(y) y2=(y) {}
        @for end in [&low, &high] { line.whisker x1=(end) x2=(end) y1=(y - 4) y2=(y + 4) {} }
        circle.median cx=(middle) cy=(y) r="3" {}
    }
}

/// The lines of a name: it breaks behind its hyphens, or where it must.
fn broken(name: &str) -> Vec<String> {
    let length = |text: &str| text.chars().count();
    let mut lines = vec![String::new()];
    for piece in name.split_inclusive(['-', ' ']).flat_map(pieces) {
        let fits = |line: &&mut String| {
            line.is_empty() || length(line) + length(piece.trim_end()) <= LETTERS
        };
        match lines.last_mut().filter(fits) {
            Some(line) => line.push_str(&piece),
            None => lines.push(piece),
        }
    }
    lines
}

/// No longer than a line.
fn pieces(text: &str) -> Vec<String> {
    let letters: Vec<char> = text.chars().collect();
    let lines = letters.chunks(LETTERS);
    lines.map(|line| line.iter().collect()).collect()
}

/// What a bar with an interval tells the pointer.
pub fn tip(name: &str, estimate: &Estimate, unit: &str) -> String {
    format!(
        "{name}: {} {unit} [{}]",
        number::text(estimate.median, 1),
        number::interval_text(estimate, 1)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_name_breaks_at_its_hyphens_and_loses_nothing() {
        assert_eq!(broken("jwt-authn-uncached"), ["jwt-authn-uncached"]);
        assert_eq!(
            broken("our-gateway-with-everything"),
            ["our-gateway-with-", "everything"]
        );
        let long = "a".repeat(50);
        assert_eq!(broken(&long).concat(), long);
        assert!(broken(&long).iter().all(|line| line.len() <= LETTERS));
    }
}
