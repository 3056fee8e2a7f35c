//! From the encoded text of a parameter to what it says, before its types are
//! known. Delimiters split before anything is decoded: an encoded comma is data.

use super::deep;
use super::find::Found;
use super::shape::Shape;
use std::borrow::Cow;
use std::collections::BTreeMap;
use tollgate_kit::pairs::{Encoding, decode};

/// How a text is read.
#[derive(Debug, Clone)]
pub struct Reading {
    /// `style`.
    pub style: Style,
    /// `explode`: whether elements and members come by themselves.
    pub explode: bool,
    /// What is behind its percent signs.
    pub encoding: Encoding,
    /// What it can be.
    pub shape: Shape,
}

/// `style` (OpenAPI 3.1.1 §4.8.12.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// `a,b`
    Simple,
    /// `.a,b`, exploded `.a.b`; in the versions of OpenAPI before 3.0.4 and 3.1.1
    /// `.a.b` always.
    Label {
        /// What stands between elements that aren't exploded.
        delimiter: u8,
    },
    /// `;x=a,b`, exploded `;x=a;x=b`
    Matrix,
    /// `x=a,b`, exploded `x=a&x=b`
    Form,
    /// `x=a%20b`
    SpaceDelimited,
    /// `x=a|b`
    PipeDelimited,
    /// `x[a]=1&x[b]=2`
    DeepObject,
}

/// What a text says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Raw<'m> {
    /// One primitive.
    Text(Cow<'m, str>),
    /// Elements.
    List(Vec<Raw<'m>>),
    /// Members.
    Members(Vec<(Cow<'m, str>, Raw<'m>)>),
}

/// Why a text can't be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// One value was expected, and there are more.
    Repeated,
    /// A member is there twice.
    Duplicate,
    /// A broken escape, or bytes that aren't UTF-8.
    Encoding,
    /// It isn't written as its style has it.
    Style,
}

/// The shapes that a text is tried for, the most specific first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Members,
    List,
    Text,
}

type Read<T> = Result<T, Fault>;

// === impl Style ===

impl Style {
    /// As `style` spells it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Simple => "simple",
            Self::Label { .. } => "label",
            Self::Matrix => "matrix",
            Self::Form => "form",
            Self::SpaceDelimited => "spaceDelimited",
            Self::PipeDelimited => "pipeDelimited",
            Self::DeepObject => "deepObject",
        }
    }
}

// === impl Reading ===

impl Reading {
    /// What the text of the parameter `name` may say: one for each of its shapes
    /// that the text can have.
    ///
    /// # Errors
    /// Where it has none of them.
    pub fn raws<'m>(&self, name: &str, found: &Found<'m>) -> Read<Vec<Raw<'m>>> {
        if !found.values.is_empty() && !found.members.is_empty() {
            return Err(Fault::Style);
        }
        let shape = &self.shape;
        let kinds = [
            (Kind::Members, shape.members.is_some()),
            (Kind::List, shape.items.is_some()),
            (Kind::Text, shape.is_scalar()),
        ];
        let mut raws = Vec::new();
        let mut fault = None;
        for (kind, _) in kinds.into_iter().filter(|(_, possible)| *possible) {
            match self.read(kind, name, found) {
                Ok(raw) => raws.push(raw),
                Err(found) => fault = fault.or(Some(found)),
            }
        }
        match raws.is_empty() {
            true => Err(fault.unwrap_or(Fault::Style)),
            false => Ok(raws),
        }
    }

    fn read<'m>(&self, kind: Kind, name: &str, found: &Found<'m>) -> Read<Raw<'m>> {
        match (kind, self.style) {
            (Kind::Text, _) => Ok(Raw::Text(self.decoded(self.whole(name, found)?)?)),
            (Kind::Members | Kind::List, Style::DeepObject) => self.deep(kind, found),
            (Kind::List, Style::Form) if self.explode && !found.values.is_empty() => {
                self.list(found.values.iter().copied())
            }
            (Kind::List, Style::Form) if !self.explode => {
                self.list(single(&found.values)?.split(|byte| *byte == b','))
            }
            (Kind::List, _) => self.list(self.pieces(kind, name, found)?.into_iter()),
            (Kind::Members, Style::Form) if self.explode => self.exploded(found),
            (Kind::Members, _) => {
                let pieces = self.members(&self.pieces(kind, name, found)?)?;
                unique(pieces).map(Raw::Members)
            }
        }
    }

    fn list<'m>(&self, pieces: impl Iterator<Item = &'m [u8]>) -> Read<Raw<'m>> {
        let mut elements = Vec::new();
        for piece in pieces {
            elements.push(Raw::Text(self.decoded(piece)?));
        }
        Ok(Raw::List(elements))
    }

    /// What the text says, where its shape can be nothing but a primitive or nothing
    /// but an array: most are, and cost no more than they must.
    ///
    /// # Errors
    /// Where it isn't written in its style.
    pub fn only<'m>(&self, name: &str, found: &Found<'m>) -> Option<Read<Raw<'m>>> {
        let shape = &self.shape;
        let kind = match (&shape.members, &shape.items) {
            (None, None) if found.members.is_empty() => Kind::Text,
            (None, Some(_)) if !shape.is_scalar() => Kind::List,
            (_, _) => return None,
        };
        Some(self.read(kind, name, found))
    }

    /// The text of a primitive.
    fn whole<'m>(&self, name: &str, found: &Found<'m>) -> Read<&'m [u8]> {
        let text = single(&found.values)?;
        match self.style {
            Style::Label { .. } => text.strip_prefix(b"."),
            // A second one would begin what other readers take for another parameter.
            Style::Matrix => text
                .strip_prefix(b";")
                .filter(|text| !text.contains(&b';'))
                .and_then(|text| self.after_name(text, name)),
            Style::Simple
            | Style::Form
            | Style::SpaceDelimited
            | Style::PipeDelimited
            | Style::DeepObject => Some(text),
        }
        .ok_or(Fault::Style)
    }

    /// The texts between delimiters, or of each pair where that is one.
    fn pieces<'m>(&self, kind: Kind, name: &str, found: &Found<'m>) -> Read<Vec<&'m [u8]>> {
        let values = &found.values;
        let split = |text: &'m [u8], delimiter: u8| text.split(move |byte| *byte == delimiter);
        Ok(match (self.style, self.explode) {
            // Fields of one name are one list (RFC 9110 §5.3).
            (Style::Simple, _) => values.iter().flat_map(|value| split(value, b',')).collect(),
            (Style::Label { delimiter }, explode) => {
                let text = single(values)?.strip_prefix(b".").ok_or(Fault::Style)?;
                // Who has commas means them, also where the table had dots.
                let comma = !explode && (delimiter == b',' || text.contains(&b','));
                split(text, if comma { b',' } else { b'.' }).collect()
            }
            (Style::Matrix, false) => split(self.whole(name, found)?, b',').collect(),
            (Style::Matrix, true) => {
                let text = single(values)?.strip_prefix(b";").ok_or(Fault::Style)?;
                let pieces = split(text, b';');
                match kind {
                    Kind::List => pieces
                        .map(|piece| self.after_name(piece, name).ok_or(Fault::Style))
                        .collect::<Read<_>>()?,
                    Kind::Members | Kind::Text => pieces.collect(),
                }
            }
            (Style::Form, false) => split(single(values)?, b',').collect(),
            (Style::SpaceDelimited, false) => split_escaped(single(values)?, b'+', b"20"),
            (Style::PipeDelimited, false) => split_escaped(single(values)?, b'|', b"7c"),
            (Style::Form | Style::SpaceDelimited | Style::PipeDelimited, true)
            | (Style::DeepObject, _) => match values.is_empty() {
                true => return Err(Fault::Style),
                false => values.clone(),
            },
        })
    }

    /// Members of which each piece is one (`R=100`), or every two are (`R`, `100`).
    fn members<'m>(&self, pieces: &[&'m [u8]]) -> Read<Vec<(Cow<'m, str>, Raw<'m>)>> {
        let text = |piece| Ok(Raw::Text(self.decoded(piece)?));
        if self.explode {
            let member = |piece: &&'m [u8]| {
                let at = piece.iter().position(|byte| *byte == b'=');
                let (name, value) = piece
                    .split_at_checked(at.ok_or(Fault::Style)?)
                    .ok_or(Fault::Style)?;
                Ok((
                    self.decoded(name)?,
                    text(value.get(1..).unwrap_or_default())?,
                ))
            };
            return pieces.iter().map(member).collect();
        }
        let member = |pair: &[&'m [u8]]| match pair {
            [name, value] => Ok((self.decoded(name)?, text(value)?)),
            _ => Err(Fault::Style),
        };
        pieces.chunks(2).map(member).collect()
    }

    /// Members that are pairs by themselves; one of several values has each in one.
    fn exploded<'m>(&self, found: &Found<'m>) -> Read<Raw<'m>> {
        if found.members.is_empty() {
            return Err(Fault::Style);
        }
        let mut values: BTreeMap<&Cow<'m, str>, Vec<&'m [u8]>> = BTreeMap::new();
        for (name, value) in &found.members {
            values.entry(name).or_default().push(value);
        }
        let shapes = self.shape.members.as_ref();
        let is_list = |name: &str| {
            let shape = shapes.and_then(|members| members.get(name));
            shape.is_some_and(|shape| shape.items.is_some())
        };
        let text = |value| Ok(Raw::Text(self.decoded(value)?));
        let member = |(name, values): (&Cow<'m, str>, Vec<&'m [u8]>)| {
            let raw = match values.as_slice() {
                values if is_list(name) => {
                    let texts = values.iter().map(|value| text(value));
                    Raw::List(texts.collect::<Read<_>>()?)
                }
                [value] => text(value)?,
                _ => return Err(Fault::Duplicate),
            };
            Ok((name.clone(), raw))
        };
        let members = values.into_iter().map(member);
        members.collect::<Read<_>>().map(Raw::Members)
    }

    fn deep<'m>(&self, kind: Kind, found: &Found<'m>) -> Read<Raw<'m>> {
        if !found.values.is_empty() {
            // `x=a&x=b` beside, or in place of, `x[]=a`: elements.
            let texts = found.values.iter();
            let texts = texts.map(|value| Ok(Raw::Text(self.decoded(value)?)));
            return match kind == Kind::List && found.members.is_empty() {
                true => Ok(Raw::List(texts.collect::<Read<_>>()?)),
                false => Err(Fault::Style),
            };
        }
        deep::read(&found.members, |value| self.decoded(value))
    }

    /// What `name=` is in front of; nothing where the name stands alone.
    fn after_name<'m>(&self, text: &'m [u8], name: &str) -> Option<&'m [u8]> {
        let at = text.iter().position(|byte| *byte == b'=');
        let (found, value) = text.split_at_checked(at.unwrap_or(text.len()))?;
        let is_name = decode(found, self.encoding).is_some_and(|found| found == name);
        is_name.then(|| value.get(1..).unwrap_or_default())
    }

    fn decoded<'m>(&self, raw: &'m [u8]) -> Read<Cow<'m, str>> {
        decode(raw, self.encoding).ok_or(Fault::Encoding)
    }
}

fn single<'m>(values: &[&'m [u8]]) -> Read<&'m [u8]> {
    match values {
        [value] => Ok(value),
        [] => Err(Fault::Style),
        _ => Err(Fault::Repeated),
    }
}

/// Splits at a byte, or at its escape in hexadecimal digits.
fn split_escaped<'m>(text: &'m [u8], delimiter: u8, escaped: &[u8; 2]) -> Vec<&'m [u8]> {
    let mut pieces = Vec::new();
    let (mut rest, mut at) = (text, 0_usize);
    while let Some(byte) = rest.get(at) {
        let digits = rest.get(at.saturating_add(1)..at.saturating_add(3));
        let is_escape =
            *byte == b'%' && digits.is_some_and(|digits| digits.eq_ignore_ascii_case(escaped));
        if *byte != delimiter && !is_escape {
            at = at.saturating_add(1);
            continue;
        }
        pieces.push(rest.get(..at).unwrap_or_default());
        let width = if is_escape { 3 } else { 1 };
        rest = rest.get(at.saturating_add(width)..).unwrap_or_default();
        at = 0;
    }
    pieces.push(rest);
    pieces
}

/// The same members, of which no two have one name.
fn unique<'m>(members: Vec<(Cow<'m, str>, Raw<'m>)>) -> Read<Vec<(Cow<'m, str>, Raw<'m>)>> {
    let mut names: Vec<&str> = members.iter().map(|(name, _)| &**name).collect();
    names.sort_unstable();
    match names
        .windows(2)
        .any(|pair| matches!(pair, [one, other] if one == other))
    {
        true => Err(Fault::Duplicate),
        false => Ok(members),
    }
}
