//! The syntax of patterns, ECMA-262 §22.2.1, with the leniencies that browsers
//! have (annex B.1.2) where they can be read in one way only.

use super::PatternFault;
use super::class::Class;

/// A parsed pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Ast {
    Empty,
    Class(Class),
    Assert(Assertion),
    Concat(Vec<Ast>),
    Alternate(Vec<Ast>),
    Repeat {
        inner: Box<Ast>,
        min: u32,
        max: Option<u32>,
    },
    /// Well-formed, but nothing that a linear engine has.
    Unsupported(&'static str),
}

/// What holds at a place between two characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Assertion {
    Start,
    End,
    WordBoundary,
    NotWordBoundary,
}

/// Parses a whole pattern.
pub(super) fn parse(text: &str) -> Result<Ast, PatternFault> {
    let mut parser = Parser { text, depth: 0 };
    let ast = parser.alternation()?;
    match parser.peek() {
        None => Ok(ast),
        Some(_) => Err(PatternFault::Syntax(
            "a parenthesis is closed that was not opened",
        )),
    }
}

struct Parser<'p> {
    /// What is left.
    text: &'p str,
    depth: usize,
}

type Parsed<T> = Result<T, PatternFault>;

impl Parser<'_> {
    fn alternation(&mut self) -> Parsed<Ast> {
        let first = self.sequence()?;
        if self.peek() != Some('|') {
            return Ok(first);
        }
        let mut branches = vec![first];
        while self.eat("|") {
            branches.push(self.sequence()?);
        }
        Ok(Ast::Alternate(branches))
    }

    fn sequence(&mut self) -> Parsed<Ast> {
        let mut terms = Vec::new();
        while let Some(next) = self.peek().filter(|next| !matches!(next, '|' | ')')) {
            let atom = self.atom(next)?;
            if matches!(atom, Ast::Assert(_)) && next != '(' && self.repetition().is_some() {
                return Err(NOTHING_TO_REPEAT);
            }
            terms.push(self.repeated(atom)?);
        }
        Ok(match terms.len() {
            0 => Ast::Empty,
            1 => terms.pop().unwrap_or(Ast::Empty),
            _ => Ast::Concat(terms),
        })
    }

    fn atom(&mut self, next: char) -> Parsed<Ast> {
        if self.repetition().is_some() {
            return Err(NOTHING_TO_REPEAT);
        }
        self.bump(next);
        match next {
            '^' => Ok(Ast::Assert(Assertion::Start)),
            '$' => Ok(Ast::Assert(Assertion::End)),
            '.' => Ok(Ast::Class(Class::dot())),
            '(' => self.group(),
            '[' => self.class(),
            '\\' => self.escape(),
            literal => Ok(Ast::Class(Class::one(u32::from(literal)))),
        }
    }

    fn repeated(&mut self, atom: Ast) -> Parsed<Ast> {
        let Some((min, max, len)) = self.repetition() else {
            return Ok(atom);
        };
        if max.is_some_and(|max| max < min) {
            return Err(PatternFault::Syntax(
                "a repetition's bounds are out of order",
            ));
        }
        self.text = self.text.get(len..).unwrap_or_default();
        // Lazy or greedy makes no difference to whether there is a match.
        self.eat("?");
        Ok(Ast::Repeat {
            inner: Box::new(atom),
            min,
            max,
        })
    }

    /// What repeats the term before: the bounds and its length. A brace that
    /// begins anything but `{2}`, `{2,}` or `{2,3}` is a literal.
    fn repetition(&self) -> Option<(u32, Option<u32>, usize)> {
        match self.peek()? {
            '*' => Some((0, None, 1)),
            '+' => Some((1, None, 1)),
            '?' => Some((0, Some(1), 1)),
            '{' => self.braces(),
            _ => None,
        }
    }

    fn braces(&self) -> Option<(u32, Option<u32>, usize)> {
        let (min, rest) = count(self.text.strip_prefix('{')?)?;
        let (max, rest) = match rest.strip_prefix(',') {
            None => (Some(min), rest),
            Some(rest) if rest.starts_with('}') => (None, rest),
            Some(rest) => count(rest).map(|(max, rest)| (Some(max), rest))?,
        };
        let rest = rest.strip_prefix('}')?;
        Some((min, max, self.text.len().saturating_sub(rest.len())))
    }

    fn group(&mut self) -> Parsed<Ast> {
        self.depth = self.depth.saturating_add(1);
        if self.depth > MAX_DEPTH {
            return Err(PatternFault::TooLarge);
        }
        let look = ["?=", "?!", "?<=", "?<!"].iter().any(|mark| self.eat(mark));
        if !look && !self.eat("?:") && self.peek() == Some('?') {
            self.name()?;
        }
        let inner = self.alternation()?;
        if !self.eat(")") {
            return Err(PatternFault::Syntax("a parenthesis is not closed"));
        }
        self.depth = self.depth.saturating_sub(1);
        Ok(if look {
            Ast::Unsupported("look-around")
        } else {
            inner
        })
    }

    /// `?<name>`, of which nothing is kept.
    fn name(&mut self) -> Parsed<()> {
        const FAULT: PatternFault = PatternFault::Syntax("a group has an unknown kind");
        let rest = self.text.strip_prefix("?<").ok_or(FAULT)?;
        let (name, rest) = rest.split_once('>').ok_or(FAULT)?;
        let starts = name.starts_with(|c: char| c.is_alphabetic() || matches!(c, '_' | '$'));
        if !starts
            || !name
                .chars()
                .all(|c| c.is_alphanumeric() || matches!(c, '_' | '$'))
        {
            return Err(FAULT);
        }
        self.text = rest;
        Ok(())
    }

    fn class(&mut self) -> Parsed<Ast> {
        let negated = self.eat("^");
        let mut ranges = Vec::new();
        let mut unsupported = None;
        loop {
            let item = self.class_item()?;
            if matches!(item, Item::End) {
                break;
            }
            match (item, self.range_end()?) {
                (Item::Point(from), Some(Item::Point(to))) if from <= to => {
                    ranges.push((from, to));
                }
                (Item::Point(_), Some(Item::Point(_))) => {
                    return Err(PatternFault::Syntax(
                        "a range of characters is out of order",
                    ));
                }
                (item, end) => {
                    let dash = end.is_some().then_some(Item::Point(u32::from('-')));
                    for item in [Some(item), dash, end].into_iter().flatten() {
                        match item {
                            Item::Point(point) => ranges.push((point, point)),
                            Item::Class(class) => ranges.extend_from_slice(class.ranges()),
                            Item::Unsupported(what) => unsupported = Some(what),
                            Item::End => {}
                        }
                    }
                }
            }
        }
        let class = Class::union(ranges);
        Ok(match unsupported {
            Some(what) => Ast::Unsupported(what),
            None if negated => Ast::Class(class.negated()),
            None => Ast::Class(class),
        })
    }

    /// What follows a dash that isn't the last character of the class.
    fn range_end(&mut self) -> Parsed<Option<Item>> {
        let mut after = self.text.chars();
        if after.next() != Some('-') || after.next() == Some(']') {
            return Ok(None);
        }
        self.bump('-');
        self.class_item().map(Some)
    }

    fn class_item(&mut self) -> Parsed<Item> {
        let next = self
            .next()
            .ok_or(PatternFault::Syntax("a class of characters is not closed"))?;
        match next {
            ']' => Ok(Item::End),
            '\\' if self.eat("b") => Ok(Item::Point(8)),
            '\\' if self.eat("-") => Ok(Item::Point(u32::from('-'))),
            '\\' => match self.escape()? {
                Ast::Class(class) => Ok(match class.ranges() {
                    [(from, to)] if from == to => Item::Point(*from),
                    _ => Item::Class(class),
                }),
                Ast::Unsupported(what) => Ok(Item::Unsupported(what)),
                Ast::Assert(_)
                | Ast::Empty
                | Ast::Concat(_)
                | Ast::Alternate(_)
                | Ast::Repeat { .. } => Err(UNKNOWN_ESCAPE),
            },
            literal => Ok(Item::Point(u32::from(literal))),
        }
    }

    /// What stands after a backslash.
    fn escape(&mut self) -> Parsed<Ast> {
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
            'p' | 'P' => return self.property(),
            'k' => return self.name_reference(),
            '1'..='9' => return Ok(Ast::Unsupported("a back-reference")),
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

    fn property(&mut self) -> Parsed<Ast> {
        let rest = self
            .text
            .strip_prefix('{')
            .and_then(|rest| rest.split_once('}'));
        let (_, rest) = rest
            .filter(|(name, _)| !name.is_empty())
            .ok_or(UNKNOWN_ESCAPE)?;
        self.text = rest;
        Ok(Ast::Unsupported("a Unicode property"))
    }

    fn name_reference(&mut self) -> Parsed<Ast> {
        let rest = self
            .text
            .strip_prefix('<')
            .and_then(|rest| rest.split_once('>'));
        let (_, rest) = rest
            .filter(|(name, _)| !name.is_empty())
            .ok_or(UNKNOWN_ESCAPE)?;
        self.text = rest;
        Ok(Ast::Unsupported("a back-reference"))
    }

    fn peek(&self) -> Option<char> {
        self.text.chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.bump(next);
        Some(next)
    }

    fn bump(&mut self, char: char) {
        self.text = self.text.get(char.len_utf8()..).unwrap_or_default();
    }

    fn eat(&mut self, text: &str) -> bool {
        let rest = self.text.strip_prefix(text);
        self.text = rest.unwrap_or(self.text);
        rest.is_some()
    }
}

/// The number at the front, and what follows it.
fn count(text: &str) -> Option<(u32, &str)> {
    let rest = text.trim_start_matches(|char: char| char.is_ascii_digit());
    let digits = text
        .strip_suffix(rest)
        .filter(|digits| !digits.is_empty())?;
    Some((digits.parse().unwrap_or(u32::MAX), rest))
}

/// What can stand in a class.
enum Item {
    Point(u32),
    Class(Class),
    Unsupported(&'static str),
    End,
}

const NOTHING_TO_REPEAT: PatternFault = PatternFault::Syntax("a repetition has nothing to repeat");
const UNKNOWN_ESCAPE: PatternFault = PatternFault::Syntax("an escape is unknown");

/// Groups within groups; they are parsed and compiled by recursion.
const MAX_DEPTH: usize = 50;
