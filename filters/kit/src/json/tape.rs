//! The buffers that a document is parsed into: its text and its slots. A tape
//! keeps them from one document to the next.

use std::fmt;

use super::document::Document;
use super::error::{LimitKind, ParseError, Syntax};
use super::limits::Limits;
use super::parser::{Frame, Parser};
use super::slots::{Slot, Store};

/// The buffers behind a [`Document`].
#[derive(Default)]
pub struct Tape {
    text: String,
    frames: Vec<Frame>,
    store: Store,
}

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

    pub(super) fn capacity(&self) -> usize {
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
        Ok(Document::new(self))
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

    /// Gives back what the document doesn't need.
    pub(super) fn shrink(&mut self) {
        self.frames = Vec::new();
        self.store.slots.shrink_to_fit();
        self.store.side.shrink_to_fit();
        self.store.order.shrink_to_fit();
    }

    #[inline(always)]
    pub(super) fn slot(&self, index: u32) -> Slot {
        self.store.slot(index)
    }

    pub(super) fn text(&self) -> &str {
        &self.text
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::{Kind, Node, OwnedDocument};

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
            (b"[nul\xff]", 4, Syntax::Utf8),
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
