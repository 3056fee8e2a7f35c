//! A value of a document, as two words that are cheap to pass on.

use std::fmt;

use super::container::{Array, Object};
use super::number::Number;
use super::slots::{Slot, Tag};
use super::tape::Tape;
use super::text;

/// A value somewhere in a document.
#[derive(Clone, Copy)]
pub struct Node<'a> {
    pub(super) tape: &'a Tape,
    pub(super) index: u32,
}

/// What a [`Node`] is, taken apart.
#[derive(Debug, Clone, Copy)]
pub enum Value<'a> {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number, by its text.
    Number(Number<'a>),
    /// A string, decoded.
    String(&'a str),
    /// An array.
    Array(Array<'a>),
    /// An object.
    Object(Object<'a>),
}

/// The type of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// `null`
    Null,
    /// `true` or `false`
    Bool,
    /// A number.
    Number,
    /// A string.
    String,
    /// An array.
    Array,
    /// An object.
    Object,
}

// === impl Node ===

impl<'a> Node<'a> {
    #[inline(always)]
    pub(super) fn new(tape: &'a Tape, index: u32) -> Self {
        Self { tape, index }
    }

    #[inline(always)]
    pub(super) fn slot(self) -> Slot {
        self.tape.slot(self.index)
    }

    /// The value, to match on.
    #[must_use]
    #[inline]
    pub fn value(self) -> Value<'a> {
        let slot = self.slot();
        match slot.tag {
            Tag::False => Value::Bool(false),
            Tag::True => Value::Bool(true),
            Tag::Number => Value::Number(self.number(slot)),
            Tag::Plain | Tag::Escaped => Value::String(self.tape.string(slot)),
            Tag::Array => Value::Array(Array::new(self)),
            Tag::Object => Value::Object(Object::new(self)),
            Tag::Null | Tag::End | Tag::Shadowed => Value::Null,
        }
    }

    /// The type alone.
    #[must_use]
    #[inline]
    pub fn kind(self) -> Kind {
        match self.slot().tag {
            Tag::False | Tag::True => Kind::Bool,
            Tag::Number => Kind::Number,
            Tag::Plain | Tag::Escaped => Kind::String,
            Tag::Array => Kind::Array,
            Tag::Object => Kind::Object,
            Tag::Null | Tag::End | Tag::Shadowed => Kind::Null,
        }
    }

    /// Its place among the values of its document: no other there has the same.
    #[must_use]
    pub const fn position(self) -> usize {
        self.index as usize
    }

    /// Whether the value is `null`.
    #[must_use]
    pub fn is_null(self) -> bool {
        self.kind() == Kind::Null
    }

    /// The string, if it is one.
    #[must_use]
    #[inline]
    pub fn as_str(self) -> Option<&'a str> {
        let slot = self.slot();
        slot.tag.is_string().then(|| self.tape.string(slot))
    }

    /// The truth value, if it is one.
    #[must_use]
    #[inline]
    pub fn as_bool(self) -> Option<bool> {
        let tag = self.slot().tag;
        matches!(tag, Tag::True | Tag::False).then_some(tag == Tag::True)
    }

    /// The number, if it is one.
    #[must_use]
    #[inline]
    pub fn as_number(self) -> Option<Number<'a>> {
        let slot = self.slot();
        (slot.tag == Tag::Number).then(|| self.number(slot))
    }

    /// The array, if it is one.
    #[must_use]
    #[inline]
    pub fn as_array(self) -> Option<Array<'a>> {
        (self.slot().tag == Tag::Array).then(|| Array::new(self))
    }

    /// The object, if it is one.
    #[must_use]
    #[inline]
    pub fn as_object(self) -> Option<Object<'a>> {
        (self.slot().tag == Tag::Object).then(|| Object::new(self))
    }

    /// The member of that name, if this is an object that has one.
    #[must_use]
    pub fn get(self, name: &str) -> Option<Node<'a>> {
        self.as_object()?.get(name)
    }

    /// Every string and every name in it, decoded, in the order of the document.
    pub fn texts(self) -> impl Iterator<Item = &'a str> {
        let slots = self.tape.slots(self.index, self.after()).iter();
        let strings = slots.filter(|slot| slot.tag.is_string());
        strings.map(|slot| self.tape.string(*slot))
    }

    /// The value's own text, with the quotes of a string and all inner space.
    #[must_use]
    pub fn source(self) -> &'a str {
        let slot = self.slot();
        let end = match slot.tag {
            Tag::Null | Tag::True => slot.start.wrapping_add(4),
            Tag::False => slot.start.wrapping_add(5),
            Tag::Number => slot.start.wrapping_add(slot.len),
            Tag::Plain => slot.start.wrapping_add(slot.len).wrapping_add(2),
            Tag::Escaped => return text::quoted(self.tape.span(slot.start, self.tape.end())),
            Tag::Array | Tag::Object => self.tape.slot(slot.link.wrapping_sub(1)).start,
            Tag::End | Tag::Shadowed => slot.start,
        };
        self.tape.span(slot.start, end)
    }

    #[inline]
    fn number(self, slot: Slot) -> Number<'a> {
        let end = slot.start.wrapping_add(slot.len);
        Number::from_grammatical(self.tape.span(slot.start, end))
    }

    /// The slot after this value.
    #[inline(always)]
    pub(super) fn after(self) -> u32 {
        let slot = self.slot();
        if slot.tag.nests() {
            slot.link
        } else {
            self.index.wrapping_add(1)
        }
    }
}

/// The type alone: a value of a request must not reach a log by accident.
impl fmt::Debug for Node<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Node").field(&self.kind()).finish()
    }
}

// === impl Kind ===

impl Kind {
    /// The type's name in JSON Schema.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool => "boolean",
            Self::Number => "number",
            Self::String => "string",
            Self::Array => "array",
            Self::Object => "object",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::{Limits, Tape};

    #[test]
    fn the_source_of_a_node_is_its_own_text() {
        let source = br#" [ null,true,false,-1.50e3,"a b","\"\\\n\u00e9",[ ],{ "x" : [1 ,2] } ] "#;
        let mut tape = Tape::new();
        let root = tape.parse(source, &Limits::DEFAULT).unwrap().root();
        let texts: Vec<&str> = root.as_array().unwrap().iter().map(Node::source).collect();
        let expected = [
            "null",
            "true",
            "false",
            "-1.50e3",
            "\"a b\"",
            r#""\"\\\n\u00e9""#,
            "[ ]",
            r#"{ "x" : [1 ,2] }"#,
        ];
        assert_eq!(texts, expected);
        assert_eq!(root.source().len(), source.len() - 2);
    }

    #[test]
    fn a_value_answers_to_its_own_type_alone() {
        let mut tape = Tape::new();
        let source = br#"[null,true,1,"s",[1,[2],3],{"a":1}]"#;
        let root = tape.parse(source, &Limits::DEFAULT).unwrap().root();
        let kinds: Vec<&str> = root
            .as_array()
            .unwrap()
            .iter()
            .map(|n| n.kind().name())
            .collect();
        assert_eq!(
            kinds,
            ["null", "boolean", "number", "string", "array", "object"]
        );
        for node in root.as_array().unwrap() {
            let answers = [
                node.is_null(),
                node.as_bool().is_some(),
                node.as_number().is_some(),
                node.as_str().is_some(),
                node.as_array().is_some(),
                node.as_object().is_some(),
            ];
            assert_eq!(
                answers.iter().filter(|answer| **answer).count(),
                1,
                "{node:?}"
            );
        }
        let nested = root.pointer("/4").unwrap().as_array().unwrap();
        assert_eq!(nested.get(2).unwrap().source(), "3");
        assert!(nested.get(3).is_none());
        assert!(root.pointer("/5/a/0").is_none());
    }

    #[test]
    fn debug_output_shows_no_value() {
        let mut tape = Tape::new();
        let document = tape
            .parse(b"{\"secret\":\"hunter2\"}", &Limits::DEFAULT)
            .unwrap();
        let shown = format!(
            "{document:?} {:?} {:?}",
            document.root(),
            document.root().as_object()
        );
        assert_eq!(
            shown,
            "Tape { bytes: 20, slots: 4, .. } Node(Object) Some(Object { len: 1 })"
        );
    }
}
