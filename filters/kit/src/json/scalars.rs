//! Strings, numbers and literals, from text to slots.

use super::error::{LimitKind, Syntax};
use super::members;
use super::numeral;
use super::parser::{Parsed, Parser, unexpected};
use super::slots::Tag;
use super::text;

impl Parser<'_> {
    /// Gives what `mix` makes of the string; the slot of a plain one keeps it.
    #[inline(always)]
    pub(super) fn string(&mut self, mix: impl Fn(&[u8]) -> u32) -> Parsed<u32> {
        let bytes = self.text.as_bytes();
        let from = self.at.wrapping_add(1);
        let end = text::plain_end(bytes, from);
        if bytes.get(end) != Some(&b'"') {
            return self.escaped(end);
        }
        let len = end.wrapping_sub(from);
        if len > self.limits.string {
            return Err(LimitKind::String.into());
        }
        let mix = mix(bytes.get(from..end).unwrap_or_default());
        self.push(Tag::Plain, self.at, len, mix);
        self.at = end.wrapping_add(1);
        Ok(mix)
    }

    /// A string that isn't plain from `end` on; gives its mix.
    fn escaped(&mut self, mut end: usize) -> Parsed<u32> {
        let bytes = self.text.as_bytes();
        let (start, side) = (self.at, self.store.side.len());
        let mut from = start.wrapping_add(1);
        loop {
            self.store
                .side
                .push_str(self.text.get(from..end).unwrap_or_default());
            self.at = end;
            match bytes.get(end) {
                Some(b'"') => break,
                Some(b'\\') => {
                    let (char, taken) = text::escape(bytes, end)?;
                    self.store.side.push(char);
                    from = end.wrapping_add(taken);
                    end = text::plain_end(bytes, from);
                }
                other => return Err(unexpected(other.copied(), Syntax::ControlCharacter)),
            }
        }
        let len = self.store.side.len().wrapping_sub(side);
        if len > self.limits.string {
            self.at = start;
            return Err(LimitKind::String.into());
        }
        self.push(Tag::Escaped, start, len, side as u32);
        self.bump();
        let decoded = self.store.side.as_bytes().get(side..);
        Ok(members::mix(decoded.unwrap_or_default()))
    }

    #[inline(always)]
    pub(super) fn number(&mut self) -> Parsed<()> {
        let start = self.at;
        match numeral::end(self.text.as_bytes(), start, self.limits) {
            Ok(end) => {
                self.push(Tag::Number, start, end.wrapping_sub(start), 0);
                self.at = end;
                Ok(())
            }
            Err((at, kind)) => {
                self.at = at;
                Err(kind)
            }
        }
    }

    pub(super) fn literal<const N: usize>(&mut self, word: &[u8; N], tag: Tag) -> Parsed<()> {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        if rest.first_chunk() == Some(word) {
            self.push(tag, self.at, 0, 0);
            self.at = self.at.wrapping_add(N);
            return Ok(());
        }
        if word.starts_with(rest) {
            self.at = self.text.len();
            return Err(Syntax::UnexpectedEnd.into());
        }
        Err(Syntax::Literal.into())
    }
}

#[cfg(test)]
mod tests {
    use crate::json::{Limits, Tape};

    #[test]
    fn escapes_decode() {
        let mut tape = Tape::new();
        let source = br#""\"\\\/\b\f\n\r\t\u00e9\u20AC\ud83d\ude00 plain \u0000""#;
        let root = tape.parse(source, &Limits::DEFAULT).unwrap().root();
        let expected = "\"\\/\u{8}\u{c}\n\r\t\u{e9}\u{20ac}\u{1f600} plain \0";
        assert_eq!(root.as_str(), Some(expected));
    }
}
