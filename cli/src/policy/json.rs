//! Reads JSON into a [`Node`] with the kit's parser, as strictly as the filters do.

use tollgate_kit::json::{self, DuplicateKeys, Limits, OwnedDocument};

use super::document::{Mark, Member, Mistake, Node, Parsed, Value};

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

/// Where each line of a text starts.
struct Lines<'t> {
    text: &'t str,
    source: usize,
    starts: Vec<usize>,
}

/// Places of values by where their text lies in the document's.
struct Places<'t> {
    base: usize,
    lines: Lines<'t>,
}

const LIMITS: Limits = Limits {
    depth: 200,
    keys: 4_000_000,
    string: 16 * 1024 * 1024,
    number_digits: 1000,
    exponent: 100_000,
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
        }
    }

    fn mark(&self, offset: usize, width: usize) -> Mark {
        let line = self.starts.partition_point(|start| *start <= offset).max(1);
        let start = self.starts.get(line - 1).copied().unwrap_or(0);
        let before = self.text.get(start..offset).unwrap_or_default();
        Mark {
            source: self.source,
            line,
            column: before.chars().count() + 1,
            width: width.max(1),
        }
    }
}

// === impl Places ===

impl Places<'_> {
    fn node(&self, node: json::Node<'_>) -> Node {
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
        Node {
            mark: self
                .place(node.source())
                .unwrap_or_else(|| self.lines.mark(0, 1)),
            value,
        }
    }

    fn member(&self, name: &str, value: json::Node<'_>) -> Member {
        let value = self.node(value);
        Member {
            name: name.to_owned(),
            // A name with escapes lies elsewhere: its value stands for it.
            mark: self.place(name).unwrap_or(value.mark),
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
