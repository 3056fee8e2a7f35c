//! Reads JSON into a [`Node`] with the kit's parser, as strictly as the filters do.

use std::cell::Cell;

use tollgate_kit::json::{self, DuplicateKeys, Limits, OwnedDocument};

use super::document::{Mark, Member, Mistake, Node, Parsed, Value};
use super::scalar::{MAX_DIGITS, MAX_EXPONENT};

/// Reads `text`, the source with that number; after a mistake nothing is left of it.
#[must_use]
pub fn parse(text: &str, source: usize) -> Parsed {
    let lines = Lines::new(text, source);
    match OwnedDocument::parse(text.as_bytes().to_vec(), &LIMITS) {
        Ok(document) => {
            let places = Places {
                base: document.source().as_ptr().addr(),
                lines,
            };
            Parsed {
                root: Some(places.node(document.root())),
                mistakes: Vec::new(),
            }
        }
        Err(error) => Parsed {
            root: None,
            mistakes: vec![Mistake {
                mark: lines.mark(error.offset, 1),
                message: format!("not JSON: {}", error.kind),
                hint: None,
            }],
        },
    }
}

/// Places of offsets. Documents without line breaks can have megabytes: columns
/// are counted on from the last one asked for.
struct Lines<'t> {
    text: &'t str,
    source: usize,
    starts: Vec<usize>,
    last: Cell<(usize, Mark)>,
}

/// Places of values by where their text lies in the document's.
struct Places<'t> {
    base: usize,
    lines: Lines<'t>,
}

/// What a document may have.
pub const LIMITS: Limits = Limits {
    depth: 200,
    keys: 4_000_000,
    string: 16 * 1024 * 1024,
    number_digits: MAX_DIGITS,
    exponent: MAX_EXPONENT,
    duplicate_keys: DuplicateKeys::Deny,
};

// === impl Lines ===

impl<'t> Lines<'t> {
    fn new(text: &'t str, source: usize) -> Self {
        let breaks = text.match_indices('\n').map(|(at, _)| at + 1);
        Self {
            text,
            source,
            starts: std::iter::once(0).chain(breaks).collect(),
            last: Cell::new((0, Mark::start(source))),
        }
    }

    fn mark(&self, offset: usize, width: usize) -> Mark {
        let line = self.starts.partition_point(|start| *start <= offset).max(1);
        let (from, column) = match self.last.get() {
            (before, mark) if mark.line == line && before <= offset => (before, mark.column),
            _ => (self.starts.get(line - 1).copied().unwrap_or(0), 1),
        };
        let between = self.text.get(from..offset).unwrap_or_default();
        let mark = Mark {
            source: self.source,
            line,
            column: column + between.chars().count(),
            width: width.max(1),
        };
        self.last.set((offset, mark));
        mark
    }
}

// === impl Places ===

impl Places<'_> {
    fn node(&self, node: json::Node<'_>) -> Node {
        let part = node.source();
        let mark = self.place(part).unwrap_or(Mark::start(self.lines.source));
        let value = match node.value() {
            json::Value::Null => Value::Null,
            json::Value::Bool(flag) => Value::Bool(flag),
            json::Value::Number(number) => Value::Number(number.text().to_owned()),
            json::Value::String(text) => Value::Text(text.to_owned()),
            json::Value::Array(array) => {
                Value::List(array.iter().map(|item| self.node(item)).collect())
            }
            json::Value::Object(object) => {
                let member = |(name, value)| self.member(name, value);
                Value::Map(object.iter().map(member).collect())
            }
        };
        Node { mark, value }
    }

    fn member(&self, name: &str, value: json::Node<'_>) -> Member {
        let quoted = self.place(name).map(|mark| Mark {
            column: mark.column.saturating_sub(1).max(1),
            width: mark.width + 2,
            ..mark
        });
        let value = self.node(value);
        Member {
            name: name.to_owned(),
            // A name with escapes lies elsewhere: its value stands for it.
            mark: quoted.map_or(value.mark, |mark| mark.until(value.mark)),
            value,
        }
    }

    fn place(&self, part: &str) -> Option<Mark> {
        let offset = part.as_ptr().addr().checked_sub(self.base)?;
        if offset + part.len() > self.lines.text.len() {
            return None;
        }
        let width = match part.contains('\n') {
            true => 1,
            false => part.chars().count(),
        };
        Some(self.lines.mark(offset, width))
    }
}
