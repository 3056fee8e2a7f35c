//! The syntax of patterns, ECMA-262 §22.2.1, with the leniencies that browsers
//! have (annex B.1.2) where they can be read in one way only.

use super::PatternFault;
use super::class::Class;
use std::collections::BTreeMap;

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
        /// Tried as seldom as possible first; what a reference refers to depends on it.
        lazy: bool,
    },
    /// A group that can be referred to, counted from 1.
    Group(u32, Box<Ast>),
    /// What must, or must not, stand ahead or behind.
    Look {
        behind: bool,
        negated: bool,
        inner: Box<Ast>,
    },
    /// What a group has matched, once more.
    Reference(Target),
}

/// The group that a reference means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Target {
    Index(u32),
    Name(String),
}

/// A pattern and its groups.
pub(super) struct Expression {
    pub(super) ast: Ast,
    /// How many groups can be referred to.
    pub(super) groups: u32,
    /// Those that have names; none where several share it.
    pub(super) names: BTreeMap<String, Option<u32>>,
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
pub(super) fn parse(text: &str) -> Result<Expression, PatternFault> {
    read(text, Some(MAX_PROPERTY_RANGES))
}

/// Whether it parses. The sets of properties are not made, as they are many times
/// longer than their names.
pub(super) fn check(text: &str) -> Result<(), PatternFault> {
    read(text, None).map(|_| ())
}

fn read(text: &str, room: Option<usize>) -> Result<Expression, PatternFault> {
    let mut parser = Parser {
        text,
        room,
        depth: 0,
        groups: 0,
        names: BTreeMap::new(),
    };
    let ast = parser.alternation()?;
    match parser.peek() {
        None => Ok(Expression {
            ast,
            groups: parser.groups,
            names: parser.names,
        }),
        Some(_) => Err(PatternFault::Syntax(
            "a parenthesis is closed that was not opened",
        )),
    }
}

pub(super) struct Parser<'p> {
    /// What is left.
    pub(super) text: &'p str,
    /// How many ranges properties may still add; `None` where sets are not made.
    pub(super) room: Option<usize>,
    depth: usize,
    groups: u32,
    names: BTreeMap<String, Option<u32>>,
}

pub(super) type Parsed<T> = Result<T, PatternFault>;

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
        let lazy = self.eat("?");
        Ok(Ast::Repeat {
            inner: Box::new(atom),
            min,
            max,
            lazy,
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
        let kind = self.kind()?;
        let inner = Box::new(self.alternation()?);
        if !self.eat(")") {
            return Err(PatternFault::Syntax("a parenthesis is not closed"));
        }
        self.depth = self.depth.saturating_sub(1);
        Ok(match kind {
            Kind::Plain => *inner,
            Kind::Group(index) => Ast::Group(index, inner),
            Kind::Look { behind, negated } => Ast::Look {
                behind,
                negated,
                inner,
            },
        })
    }

    /// What begins with a parenthesis.
    fn kind(&mut self) -> Parsed<Kind> {
        for (mark, behind, negated) in LOOKS {
            if self.eat(mark) {
                return Ok(Kind::Look {
                    behind: *behind,
                    negated: *negated,
                });
            }
        }
        if self.eat("?:") {
            return Ok(Kind::Plain);
        }
        self.groups = self.groups.saturating_add(1);
        if self.peek() == Some('?') {
            let name = self.name()?;
            let index = self.groups;
            let named = self.names.entry(name);
            named
                .and_modify(|known| *known = None)
                .or_insert(Some(index));
        }
        Ok(Kind::Group(self.groups))
    }

    /// The name in `?<name>`.
    fn name(&mut self) -> Parsed<String> {
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
        Ok(name.to_owned())
    }

    fn class(&mut self) -> Parsed<Ast> {
        let negated = self.eat("^");
        let mut ranges = Vec::new();
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
                            Item::End => {}
                        }
                    }
                }
            }
        }
        let class = Class::union(ranges);
        Ok(Ast::Class(match negated {
            true => class.negated(),
            false => class,
        }))
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
        let is_property = next == '\\' && self.text.starts_with(['p', 'P']);
        match next {
            ']' => Ok(Item::End),
            '\\' if self.eat("b") => Ok(Item::Point(8)),
            '\\' if self.eat("-") => Ok(Item::Point(u32::from('-'))),
            '\\' => match self.escape()? {
                Ast::Class(class) => Ok(match class.ranges() {
                    // A property begins no range, even where one character has it.
                    [(from, to)] if from == to && !is_property => Item::Point(*from),
                    _ => Item::Class(class),
                }),
                // Classes have no groups to refer to.
                Ast::Reference(_)
                | Ast::Group(..)
                | Ast::Look { .. }
                | Ast::Assert(_)
                | Ast::Empty
                | Ast::Concat(_)
                | Ast::Alternate(_)
                | Ast::Repeat { .. } => Err(UNKNOWN_ESCAPE),
            },
            literal => Ok(Item::Point(u32::from(literal))),
        }
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.text.chars().next()
    }

    pub(super) fn next(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.bump(next);
        Some(next)
    }

    pub(super) fn bump(&mut self, char: char) {
        self.text = self.text.get(char.len_utf8()..).unwrap_or_default();
    }

    pub(super) fn eat(&mut self, text: &str) -> bool {
        let rest = self.text.strip_prefix(text);
        self.text = rest.unwrap_or(self.text);
        rest.is_some()
    }
}

/// What a parenthesis opens.
enum Kind {
    Plain,
    Group(u32),
    Look { behind: bool, negated: bool },
}

/// How look-around begins: whether it looks behind, and whether it must not match.
const LOOKS: &[(&str, bool, bool)] = &[
    ("?=", false, false),
    ("?!", false, true),
    ("?<=", true, false),
    ("?<!", true, true),
];

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
    End,
}

const NOTHING_TO_REPEAT: PatternFault = PatternFault::Syntax("a repetition has nothing to repeat");
pub(super) const UNKNOWN_ESCAPE: PatternFault = PatternFault::Syntax("an escape is unknown");

/// What the sets of properties take is a megabyte at most.
const MAX_PROPERTY_RANGES: usize = 100_000;
/// Groups within groups; they are parsed and compiled by recursion.
const MAX_DEPTH: usize = 50;
