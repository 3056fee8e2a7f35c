//! What stands after a backslash (ECMA-262 §22.2.1, AtomEscape).

use super::PatternFault;
use super::class::Class;
use super::property::Property;
use super::syntax::{Assertion, Ast, Parsed, Parser, Target, UNKNOWN_ESCAPE};

impl Parser<'_> {
    /// What stands after a backslash.
    pub(super) fn escape(&mut self) -> Parsed<Ast> {
        let next = self
            .next()
            .ok_or(PatternFault::Syntax("a backslash stands at the end"))?;
        let class = match next {
            'b' => return Ok(Ast::Assert(Assertion::WordBoundary)),
            'B' => return Ok(Ast::Assert(Assertion::NotWordBoundary)),
            'd' => Class::digit(),
            'D' => Class::digit().negated(),
            'w' => Class::word(),
            'W' => Class::word().negated(),
            's' => Class::space(),
            'S' => Class::space().negated(),
            'p' | 'P' => self.property(next == 'P')?,
            'k' => return self.name_reference(),
            '1'..='9' => return self.reference(next),
            other => Class::one(self.character(other)?),
        };
        Ok(Ast::Class(class))
    }

    /// An escape that is one character (CharacterEscape).
    fn character(&mut self, letter: char) -> Parsed<u32> {
        match letter {
            't' => Ok(9),
            'n' => Ok(10),
            'v' => Ok(11),
            'f' => Ok(12),
            'r' => Ok(13),
            '0' if !self.peek().is_some_and(|next| next.is_ascii_digit()) => Ok(0),
            'c' => match self.next() {
                Some(control) if control.is_ascii_alphabetic() => Ok(u32::from(control) & 0x1F),
                Some(_) | None => Err(UNKNOWN_ESCAPE),
            },
            'x' => self.hex(2).ok_or(UNKNOWN_ESCAPE),
            'u' => self.unicode().ok_or(UNKNOWN_ESCAPE),
            other if other.is_alphanumeric() => Err(UNKNOWN_ESCAPE),
            other => Ok(u32::from(other)),
        }
    }

    /// `\u{1F642}`, `\u0041`, or a pair of surrogates.
    fn unicode(&mut self) -> Option<u32> {
        if self.eat("{") {
            let (digits, rest) = self.text.split_once('}')?;
            let plain = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
            let point = u32::from_str_radix(digits, 16).ok().filter(|_| plain)?;
            self.text = rest;
            return (point <= u32::from(char::MAX)).then_some(point);
        }
        let first = self.hex(4)?;
        if !(0xD800..0xDC00).contains(&first) {
            return Some(first);
        }
        let before = self.text;
        if self.eat("\\u")
            && let Some(low) = self.hex(4).filter(|low| (0xDC00..0xE000).contains(low))
        {
            return Some(((first & 0x3FF) << 10 | low & 0x3FF).saturating_add(0x1_0000));
        }
        self.text = before;
        Some(first)
    }

    fn hex(&mut self, len: usize) -> Option<u32> {
        let (digits, rest) = self.text.split_at_checked(len)?;
        let plain = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        let value = u32::from_str_radix(digits, 16).ok().filter(|_| plain)?;
        self.text = rest;
        Some(value)
    }

    /// `\\p{…}`, or `\\P{…}` for all but those.
    fn property(&mut self, negated: bool) -> Parsed<Class> {
        let rest = self
            .text
            .strip_prefix('{')
            .and_then(|rest| rest.split_once('}'));
        let (name, rest) = rest.ok_or(UNKNOWN_ESCAPE)?;
        self.text = rest;
        let property =
            Property::named(name).ok_or(PatternFault::Syntax("a Unicode property is unknown"))?;
        let Some(room) = &mut self.room else {
            return Ok(Class::default());
        };
        let class = match negated {
            true => property.class().negated(),
            false => property.class(),
        };
        let left = room.checked_sub(class.ranges().len());
        *room = left.ok_or(PatternFault::TooLarge)?;
        Ok(class)
    }

    /// `\\1`, which counts groups from the left.
    fn reference(&mut self, first: char) -> Parsed<Ast> {
        let mut index = first.to_digit(10).unwrap_or_default();
        while let Some(digit) = self.peek().and_then(|next| next.to_digit(10)) {
            self.next();
            index = index.saturating_mul(10).saturating_add(digit);
        }
        Ok(Ast::Reference(Target::Index(index)))
    }

    fn name_reference(&mut self) -> Parsed<Ast> {
        let rest = self
            .text
            .strip_prefix('<')
            .and_then(|rest| rest.split_once('>'));
        let (name, rest) = rest
            .filter(|(name, _)| !name.is_empty())
            .ok_or(UNKNOWN_ESCAPE)?;
        self.text = rest;
        Ok(Ast::Reference(Target::Name(name.to_owned())))
    }
}
