//! Reads a budget: `[CHAIN[/WORKLOAD]:]MEASURE<LIMIT`, separated by commas.

use std::fmt;

use super::{Bound, Budget, Edge, QUANTITIES, Unit};
use crate::bench::result::Quantity;

/// What is wrong with a budget, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    text: String,
    /// In bytes from the beginning.
    at: usize,
    kind: Kind,
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Kind {
    NoBound,
    NoName,
    Measure(String),
    NotOfWorkload(Quantity),
    NoNumber,
    NoUnit(Quantity),
    Unit(Quantity, String),
}

/// A part of the text, and where it begins.
#[derive(Debug, Clone, Copy)]
struct Part<'t> {
    text: &'t str,
    at: usize,
}

/// Reads `text`.
///
/// # Errors
/// The first thing that is wrong.
pub fn parse(text: &str) -> Result<Budget, Fault> {
    let fault = |(at, kind)| Fault {
        text: text.to_owned(),
        at,
        kind,
    };
    let mut at = 0;
    let mut bounds = Vec::new();
    for element in text.split(',') {
        bounds.push(bound(Part { text: element, at }.trimmed()).map_err(fault)?);
        at += element.len() + 1;
    }
    Ok(Budget(bounds))
}

fn bound(whole: Part<'_>) -> Result<Bound, (usize, Kind)> {
    let (left, right) = whole.split('<').ok_or((whole.at, Kind::NoBound))?;
    let (edge, limit) = match right.text.strip_prefix('=') {
        Some(_) => (Edge::UpTo, right.from(1)),
        None => (Edge::Below, right),
    };
    let (place, measure) = match left.split(':') {
        Some((place, measure)) => (Some(place), measure),
        None => (None, left),
    };
    let (chain, workload) = match place.map(|place| place.split('/').ok_or(place)) {
        Some(Ok((chain, workload))) => (Some(name(chain)?), Some(name(workload)?)),
        Some(Err(chain)) => (Some(name(chain)?), None),
        None => (None, None),
    };
    let quantity = quantity(measure.trimmed())?;
    if let Some(place) = place.filter(|_| workload.is_some() && quantity.is_of_chain()) {
        return Err((place.at, Kind::NotOfWorkload(quantity)));
    }
    let (number, unit) = number(limit.trimmed(), quantity)?;
    Ok(Bound {
        text: whole.text.to_owned(),
        chain,
        workload,
        quantity,
        edge,
        limit: number * unit.size,
        unit,
    })
}

fn name(part: Part<'_>) -> Result<String, (usize, Kind)> {
    let part = part.trimmed();
    match part.text.is_empty() {
        true => Err((part.at, Kind::NoName)),
        false => Ok(part.text.to_owned()),
    }
}

fn quantity(part: Part<'_>) -> Result<Quantity, (usize, Kind)> {
    let known = QUANTITIES.iter().find(|(name, _)| *name == part.text);
    let known = known.map(|(_, quantity)| *quantity);
    known.ok_or_else(|| (part.at, Kind::Measure(part.text.to_owned())))
}

fn number(part: Part<'_>, quantity: Quantity) -> Result<(f64, Unit), (usize, Kind)> {
    let is_of_number = |c: char| c.is_ascii_digit() || c == '.';
    let end = part.text.find(|c| !is_of_number(c));
    let end = end.unwrap_or(part.text.len());
    let number = part.text.get(..end).and_then(|text| text.parse().ok());
    let number = number.filter(|number: &f64| *number > 0.0 && number.is_finite());
    let number = number.ok_or((part.at, Kind::NoNumber))?;
    let unit = part.from(end).trimmed();
    if unit.text.is_empty() {
        return Err((unit.at, Kind::NoUnit(quantity)));
    }
    let mut units = quantity.units().iter();
    let known = units.find(|(names, _)| names.contains(&unit.text));
    let known = known.ok_or_else(|| (unit.at, Kind::Unit(quantity, unit.text.to_owned())))?;
    Ok((number, known.1))
}

// === impl Part ===

impl<'t> Part<'t> {
    fn from(self, offset: usize) -> Self {
        Part {
            text: self.text.get(offset..).unwrap_or_default(),
            at: self.at + offset,
        }
    }

    fn trimmed(self) -> Self {
        let start = self.text.len() - self.text.trim_start().len();
        let Part { text, at } = self.from(start);
        Part {
            text: text.trim_end(),
            at,
        }
    }

    fn split(self, between: char) -> Option<(Self, Self)> {
        let (left, _) = self.text.split_once(between)?;
        let right = self.from(left.len() + between.len_utf8());
        Some((Part { text: left, ..self }, right))
    }
}

// === impl Fault ===

impl std::error::Error for Fault {}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let before = self.text.get(..self.at).unwrap_or(&self.text);
        let indent = before.chars().count();
        writeln!(f, "{}", self.kind)?;
        writeln!(f, "  {}", self.text)?;
        writeln!(f, "  {:indent$}^", "")?;
        write!(f, "  hint: {}", self.kind.hint())
    }
}

// === impl Kind ===

impl Kind {
    fn hint(&self) -> String {
        match self {
            Self::NoBound => "a measure, `<` or `<=`, and a limit, as in `p99<2ms,cpu<20us`".into(),
            Self::NoName => "`CHAIN:` or `CHAIN/WORKLOAD:`, as in `all/get:cpu<20us`".into(),
            Self::Measure(_) => {
                let names: Vec<&str> = QUANTITIES.iter().map(|(name, _)| *name).collect();
                format!("one of {}", names.join(", "))
            }
            Self::NotOfWorkload(quantity) => {
                format!("`CHAIN:{}` without a workload", quantity.name())
            }
            Self::NoNumber => "a number above 0 and its unit, as in `1.5ms`".into(),
            Self::NoUnit(quantity) | Self::Unit(quantity, _) => {
                let units = quantity.units().iter();
                let names: Vec<&str> = units
                    .filter_map(|(names, _)| names.first().copied())
                    .collect();
                format!("one of {}", names.join(", "))
            }
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoBound => write!(f, "expected a bound"),
            Self::NoName => write!(f, "expected a name"),
            Self::Measure(name) => write!(f, "no measure `{name}`"),
            Self::NotOfWorkload(quantity) => {
                write!(f, "`{}` is a chain's, whatever it is sent", quantity.name())
            }
            Self::NoNumber => write!(f, "expected a limit"),
            Self::NoUnit(quantity) => write!(f, "the limit of `{}` has no unit", quantity.name()),
            Self::Unit(quantity, unit) => {
                write!(f, "`{unit}` is no unit of `{}`", quantity.name())
            }
        }
    }
}
