//! Lines over an axis, told apart by colour, dashes and marks at the same time.

use maud::{Markup, html};

use super::{Tick, Title, frame, percent};

/// Lines between two axes.
pub struct Lines {
    /// What it is called.
    pub title: Title,
    /// Across.
    pub x: Axis,
    /// Upwards.
    pub y: Axis,
    /// What is drawn; the first is what the others are held against.
    pub series: Vec<Series>,
}

/// An axis.
#[derive(Clone)]
pub struct Axis {
    /// What it counts.
    pub unit: String,
    /// Its ticks.
    pub ticks: Vec<Tick>,
}

/// A line, all of it in places from 0 to 1.
#[derive(Clone)]
pub struct Series {
    /// What it is of.
    pub name: String,
    /// The line.
    pub line: Vec<[f64; 2]>,
    /// The marks on or beside it.
    pub dots: Vec<Dot>,
}

/// A mark, with an interval where it has one.
#[derive(Clone)]
pub struct Dot {
    /// Across, and upwards.
    pub at: [f64; 2],
    /// Upwards, from where to where.
    pub interval: Option<[f64; 2]>,
    /// What the pointer is told.
    pub tip: String,
}

const HEIGHT: usize = 320;
const TOP: usize = 24;
const BOTTOM: usize = 44;
const LEFT: usize = 58;
/// Lines in a chart besides the first: as many as can be told apart.
const MOST: usize = 6;
/// Between two names, at least.
const APART: f64 = 15.0;
const LETTER: f64 = 7.0;
/// Letters of a name for which there is room at the end of its line.
const LETTERS: usize = 22;

/// What marks the lines, in their order.
const MARKS: [&str; 7] = [
    "M-4-4L4 4M-4 4L4-4",
    "M0-4.5A4.5 4.5 0 1 1 0 4.5A4.5 4.5 0 1 1 0-4.5Z",
    "M-4-4H4V4H-4Z",
    "M0-5L5 4H-5Z",
    "M0-5.5L5 0L0 5.5L-5 0Z",
    "M0 5L5-4H-5Z",
    "M0-5V5M-5 0H5",
];

// === impl Lines ===

impl Lines {
    /// Draws them, in several charts on the same scales where there are many.
    pub fn draw(self) -> Markup {
        let Some((first, rest)) = self.series.split_first() else {
            return html! {};
        };
        if rest.len() <= MOST {
            return self.one(&self.title.id, &self.series.iter().collect::<Vec<_>>());
        }
        html! {
            @for (at, chunk) in rest.chunks(MOST).enumerate() {
                @let series: Vec<&Series> = std::iter::once(first).chain(chunk).collect();
                (self.one(&format!("{}-{}", self.title.id, at + 1), &series))
            }
        }
    }

    fn one(&self, id: &str, series: &[&Series]) -> Markup {
        let title = Title {
            id: id.to_owned(),
            title: self.title.title.clone(),
            description: self.title.description.clone(),
        };
        let letters = self.series.iter().map(|one| one.name.chars().count());
        let letters = letters.max().unwrap_or(0);
        // Longer names take the room of the lines: they stand above.
        let at_ends = letters <= LETTERS;
        let right = if at_ends {
            (letters as f64 * LETTER) as usize + 24
        } else {
            24
        };
        let drawing = html! {
            (self.axes())
            @for (at, one) in series.iter().enumerate() { (one.draw(at, series.len())) }
            @if at_ends { (names(series)) }
        };
        html! {
            ul.key.of-lines.at-ends[at_ends] { @for (at, one) in series.iter().enumerate() { (one.sample(at)) } }
            div.lines { (frame(&title, TOP + HEIGHT + BOTTOM, [LEFT, right], drawing)) }
        }
    }

    fn axes(&self) -> Markup {
        let bottom = TOP + HEIGHT;
        html! {
            @for tick in &self.y.ticks {
                @let y = down(tick.at);
                line.grid x1="0" x2="100%" y1=(y) y2=(y) {}
                text.tick x="0" dx="-8" y=(y) dy="4" text-anchor="end" { (tick.text) }
            }
            text.unit x="0" dx={ "-" (LEFT) } y="10" { (self.y.unit) }
            @for tick in &self.x.ticks {
                @let x = percent(tick.at);
                line.grid x1=(x) x2=(x) y1=(TOP) y2=(bottom) {}
                text.tick.minor[tick.minor] x=(x) y=(bottom + 16) text-anchor="middle" { (tick.text) }
            }
            text.unit x="100%" y=(bottom + 36) text-anchor="end" { (self.x.unit) }
        }
    }
}

// === impl Series ===

impl Series {
    fn draw(&self, at: usize, of: usize) -> Markup {
        // Marks at the same place stand side by side.
        let aside = (at as f64 - (of as f64 - 1.0) / 2.0) * 4.0;
        let points: Vec<String> = self
            .line
            .iter()
            .map(|[x, y]| format!("{:.1},{:.1}", x * 1000.0, down(*y)))
            .collect();
        let bottom = TOP + HEIGHT;
        html! {
            g class={ "series s" (at % MARKS.len()) } {
                svg x="0" y="0" width="100%" height=(bottom) viewBox={ "0 0 1000 " (bottom) } preserveAspectRatio="none" {
                    polyline.line points=(points.join(" ")) vector-effect="non-scaling-stroke" {}
                }
                @for dot in &self.dots {
                    g transform={ "translate(" (aside) " 0)" } {
                        title { (dot.tip) }
                        @if let Some([low, high]) = dot.interval {
                            @let x = percent(dot.at[0]);
                            line.interval x1=(x) x2=(x) y1=(down(low)) y2=(down(high)) {}
                        }
                        svg.mark x=(percent(dot.at[0])) y=(down(dot.at[1])) overflow="visible" {
                            path d=(MARKS[at % MARKS.len()]) {}
                        }
                    }
                }
            }
        }
    }

    /// For the key.
    fn sample(&self, at: usize) -> Markup {
        html! {
            li {
                svg.sample width="38" height="14" aria-hidden="true" {
                    g class={ "series s" (at % MARKS.len()) } {
                        line.line x1="0" x2="38" y1="7" y2="7" {}
                        svg.mark x="19" y="7" overflow="visible" { path d=(MARKS[at % MARKS.len()]) {} }
                    }
                }
                (self.name)
            }
        }
    }

    fn end(&self) -> f64 {
        self.line.last().map_or(0.0, |[_, y]| down(*y))
    }
}

fn down(share: f64) -> f64 {
    let y = TOP as f64 + (1.0 - share.clamp(0.0, 1.0)) * HEIGHT as f64;
    (y * 10.0).round() / 10.0
}

/// The names at the ends of the lines.
fn names(series: &[&Series]) -> Markup {
    let ends: Vec<f64> = series.iter().map(|one| one.end()).collect();
    html! {
        g.ends aria-hidden="true" {
            @for ((at, one), y) in series.iter().enumerate().zip(spread(&ends)) {
                text class={ "end t" (at % MARKS.len()) } x="100%" dx="18" y=(y) dy="4" { (one.name) }
            }
        }
    }
}

/// Pushes what is too close apart, with the least moves and within the chart.
fn spread(ends: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..ends.len()).collect();
    order.sort_by(|left, right| ends[*left].total_cmp(&ends[*right]));
    let mut placed = ends.to_vec();
    let mut free = 0.0;
    for at in &order {
        placed[*at] = placed[*at].max(free);
        free = placed[*at] + APART;
    }
    let mut floor = (TOP + HEIGHT) as f64;
    for at in order.iter().rev() {
        placed[*at] = placed[*at].min(floor);
        floor = placed[*at] - APART;
    }
    placed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_would_overlap_are_pushed_apart_within_the_chart() {
        let bottom = (TOP + HEIGHT) as f64;
        for ends in [
            vec![100.0, 101.0, 102.0, 103.0],
            vec![bottom; 7],
            vec![TOP as f64; 7],
        ] {
            let mut placed = spread(&ends);
            placed.sort_by(f64::total_cmp);
            let is_apart = |pair: &[f64]| pair[1] - pair[0] >= APART - 1e-9;
            assert!(placed.windows(2).all(is_apart), "{placed:?}");
            assert!(placed.iter().all(|y| *y <= bottom), "{placed:?}");
        }
        assert_eq!(spread(&[50.0, 200.0]), [50.0, 200.0]);
    }
}
