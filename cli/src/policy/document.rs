//! A policy or an OpenAPI document as it was written: every value with its
//! place, numbers as text, so that integers beyond 2^53 and decimals survive.

use tollgate_kit::config::member_path;
use tollgate_kit::json::unescape_token;

/// A value and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// Its place.
    pub mark: Mark,
    /// What it is.
    pub value: Value,
}

/// What a value is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number, as the text that JSON has for it.
    Number(String),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// An object, its members in the order written.
    Map(Vec<Member>),
}

/// A member of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Its name.
    pub name: String,
    /// The place of the name, as wide as the whole member where that is one line.
    pub mark: Mark,
    /// Its value.
    pub value: Node,
}

/// A place in one of the sources; lines and columns count from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark {
    /// Which source.
    pub source: usize,
    /// The line.
    pub line: usize,
    /// The column, in characters.
    pub column: usize,
    /// How many characters belong to it, at least 1.
    pub width: usize,
}

/// A mistake in the form of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// Where.
    pub mark: Mark,
    /// What is wrong.
    pub message: String,
    /// How to mend it.
    pub hint: Option<String>,
}

/// What became of a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parsed {
    /// The document, as far as it could be read.
    pub root: Option<Node>,
    /// What is wrong with its form.
    pub mistakes: Vec<Mistake>,
}

// === impl Mark ===

impl Mark {
    /// The start of a source.
    #[must_use]
    pub fn start(source: usize) -> Self {
        Self {
            source,
            line: 1,
            column: 1,
            width: 1,
        }
    }

    /// From here to the end of `last`, where that is on the same line.
    #[must_use]
    pub fn until(self, last: Self) -> Self {
        let same_line = (last.source, last.line) == (self.source, self.line);
        if !same_line || last.column < self.column {
            return self;
        }
        Self {
            width: last.column + last.width - self.column,
            ..self
        }
    }
}

// === impl Node ===

impl Node {
    /// The member of that name, if this is an object that has one.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Node> {
        match &self.value {
            Value::Map(members) => members
                .iter()
                .find(|member| member.name == name)
                .map(|member| &member.value),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) | Value::List(_) => {
                None
            }
        }
    }

    /// The same, to be changed.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut Node> {
        match &mut self.value {
            Value::Map(members) => members
                .iter_mut()
                .find(|member| member.name == name)
                .map(|member| &mut member.value),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) | Value::List(_) => {
                None
            }
        }
    }

    /// The text, if it is one.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::List(_) | Value::Map(_) => {
                None
            }
        }
    }

    /// The value that a JSON pointer names (RFC 6901).
    #[must_use]
    pub fn pointer(&self, pointer: &str) -> Option<&Node> {
        let steps = pointer.split('/').skip(1);
        steps
            .map(unescape_token)
            .try_fold(self, |node, step| match &node.value {
                Value::List(items) => items.get(step.parse::<usize>().ok()?),
                _ => node.get(&step),
            })
    }

    /// Where `path` stands, as faults spell paths; where that isn't there, the
    /// innermost that is around it.
    #[must_use]
    pub fn find(&self, path: &str) -> Mark {
        self.find_below(self.mark, path)
    }

    /// `mark` is what this is called by, `rest` the part of the path from here on.
    fn find_below(&self, mark: Mark, rest: &str) -> Mark {
        match &self.value {
            Value::Map(members) => members.iter().find_map(|member| {
                let rest = after_name(rest, &member.name)?;
                Some(member.value.find_below(member.place(), rest))
            }),
            Value::List(items) => after_index(rest).and_then(|(at, rest)| {
                let item = items.get(at)?;
                Some(item.find_below(item.mark, rest))
            }),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) => None,
        }
        .unwrap_or(mark)
    }
}

// === impl Member ===

impl Member {
    /// Where it stands: a document brought in from elsewhere stands there.
    fn place(&self) -> Mark {
        if self.value.mark.source == self.mark.source {
            self.mark
        } else {
            self.value.mark
        }
    }
}

/// What follows the member `name` at the start of `path`.
fn after_name<'p>(path: &'p str, name: &str) -> Option<&'p str> {
    let path = path.strip_prefix('.').unwrap_or(path);
    // Spelling a name takes an allocation: only where it can be the one.
    if !path.starts_with('[') && !path.starts_with(name) {
        return None;
    }
    let rest = path.strip_prefix(&member_path("", name))?;
    (rest.is_empty() || rest.starts_with(['.', '['])).then_some(rest)
}

/// The index at the start of `path`, and what follows it.
fn after_index(path: &str) -> Option<(usize, &str)> {
    let (index, rest) = path.strip_prefix('[')?.split_once(']')?;
    Some((index.parse().ok()?, rest))
}
