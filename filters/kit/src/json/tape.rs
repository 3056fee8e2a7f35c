//! The parsed form of a document: its text, one slot per value and member name,
//! and the decoded form of the strings that have escapes. A tape keeps its
//! buffers from one document to the next.

use std::fmt;

use super::error::{LimitKind, ParseError, Syntax};
use super::limits::Limits;
use super::node::Node;
use super::parser::{Frame, Parser};

/// The buffers behind a [`Document`].
#[derive(Default)]
pub struct Tape {
    text: String,
    frames: Vec<Frame>,
    store: Store,
}

/// A whole document that was accepted.
#[derive(Clone, Copy)]
pub struct Document<'a> {
    tape: &'a Tape,
}

/// A document that owns all it needs, for those that live as long as a policy.
#[derive(Debug)]
pub struct OwnedDocument {
    tape: Tape,
}

/// What a parse writes.
#[derive(Default)]
pub(super) struct Store {
    /// In document order: a member's name, then its value; an array's or
    /// object's slot, then what is in it, then [`Tag::End`].
    pub(super) slots: Vec<Slot>,
    /// Decoded strings, one after the other.
    pub(super) side: String,
    /// Slots of names, sorted within each object that has many members.
    pub(super) order: Vec<u32>,
}

/// What `start`, `len` and `link` hold depends on the tag.
#[derive(Clone, Copy)]
pub(super) struct Slot {
    pub(super) tag: Tag,
    /// Bytes of the text before the value, or for [`Tag::End`] up to its end.
    pub(super) start: u32,
    /// Bytes of a number or (decoded) string, what is in a container, or for
    /// [`Tag::End`] the entries in the order.
    pub(super) len: u32,
    /// The mix of a plain name, the place of an escaped one in the side
    /// buffer, the slot after a container, or for [`Tag::End`] where its order starts.
    pub(super) link: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tag {
    Null,
    False,
    True,
    Number,
    /// A string without escapes.
    Plain,
    /// A string with escapes.
    Escaped,
    Array,
    Object,
    /// Closes an array or object.
    End,
    /// The name of a member that a later one of that name replaces.
    Shadowed,
}

impl Tag {
    /// Whether the slot is a string or a name that counts.
    #[inline(always)]
    pub(super) fn is_string(self) -> bool {
        matches!(self, Self::Plain | Self::Escaped)
    }

    /// Whether further slots belong to the value.
    #[inline(always)]
    pub(super) fn nests(self) -> bool {
        matches!(self, Self::Array | Self::Object)
    }
}

impl Slot {
    const NONE: Self = Self {
        tag: Tag::Null,
        start: 0,
        len: 0,
        link: 0,
    };
}

// === impl Tape ===

impl Tape {
    /// An empty tape; it allocates with its first document.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            text: String::new(),
            frames: Vec::new(),
            store: Store {
                slots: Vec::new(),
                side: String::new(),
                order: Vec::new(),
            },
        }
    }

    /// Parses a copy of `source`.
    ///
    /// # Errors
    /// The first fault of a document that isn't strict JSON or exceeds `limits`.
    pub fn parse<'a>(
        &'a mut self,
        source: &[u8],
        limits: &Limits,
    ) -> Result<Document<'a>, ParseError> {
        self.text.clear();
        match str::from_utf8(source) {
            Ok(text) => self.text.push_str(text),
            Err(error) => return Err(self.refuse(source, error.valid_up_to(), limits)),
        }
        self.run(limits)
    }

    /// Parses `source` where it is: the tape keeps it.
    ///
    /// # Errors
    /// As [`parse`](Self::parse).
    pub fn parse_vec(
        &mut self,
        source: Vec<u8>,
        limits: &Limits,
    ) -> Result<Document<'_>, ParseError> {
        match String::from_utf8(source) {
            Ok(text) => self.text = text,
            Err(error) => {
                let valid = error.utf8_error().valid_up_to();
                return Err(self.refuse(error.as_bytes(), valid, limits));
            }
        }
        self.run(limits)
    }

    /// Gives the buffers back if they take more than `bytes`, so that one large
    /// document doesn't stay in memory for good.
    pub fn shrink_above(&mut self, bytes: usize) {
        if self.capacity() > bytes {
            *self = Self::new();
        }
    }

    fn capacity(&self) -> usize {
        let slots = self
            .store
            .slots
            .capacity()
            .saturating_mul(size_of::<Slot>());
        let order = self.store.order.capacity().saturating_mul(size_of::<u32>());
        let texts = self
            .text
            .capacity()
            .saturating_add(self.store.side.capacity());
        texts.saturating_add(slots).saturating_add(order)
    }

    fn run(&mut self, limits: &Limits) -> Result<Document<'_>, ParseError> {
        if u32::try_from(self.text.len()).is_err() {
            return Err(ParseError::new(0, LimitKind::Size.into()));
        }
        self.store.clear();
        self.frames.clear();
        Parser::new(&self.text, limits, &mut self.frames, &mut self.store).run()?;
        Ok(Document { tape: self })
    }

    /// The first fault of a document that isn't UTF-8 from `valid` on: a fault
    /// of the part before comes first.
    #[cold]
    fn refuse(&mut self, source: &[u8], valid: usize, limits: &Limits) -> ParseError {
        let prefix = source.get(..valid).unwrap_or_default();
        self.text.clear();
        self.text
            .push_str(str::from_utf8(prefix).unwrap_or_default());
        match self.run(limits) {
            Err(error) if error.kind != Syntax::UnexpectedEnd.into() => error,
            Ok(_) | Err(_) => ParseError::new(valid, Syntax::Utf8.into()),
        }
    }

    fn shrink(&mut self) {
        self.frames = Vec::new();
        self.store.slots.shrink_to_fit();
        self.store.side.shrink_to_fit();
        self.store.order.shrink_to_fit();
    }

    #[inline(always)]
    pub(super) fn slot(&self, index: u32) -> Slot {
        self.store.slot(index)
    }

    pub(super) fn slots(&self, start: u32, end: u32) -> &[Slot] {
        self.store
            .slots
            .get(start as usize..end as usize)
            .unwrap_or_default()
    }

    /// The names of an object in the order of [`members`](super::members).
    pub(super) fn order(&self, start: u32, len: u32) -> &[u32] {
        let rest = self.store.order.get(start as usize..).unwrap_or_default();
        rest.get(..len as usize).unwrap_or_default()
    }

    /// The text between two offsets.
    #[inline(always)]
    pub(super) fn span(&self, start: u32, end: u32) -> &str {
        self.text
            .get(start as usize..end as usize)
            .unwrap_or_default()
    }

    /// Where the text ends.
    pub(super) fn end(&self) -> u32 {
        self.text.len() as u32
    }

    /// The decoded string of a slot that is one.
    #[inline(always)]
    pub(super) fn string(&self, slot: Slot) -> &str {
        self.store.string(&self.text, slot)
    }
}

impl fmt::Debug for Tape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tape")
            .field("bytes", &self.text.len())
            .field("slots", &self.store.slots.len())
            .finish_non_exhaustive()
    }
}

// === impl Store ===

impl Store {
    fn clear(&mut self) {
        self.slots.clear();
        self.side.clear();
        self.order.clear();
    }

    #[inline(always)]
    pub(super) fn slot(&self, index: u32) -> Slot {
        self.slots
            .get(index as usize)
            .copied()
            .unwrap_or(Slot::NONE)
    }

    /// The index that the next slot gets.
    #[inline]
    pub(super) fn next(&self) -> u32 {
        // No more slots than bytes of text, and those fit 32 bits.
        self.slots.len() as u32
    }

    /// The decoded string of a slot that is one, in the document `text`.
    #[inline(always)]
    pub(super) fn string<'t>(&'t self, text: &'t str, slot: Slot) -> &'t str {
        let (buffer, start) = if slot.tag == Tag::Escaped {
            (self.side.as_str(), slot.link as usize)
        } else {
            (text, (slot.start as usize).wrapping_add(1))
        };
        let end = start.wrapping_add(slot.len as usize);
        buffer.get(start..end).unwrap_or_default()
    }
}

// === impl Document ===

impl<'a> Document<'a> {
    /// The value that the document is.
    #[must_use]
    pub fn root(self) -> Node<'a> {
        Node::new(self.tape, 0)
    }

    /// The document's text.
    #[must_use]
    pub fn source(self) -> &'a str {
        &self.tape.text
    }
}

impl fmt::Debug for Document<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.tape.fmt(f)
    }
}

// === impl OwnedDocument ===

impl OwnedDocument {
    /// Parses `source` and keeps it.
    ///
    /// # Errors
    /// As [`Tape::parse`].
    pub fn parse(source: Vec<u8>, limits: &Limits) -> Result<Self, ParseError> {
        let mut tape = Tape::new();
        tape.parse_vec(source, limits)?;
        tape.shrink();
        Ok(Self { tape })
    }

    /// The value that the document is.
    #[must_use]
    pub fn root(&self) -> Node<'_> {
        Node::new(&self.tape, 0)
    }

    /// The document's text.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.tape.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::Kind;

    #[test]
    fn a_tape_serves_one_document_after_the_other() {
        let mut tape = Tape::new();
        let limits = Limits::DEFAULT;
        for source in ["{\"a\":\"\\n\"}", "[1,2,[3]]", "true"] {
            assert_eq!(
                tape.parse(source.as_bytes(), &limits).unwrap().source(),
                source
            );
        }
        assert!(tape.parse(b"[1,", &limits).is_err());
        let root = tape
            .parse_vec(b"{\"b\":1}".to_vec(), &limits)
            .unwrap()
            .root();
        assert!(root.get("a").is_none());
        assert_eq!(root.get("b").unwrap().kind(), Kind::Number);
    }

    #[test]
    fn an_owned_document_outlives_its_source() {
        let source = br#"{"name":"a\u0062","list":[1,{}]}"#.to_vec();
        let document = OwnedDocument::parse(source, &Limits::DEFAULT).unwrap();
        assert_eq!(document.root().get("name").unwrap().as_str(), Some("ab"));
        assert_eq!(document.source().len(), 33);
    }

    #[test]
    fn a_large_tape_is_given_back() {
        let mut tape = Tape::new();
        tape.parse(b"[1,2,3]", &Limits::DEFAULT).unwrap();
        tape.shrink_above(1 << 20);
        assert!(tape.capacity() > 0);
        tape.shrink_above(16);
        assert_eq!(tape.capacity(), 0);
    }

    #[test]
    fn invalid_utf8_is_refused_where_it_starts_unless_a_fault_comes_before() {
        let fault = |source: &[u8]| Tape::new().parse(source, &Limits::DEFAULT).unwrap_err();
        let owned = |source: &[u8]| OwnedDocument::parse(source.to_vec(), &Limits::DEFAULT);
        let cases: [(&[u8], usize, Syntax); 6] = [
            (b"\"a\xff\"", 2, Syntax::Utf8),
            (b"[1,2]\xc3", 5, Syntax::Utf8),
            (b"\"\\\xff", 2, Syntax::Utf8),
            (b"\"\xed\xa0\x80\"", 1, Syntax::Utf8),
            (b"[01,\"\xff\"]", 1, Syntax::LeadingZero),
            (b"[nul\xff]", 1, Syntax::Literal),
        ];
        for (source, offset, syntax) in cases {
            let expected = ParseError::new(offset, syntax.into());
            assert_eq!(fault(source), expected);
            assert_eq!(owned(source).unwrap_err(), expected);
        }
    }

    #[test]
    fn a_slot_takes_sixteen_bytes_and_a_node_two_words() {
        assert_eq!(size_of::<Slot>(), 16);
        assert_eq!(size_of::<Node<'_>>(), 2 * size_of::<usize>());
    }
}
