//! From text to slots, in one pass and without recursion: what is open lies on
//! a stack that [`Limits::depth`] bounds. What isn't nested is in `scalars`.

use super::error::{ErrorKind, LimitKind, ParseError, Syntax};
use super::limits::{DuplicateKeys, Limits};
use super::members::{self, FEW};
use super::slots::{Slot, Store, Tag};

/// A parse under way.
pub(super) struct Parser<'p> {
    pub(super) text: &'p str,
    pub(super) at: usize,
    pub(super) limits: &'p Limits,
    keys: usize,
    /// The innermost array or object that is open.
    frame: Frame,
    /// The ones around it.
    frames: &'p mut Vec<Frame>,
    pub(super) store: &'p mut Store,
}

/// An array or object that is open.
#[derive(Clone, Copy)]
pub(super) struct Frame {
    scope: Scope,
    /// Its slot.
    open: u32,
    /// Elements or members so far.
    count: u32,
    /// Members that a later one replaced.
    shadowed: u32,
    /// Bits of the names so far.
    mask: u64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Scope {
    Document,
    Array,
    Object,
}

/// What the parser looks for next.
enum Step {
    Value,
    /// What may stand after a value.
    Follow,
    Done,
}

/// A fault lies where the parser stands: whoever finds one elsewhere goes there.
pub(super) type Parsed<T> = Result<T, ErrorKind>;

impl Frame {
    const DOCUMENT: Self = Self::new(Scope::Document, 0);

    const fn new(scope: Scope, open: u32) -> Self {
        Self {
            scope,
            open,
            count: 0,
            shadowed: 0,
            mask: 0,
        }
    }
}

impl<'p> Parser<'p> {
    /// `text` has to be shorter than 4 GiB, and the buffers empty.
    pub(super) fn new(
        text: &'p str,
        limits: &'p Limits,
        frames: &'p mut Vec<Frame>,
        store: &'p mut Store,
    ) -> Self {
        Self {
            text,
            at: 0,
            limits,
            keys: 0,
            frame: Frame::DOCUMENT,
            frames,
            store,
        }
    }

    /// Parses the whole text.
    pub(super) fn run(mut self) -> Result<(), ParseError> {
        self.document()
            .map_err(|kind| ParseError::new(self.at, kind))
    }

    fn document(&mut self) -> Parsed<()> {
        if self.text.starts_with('\u{FEFF}') {
            return Err(Syntax::ByteOrderMark.into());
        }
        let mut step = Step::Value;
        loop {
            step = match step {
                Step::Value => self.value()?,
                Step::Follow => self.follow()?,
                Step::Done => return Ok(()),
            };
        }
    }

    #[inline(always)]
    fn value(&mut self) -> Parsed<Step> {
        self.frame.count = self.frame.count.wrapping_add(1);
        match self.peek_token() {
            Some(b'"') => {
                self.string(|_| 0)?;
            }
            Some(b'{') => return self.open_object(),
            Some(b'[') => return self.open_array(),
            Some(b'-' | b'0'..=b'9') => self.number()?,
            Some(b't') => self.literal(b"true", Tag::True)?,
            Some(b'f') => self.literal(b"false", Tag::False)?,
            Some(b'n') => self.literal(b"null", Tag::Null)?,
            other => return Err(unexpected(other, Syntax::ExpectedValue)),
        }
        Ok(Step::Follow)
    }

    #[inline(always)]
    fn follow(&mut self) -> Parsed<Step> {
        let byte = self.peek_token();
        match self.frame.scope {
            Scope::Array => match byte {
                Some(b',') => {
                    self.bump();
                    Ok(Step::Value)
                }
                Some(b']') => Ok(self.close(0, 0)),
                other => Err(unexpected(other, Syntax::ExpectedCommaOrBracket)),
            },
            Scope::Object => match byte {
                Some(b',') => {
                    self.bump();
                    self.name()
                }
                Some(b'}') => self.close_object(),
                other => Err(unexpected(other, Syntax::ExpectedCommaOrBrace)),
            },
            Scope::Document => match byte {
                None => Ok(Step::Done),
                Some(_) => Err(Syntax::TrailingBytes.into()),
            },
        }
    }

    fn open_array(&mut self) -> Parsed<Step> {
        self.open(Scope::Array, Tag::Array)?;
        match self.peek_token() {
            Some(b']') => Ok(self.close(0, 0)),
            Some(_) | None => Ok(Step::Value),
        }
    }

    fn open_object(&mut self) -> Parsed<Step> {
        self.open(Scope::Object, Tag::Object)?;
        match self.peek_token() {
            Some(b'}') => Ok(self.close(0, 0)),
            Some(_) | None => self.name(),
        }
    }

    #[inline(always)]
    fn open(&mut self, scope: Scope, tag: Tag) -> Parsed<()> {
        if self.frames.len() >= self.limits.depth {
            return Err(LimitKind::Depth.into());
        }
        let frame = Frame::new(scope, self.store.next());
        self.frames.push(std::mem::replace(&mut self.frame, frame));
        self.push(tag, self.at, 0, 0);
        self.bump();
        Ok(())
    }

    /// Ends what is open, with the part of the order that belongs to it.
    #[inline(always)]
    fn close(&mut self, order: usize, ordered: usize) -> Step {
        self.bump();
        self.push(Tag::End, self.at, ordered, order as u32);
        let (next, frame) = (self.store.next(), self.frame);
        if let Some(open) = self.store.slots.get_mut(frame.open as usize) {
            open.len = frame.count.wrapping_sub(frame.shadowed);
            open.link = next;
        }
        self.frame = self.frames.pop().unwrap_or(Frame::DOCUMENT);
        Step::Follow
    }

    fn close_object(&mut self) -> Parsed<Step> {
        if self.frame.count <= FEW {
            return Ok(self.close(0, 0));
        }
        let start = self.store.order.len();
        self.store.sort(self.text, self.frame.open);
        if let Some((name, removed)) = self.store.deduplicate(self.text, start) {
            self.allow_duplicate(name)?;
            self.frame.shadowed = self.frame.shadowed.wrapping_add(removed);
        }
        let ordered = self.store.order.len().wrapping_sub(start);
        Ok(self.close(start, ordered))
    }

    /// A member's name and the colon after it.
    #[inline(always)]
    fn name(&mut self) -> Parsed<Step> {
        match self.peek_token() {
            Some(b'"') => {}
            other => return Err(unexpected(other, Syntax::ExpectedName)),
        }
        self.keys = self.keys.wrapping_add(1);
        if self.keys > self.limits.keys {
            return Err(LimitKind::Keys.into());
        }
        let mix = self.string(members::mix)?;
        self.register(members::bit(mix))?;
        match self.peek_token() {
            Some(b':') => self.bump(),
            other => return Err(unexpected(other, Syntax::ExpectedColon)),
        }
        Ok(Step::Value)
    }

    /// Looks whether the name in the last slot was there before. Objects that
    /// outgrow [`FEW`] are judged when they end.
    #[inline(always)]
    fn register(&mut self, bit: u64) -> Parsed<()> {
        let fresh = self.frame.mask & bit == 0;
        self.frame.mask |= bit;
        if fresh || self.frame.count > FEW {
            return Ok(());
        }
        if let Some(earlier) = self.store.earlier(self.text, self.frame.open) {
            self.allow_duplicate(self.store.next().wrapping_sub(1))?;
            self.store.shadow(earlier);
            self.frame.shadowed = self.frame.shadowed.wrapping_add(1);
        }
        Ok(())
    }

    fn allow_duplicate(&mut self, name: u32) -> Parsed<()> {
        match self.limits.duplicate_keys {
            DuplicateKeys::LastWins => Ok(()),
            DuplicateKeys::Deny => {
                self.at = self.store.slot(name).start as usize;
                Err(ErrorKind::DuplicateKey)
            }
        }
    }

    /// The next byte that isn't space, left where it is.
    #[inline(always)]
    fn peek_token(&mut self) -> Option<u8> {
        loop {
            match self.text.as_bytes().get(self.at) {
                Some(b' ' | b'\n' | b'\r' | b'\t') => self.bump(),
                other => return other.copied(),
            }
        }
    }

    #[inline(always)]
    pub(super) fn bump(&mut self) {
        self.at = self.at.wrapping_add(1);
    }

    #[inline(always)]
    pub(super) fn push(&mut self, tag: Tag, start: usize, len: usize, link: u32) {
        let (start, len) = (start as u32, len as u32);
        self.store.slots.push(Slot {
            tag,
            start,
            len,
            link,
        });
    }
}

/// The fault of a byte, or the end, where it can't stand.
#[cold]
pub(super) fn unexpected(byte: Option<u8>, syntax: Syntax) -> ErrorKind {
    match byte {
        Some(_) => syntax.into(),
        None => Syntax::UnexpectedEnd.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::Tape;

    fn parse(source: &str, limits: Limits) -> Result<(), ParseError> {
        Tape::new().parse(source.as_bytes(), &limits).map(|_| ())
    }

    /// The offset and the kind of the fault that `source` has.
    fn fault(source: &str) -> (usize, ErrorKind) {
        let error = parse(source, Limits::DEFAULT).expect_err(source);
        (error.offset, error.kind)
    }

    #[test]
    fn every_fault_of_syntax_is_named_and_placed() {
        let cases = [
            ("", 0, Syntax::UnexpectedEnd),
            (" \n", 2, Syntax::UnexpectedEnd),
            ("[", 1, Syntax::UnexpectedEnd),
            ("[1", 2, Syntax::UnexpectedEnd),
            ("{\"a\"", 4, Syntax::UnexpectedEnd),
            ("{\"a\":1,", 7, Syntax::UnexpectedEnd),
            ("\"abc", 4, Syntax::UnexpectedEnd),
            ("tru", 3, Syntax::UnexpectedEnd),
            ("-", 1, Syntax::UnexpectedEnd),
            ("1.", 2, Syntax::UnexpectedEnd),
            ("1e+", 3, Syntax::UnexpectedEnd),
            ("\u{FEFF}1", 0, Syntax::ByteOrderMark),
            ("[,1]", 1, Syntax::ExpectedValue),
            ("[1,]", 3, Syntax::ExpectedValue),
            ("+1", 0, Syntax::ExpectedValue),
            (".5", 0, Syntax::ExpectedValue),
            ("NaN", 0, Syntax::ExpectedValue),
            ("'a'", 0, Syntax::ExpectedValue),
            ("{\"a\":}", 5, Syntax::ExpectedValue),
            ("{1:2}", 1, Syntax::ExpectedName),
            ("{\"a\":1,}", 7, Syntax::ExpectedName),
            ("{\"a\" 1}", 5, Syntax::ExpectedColon),
            ("[1 2]", 3, Syntax::ExpectedCommaOrBracket),
            ("[1}", 2, Syntax::ExpectedCommaOrBracket),
            ("{\"a\":1]", 6, Syntax::ExpectedCommaOrBrace),
            ("True", 0, Syntax::ExpectedValue),
            ("trUe", 0, Syntax::Literal),
            ("nulL", 0, Syntax::Literal),
            ("-Infinity", 1, Syntax::Number),
            ("1.e5", 2, Syntax::Number),
            ("1ee5", 2, Syntax::Number),
            ("[01]", 1, Syntax::LeadingZero),
            ("-00", 1, Syntax::LeadingZero),
            ("\"a\tb\"", 2, Syntax::ControlCharacter),
            ("\"\\n\0\"", 3, Syntax::ControlCharacter),
            ("\"\\x\"", 1, Syntax::Escape),
            ("\"a\\u12g4\"", 2, Syntax::Escape),
            ("\"\\uD800\"", 1, Syntax::LoneSurrogate),
            ("\"\\uDC00\\uD800\"", 1, Syntax::LoneSurrogate),
            ("\"\\uD800\\uD800\"", 1, Syntax::LoneSurrogate),
            ("\"\\uD800\\n\"", 1, Syntax::LoneSurrogate),
            ("1 2", 2, Syntax::TrailingBytes),
            ("{}}", 2, Syntax::TrailingBytes),
            ("1\u{A0}", 1, Syntax::TrailingBytes),
            ("1\u{C}", 1, Syntax::TrailingBytes),
        ];
        for (source, offset, syntax) in cases {
            assert_eq!(
                fault(source),
                (offset, ErrorKind::Syntax(syntax)),
                "{source:?}"
            );
        }
    }

    #[test]
    fn every_limit_holds_at_its_value_and_not_above() {
        let none = Limits {
            depth: 2,
            keys: 2,
            string: 3,
            number_digits: 4,
            exponent: 20,
            ..Limits::DEFAULT
        };
        let cases = [
            ("[[1]]", "[[[1]]]", 2, LimitKind::Depth),
            ("[{\"a\":{}}]", "[{\"a\":{}}]", 0, LimitKind::Depth),
            (
                "[{\"a\":1},{\"b\":1}]",
                "[{\"a\":1},{\"b\":1,\"c\":1}]",
                16,
                LimitKind::Keys,
            ),
            ("\"abc\"", "\"abcd\"", 0, LimitKind::String),
            ("\"\\u0061bc\"", "[\"\\u0061bcd\"]", 1, LimitKind::String),
            ("\"\\u20ac\"", "\"\\u20ac.\"", 0, LimitKind::String),
            ("{\"abc\":1}", "{\"abcd\":1}", 1, LimitKind::String),
            ("-12.34", "-123.45", 0, LimitKind::Digits),
            ("1e0001", "1e00001", 0, LimitKind::Digits),
            ("1E+20", "1E+21", 0, LimitKind::Exponent),
            ("1e-20", "1e-21", 0, LimitKind::Exponent),
        ];
        for (within, above, offset, limit) in cases {
            let depth = if within == above { 3 } else { 2 };
            assert_eq!(parse(within, Limits { depth, ..none }), Ok(()), "{within}");
            let expected = ParseError::new(offset, limit.into());
            if within == above {
                assert_eq!(
                    parse(above, none).map_err(|error| error.kind),
                    Err(limit.into())
                );
            } else {
                assert_eq!(parse(above, none), Err(expected), "{above}");
            }
        }
    }

    #[test]
    fn an_exponent_of_any_length_is_over_the_limit() {
        let limits = Limits {
            number_digits: 100,
            exponent: u32::MAX,
            ..Limits::DEFAULT
        };
        assert_eq!(parse("1e4294967295", limits), Ok(()));
        let error = parse(&format!("1e1{}", "0".repeat(64)), limits).unwrap_err();
        assert_eq!(error.kind, LimitKind::Exponent.into());
    }

    #[test]
    fn open_brackets_stop_at_the_depth() {
        let error = parse(&"[".repeat(100_000), Limits::DEFAULT).unwrap_err();
        assert_eq!(error, ParseError::new(64, LimitKind::Depth.into()));
    }
}
