//! Documents that were accepted: one that borrows its tape, and one that owns it.

use std::fmt;

use super::error::ParseError;
use super::limits::Limits;
use super::node::Node;
use super::tape::Tape;

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

// === impl Document ===

impl<'a> Document<'a> {
    pub(super) fn new(tape: &'a Tape) -> Self {
        Self { tape }
    }

    /// The value that the document is.
    #[must_use]
    pub fn root(self) -> Node<'a> {
        Node::new(self.tape, 0)
    }

    /// The document's text.
    #[must_use]
    pub fn source(self) -> &'a str {
        self.tape.text()
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
        self.tape.text()
    }

    /// Bytes of memory that it takes.
    #[must_use]
    pub fn size(&self) -> usize {
        size_of::<Self>().saturating_add(self.tape.capacity())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_owned_document_outlives_its_source() {
        let source = br#"{"name":"a\u0062","list":[1,{}]}"#.to_vec();
        let document = OwnedDocument::parse(source, &Limits::DEFAULT).unwrap();
        assert_eq!(document.root().get("name").unwrap().as_str(), Some("ab"));
        assert!(document.source().ends_with("[1,{}]}"));
    }
}
