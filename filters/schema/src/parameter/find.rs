//! What of a message belongs to a parameter, still encoded.

use super::{Location, Parameter, Reading, Style};
use std::borrow::Cow;
use tollgate_kit::fields::Fields;
use tollgate_kit::pairs::{Encoding, Pairs, decode, is_name};

/// What belongs to a parameter.
#[derive(Debug, Default)]
pub struct Found<'m> {
    /// Values under its very name.
    pub values: Vec<&'m [u8]>,
    /// Values under names of its members: what follows its own name (`[a][b]`), or
    /// the name of a member that stands for itself.
    pub members: Vec<(Cow<'m, str>, &'m [u8])>,
}

/// What a pair's name is to a parameter.
enum Part<'m> {
    /// Its own.
    Whole,
    /// One of a member that it names.
    Member(Cow<'m, str>),
    /// One that it takes for a member where nothing else does.
    Other(Cow<'m, str>),
}

/// An encoded name and value.
type Pair<'m> = (&'m [u8], &'m [u8]);

// === impl Found ===

impl Found<'_> {
    /// Whether there is nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.values.is_empty() && self.members.is_empty()
    }
}

// === impl Reading ===

impl Reading {
    /// Whether the pair of an encoded name may belong to the parameter `name`.
    #[inline]
    #[must_use]
    pub fn owns(&self, name: &str, raw: &[u8]) -> bool {
        match self.has_parts() {
            true => self.part(name, raw).is_some(),
            false => self.is_name(name, raw),
        }
    }

    /// Whether it does by name: its own, or that of a documented member.
    #[must_use]
    pub fn names(&self, name: &str, raw: &[u8]) -> bool {
        matches!(self.part(name, raw), Some(Part::Whole | Part::Member(_)))
    }

    /// Whether it does by its own.
    #[must_use]
    pub fn is_whole(&self, name: &str, raw: &[u8]) -> bool {
        matches!(self.part(name, raw), Some(Part::Whole))
    }

    /// What of these pairs belongs to the parameter `name`, where `is_taken` holds
    /// for names that belong to another.
    #[must_use]
    pub fn find<'m>(
        &self,
        name: &str,
        pairs: impl Iterator<Item = Pair<'m>>,
        is_taken: impl Fn(&[u8]) -> bool,
    ) -> Found<'m> {
        let mut found = Found::default();
        if !self.has_parts() {
            let own = pairs.filter(|(raw, _)| self.is_name(name, raw));
            found.values.extend(own.map(|(_, value)| value));
            return found;
        }
        for (raw, value) in pairs {
            match self.part(name, raw) {
                Some(Part::Whole) => found.values.push(value),
                Some(Part::Member(member) | Part::Other(member)) if !is_taken(raw) => {
                    found.members.push((member, value));
                }
                Some(Part::Member(_) | Part::Other(_)) | None => {}
            }
        }
        found
    }

    /// Whether there may be pairs of other names than its own, which most parameters
    /// don't have.
    #[inline]
    fn has_parts(&self) -> bool {
        self.style == Style::DeepObject || self.shape.members.is_some()
    }

    fn part<'m>(&self, name: &str, raw: &'m [u8]) -> Option<Part<'m>> {
        let shape = &self.shape;
        if self.style == Style::DeepObject {
            let written = self.name(raw)?;
            return match written.strip_prefix(name)? {
                "" => Some(Part::Whole),
                rest if rest.starts_with('[') => Some(Part::Member(after(written, name.len())?)),
                _ => None,
            };
        }
        // An exploded object has a pair for each of its members.
        let is_delimited = matches!(
            self.style,
            Style::Form | Style::SpaceDelimited | Style::PipeDelimited
        );
        let spread = is_delimited && self.explode;
        let Some(members) = shape.members.as_ref().filter(|_| spread) else {
            return self.is_name(name, raw).then_some(Part::Whole);
        };
        if (shape.is_scalar() || shape.items.is_some()) && self.is_name(name, raw) {
            return Some(Part::Whole);
        }
        let member = self.name(raw)?;
        match (members.names(&member), members.others.is_some()) {
            (true, _) => Some(Part::Member(member)),
            (false, true) => Some(Part::Other(member)),
            (false, false) => None,
        }
    }

    #[inline]
    fn is_name(&self, name: &str, raw: &[u8]) -> bool {
        match self.encoding {
            Encoding::Form => is_name(raw, name),
            Encoding::Percent | Encoding::Plain => raw == name.as_bytes(),
        }
    }

    /// A name as it is meant: only forms and queries encode it.
    fn name<'m>(&self, raw: &'m [u8]) -> Option<Cow<'m, str>> {
        match self.encoding {
            Encoding::Form => decode(raw, Encoding::Form),
            Encoding::Percent | Encoding::Plain => std::str::from_utf8(raw).ok().map(Cow::Borrowed),
        }
    }

    /// The pairs of a cookie that is an exploded value, which `&` joins (OpenAPI
    /// 3.1.1 §4.8.12.6). Where no name of the parameter `name` follows, `&` is data.
    fn joined<'m>(&self, name: &str, (own, value): Pair<'m>) -> Vec<Pair<'m>> {
        if !self.names(name, own) {
            return vec![(own, value)];
        }
        let mut pairs = Vec::new();
        let (mut own, mut value, mut at) = (own, value, 0_usize);
        while let Some(byte) = value.get(at) {
            let next = value.get(at.saturating_add(1)..).unwrap_or_default();
            if *byte == b'&'
                && let Some((other, rest)) = split_at_equals(next)
                && self.names(name, other)
            {
                pairs.push((own, value.get(..at).unwrap_or_default()));
                (own, value, at) = (other, rest, 0);
            } else {
                at = at.saturating_add(1);
            }
        }
        pairs.push((own, value));
        pairs
    }
}

/// A text behind its first `len` bytes.
fn after(text: Cow<'_, str>, len: usize) -> Option<Cow<'_, str>> {
    match text {
        Cow::Borrowed(text) => text.get(len..).map(Cow::Borrowed),
        Cow::Owned(text) => text.get(len..).map(|rest| Cow::Owned(rest.to_owned())),
    }
}

/// A text before and after its first `=`, in front of any `&`.
fn split_at_equals(text: &[u8]) -> Option<Pair<'_>> {
    let at = text.iter().position(|byte| matches!(byte, b'=' | b'&'))?;
    let (name, rest) = text.split_at_checked(at)?;
    Some((name, rest.strip_prefix(b"=")?))
}

// === impl Parameter ===

impl Parameter {
    /// What of a message belongs to it; `is_taken` holds for names in its location
    /// that belong to others.
    #[must_use]
    pub fn find<'m>(
        &self,
        capture: Option<&'m [u8]>,
        query: Option<&'m [u8]>,
        fields: &'m Fields,
        is_taken: impl Fn(&[u8]) -> bool,
    ) -> Found<'m> {
        let (name, reading) = (&*self.name, &self.reading);
        let own = |values: Vec<&'m [u8]>| Found {
            values,
            members: Vec::new(),
        };
        match self.location {
            Location::Path => own(capture.into_iter().collect()),
            Location::Query => reading.find(name, Pairs::of_query(query), is_taken),
            Location::Header => {
                let named = fields.iter().filter(|(field, _)| *field == name.as_bytes());
                own(named.map(|(_, value)| value).collect())
            }
            Location::Cookie => {
                let cookies = fields.get_all("cookie").flat_map(Pairs::of_cookies);
                if reading.explode && !reading.shape.is_scalar() {
                    let pairs = cookies.flat_map(|pair| reading.joined(name, pair));
                    return reading.find(name, pairs, is_taken);
                }
                reading.find(name, cookies, is_taken)
            }
        }
    }

    /// Whether an encoded name of its location may belong to it.
    #[must_use]
    pub fn owns(&self, raw: &[u8]) -> bool {
        self.reading.owns(&self.name, raw)
    }

    /// Whether that is no member of `other`: what is documented by itself is none, and
    /// who takes any gets none that another names.
    #[must_use]
    pub fn keeps(&self, raw: &[u8], other: &Self) -> bool {
        match other.reading.names(&other.name, raw) {
            true => self.reading.is_whole(&self.name, raw),
            false => self.reading.names(&self.name, raw),
        }
    }
}
