//! Reads YAML 1.2 into a [`Node`], strictly: one document, names that are
//! texts and given once, no tags beyond the core schema, no merge keys, and
//! aliases within a bound (an alias of aliases can stand for any amount).

use std::collections::HashMap;

use saphyr_parser::{Event, Parser, ScalarStyle, Span, Tag};

use super::document::{Mark, Member, Mistake, Node, Parsed, Value};
use super::quoted::Cursor;
use super::scalar::{ScalarFault, plain};
use super::syntax;

/// Reads `text`, the source with that number; after a mistake in its syntax
/// nothing is left of it.
#[must_use]
pub fn parse(text: &str, source: usize) -> Parsed {
    let mut builder = Builder {
        source,
        cursor: Cursor::new(text),
        open: Vec::new(),
        root: None,
        anchors: HashMap::new(),
        size: 0,
        is_partial: false,
        mistakes: Vec::new(),
    };
    for event in Parser::new_from_str(text) {
        let taken = match event {
            Ok((event, span)) => builder.take(event, span),
            Err(error) => {
                let around = builder.open.last().map(|open| open.mark);
                Err(syntax::mistake(text, source, &error, around))
            }
        };
        if let Err(mistake) = taken {
            builder.mistakes.push(mistake);
            builder.root = None;
            return builder.finish();
        }
    }
    builder.finish()
}

struct Builder<'t> {
    source: usize,
    cursor: Cursor<'t>,
    open: Vec<Open>,
    root: Option<Node>,
    anchors: HashMap<usize, (Node, usize)>,
    size: usize,
    /// Whether something could not be read, and would be missed.
    is_partial: bool,
    mistakes: Vec<Mistake>,
}

/// A list or an object that isn't closed yet.
struct Open {
    mark: Mark,
    anchor: usize,
    size_before: usize,
    content: Content,
}

enum Content {
    List(Vec<Node>),
    Map(Vec<Member>, Option<Name>),
}

/// A member's name that waits for its value.
struct Name {
    text: String,
    mark: Mark,
    /// The first of that name stays.
    is_repeated: bool,
}

const MAX_DEPTH: usize = 200;
const MAX_SIZE: usize = 2_000_000;

// === impl Builder ===

impl Builder<'_> {
    fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), Mistake> {
        let mark = self.mark(span);
        match event {
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => Ok(()),
            Event::DocumentStart(_) => match self.root {
                None => Ok(()),
                Some(_) => Err(mistake(mark, "a second document; one file is one document")),
            },
            Event::Alias(anchor) => self.alias(anchor, mark),
            Event::Scalar(text, style, anchor, tag) => {
                let mark = self.scalar_mark(mark, span, style);
                if self.names() {
                    self.name(text.into_owned(), style, mark);
                    Ok(())
                } else {
                    let value = self.scalar(&text, style, tag.as_deref(), mark);
                    self.size += 1;
                    self.put(Node { mark, value }, anchor, self.size - 1)
                }
            }
            Event::SequenceStart(anchor, tag) => {
                self.container_tag(tag.as_deref(), "seq", mark);
                self.begin(mark, anchor, Content::List(Vec::new()))
            }
            Event::MappingStart(anchor, tag) => {
                self.container_tag(tag.as_deref(), "map", mark);
                self.begin(mark, anchor, Content::Map(Vec::new(), None))
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(span),
        }
    }

    /// Whether a member's name comes next.
    fn names(&self) -> bool {
        matches!(
            self.open.last().map(|open| &open.content),
            Some(Content::Map(_, None))
        )
    }

    fn name(&mut self, text: String, style: ScalarStyle, mark: Mark) {
        if text == "<<" && style == ScalarStyle::Plain {
            self.is_partial = true;
            self.mistakes.push(Mistake {
                mark,
                message: "a merge key, which YAML 1.2 doesn't have".to_owned(),
                hint: Some("write the members out".to_owned()),
            });
        }
        let Some(Content::Map(members, pending)) =
            self.open.last_mut().map(|open| &mut open.content)
        else {
            return;
        };
        let first = members.iter().find(|member| member.name == text);
        if let Some(first) = first {
            let message = format!("`{text}` is given twice; first in line {}", first.mark.line);
            self.mistakes.push(mistake(mark, &message));
        }
        *pending = Some(Name {
            is_repeated: first.is_some(),
            text,
            mark,
        });
    }

    fn scalar(&mut self, text: &str, style: ScalarStyle, tag: Option<&Tag>, mark: Mark) -> Value {
        let quoted = style != ScalarStyle::Plain;
        let value = match tag {
            Some(tag) if tag.is_yaml_core_schema() && tag.suffix == "str" => {
                return Value::Text(text.to_owned());
            }
            None if quoted => return Value::Text(text.to_owned()),
            Some(_) | None => plain(text),
        };
        match (value, tag) {
            (Ok(value), None) => value,
            (Ok(value), Some(tag)) if fits(tag, &value) => value,
            (Ok(value), Some(tag)) => {
                let tag = spelled(tag);
                let message = format!("the tag `{tag}` doesn't fit `{text}`, or isn't known here");
                self.mistakes.push(mistake(mark, &message));
                value
            }
            (Err(fault), _) => {
                let message = match fault {
                    ScalarFault::NotFinite => "JSON has no such number",
                    ScalarFault::TooWide => "a number of more than 128 bits; write it in decimal",
                    ScalarFault::TooLong => {
                        "a number of more than 1000 digits or with a larger exponent than 100000"
                    }
                };
                self.mistakes.push(mistake(mark, message));
                self.is_partial = true;
                Value::Null
            }
        }
    }

    fn container_tag(&mut self, tag: Option<&Tag>, own: &str, mark: Mark) {
        if let Some(tag) = tag
            && !(tag.is_yaml_core_schema() && tag.suffix == own)
        {
            let message = format!("the tag `{}` isn't known here", spelled(tag));
            self.mistakes.push(mistake(mark, &message));
        }
    }

    fn alias(&mut self, anchor: usize, mark: Mark) -> Result<(), Mistake> {
        let Some((node, size)) = self.anchors.get(&anchor) else {
            return Err(mistake(
                mark,
                "an alias of what it stands in, or of a member's name",
            ));
        };
        self.size = self.size.saturating_add(*size);
        if self.size > MAX_SIZE {
            return Err(mistake(mark, "aliases stand for too much"));
        }
        if self.names() {
            return Err(mistake(mark, "a member's name must be a text"));
        }
        let value = node.value.clone();
        self.put(Node { mark, value }, 0, 0)
    }

    fn begin(&mut self, mark: Mark, anchor: usize, content: Content) -> Result<(), Mistake> {
        if self.names() {
            return Err(mistake(mark, "a member's name must be a text"));
        }
        if self.open.len() >= MAX_DEPTH {
            return Err(mistake(mark, "nested too deep"));
        }
        self.open.push(Open {
            mark,
            anchor,
            size_before: self.size,
            content,
        });
        self.size += 1;
        Ok(())
    }

    fn end(&mut self, span: Span) -> Result<(), Mistake> {
        let Some(open) = self.open.pop() else {
            return Ok(());
        };
        let mut mark = open.mark;
        // Block collections end where the next line starts.
        if span.end.line() == mark.line && span.end.col() + 1 > mark.column {
            mark.width = span.end.col() + 1 - mark.column;
        }
        let value = match open.content {
            Content::List(items) => Value::List(items),
            Content::Map(members, _) => Value::Map(members),
        };
        self.put(Node { mark, value }, open.anchor, open.size_before)
    }

    fn put(&mut self, node: Node, anchor: usize, size_before: usize) -> Result<(), Mistake> {
        if anchor > 0 {
            let size = self.size.saturating_sub(size_before);
            self.anchors.insert(anchor, (node.clone(), size));
        }
        match self.open.last_mut().map(|open| &mut open.content) {
            None => self.root = Some(node),
            Some(Content::List(items)) => items.push(node),
            Some(Content::Map(members, name)) => {
                let name = name.take().filter(|name| !name.is_repeated);
                members.extend(name.map(|name| Member {
                    name: name.text,
                    mark: name.mark.until(node.mark),
                    value: node,
                }));
            }
        }
        Ok(())
    }

    fn finish(mut self) -> Parsed {
        if self.root.is_none() && self.mistakes.is_empty() {
            let start = Mark::start(self.source);
            self.mistakes.push(mistake(start, "the file is empty"));
        }
        Parsed {
            root: self.root.filter(|_| !self.is_partial),
            mistakes: self.mistakes,
        }
    }

    fn scalar_mark(&mut self, mark: Mark, span: Span, style: ScalarStyle) -> Mark {
        match self.cursor.width(span, style) {
            Some(width) if width < mark.width => Mark { width, ..mark },
            Some(_) | None => mark,
        }
    }

    fn mark(&self, span: Span) -> Mark {
        let (start, end) = (span.start, span.end);
        let width = if start.line() == end.line() {
            end.col().saturating_sub(start.col()).max(1)
        } else {
            1
        };
        Mark {
            source: self.source,
            line: start.line(),
            column: start.col() + 1,
            width,
        }
    }
}

fn fits(tag: &Tag, value: &Value) -> bool {
    if !tag.is_yaml_core_schema() {
        return false;
    }
    match value {
        Value::Null => tag.suffix == "null",
        Value::Bool(_) => tag.suffix == "bool",
        Value::Number(text) => {
            tag.suffix == "float" || (tag.suffix == "int" && !text.contains(['.', 'e']))
        }
        Value::Text(_) | Value::List(_) | Value::Map(_) => false,
    }
}

fn spelled(tag: &Tag) -> String {
    if tag.is_yaml_core_schema() {
        format!("!!{}", tag.suffix)
    } else {
        format!("{}{}", tag.handle, tag.suffix)
    }
}

fn mistake(mark: Mark, message: &str) -> Mistake {
    Mistake {
        mark,
        message: message.to_owned(),
        hint: None,
    }
}
