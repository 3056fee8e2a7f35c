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
    /// Whether the pair of an encoded name belongs to the parameter `name`.
    #[must_use]
    pub fn owns(&self, name: &str, raw: &[u8]) -> bool {
        let is_own = is_name(raw, name) && !self.stands_for_itself();
        is_own || self.member(name, raw).is_some()
    }

    /// What of these pairs belongs to the parameter `name`, where `is_taken` holds
    /// for names that belong to another.
    #[must_use]
    pub fn find<'m>(
        &self,
        name: &str,
        pairs: impl Iterator<Item = (&'m [u8], &'m [u8])>,
        is_taken: impl Fn(&[u8]) -> bool,
    ) -> Found<'m> {
        let mut found = Found::default();
        for (raw, value) in pairs {
            if is_name(raw, name) && !self.stands_for_itself() {
                found.values.push(value);
            } else if let Some(member) = self.member(name, raw)
                && !is_taken(raw)
            {
                found.members.push((member, value));
            }
        }
        found
    }

    /// The member that a pair's name stands for.
    fn member<'m>(&self, name: &str, raw: &'m [u8]) -> Option<Cow<'m, str>> {
        if self.style == Style::DeepObject {
            return bracketed(name, raw);
        }
        if !self.stands_for_itself() {
            return None;
        }
        let members = self.shape.members.as_ref()?;
        decode(raw, Encoding::Form).filter(|member| members.has(member))
    }

    /// Whether there is no pair of the parameter's own name, but one for each of
    /// its members: an exploded object.
    fn stands_for_itself(&self) -> bool {
        self.style == Style::Form
            && self.explode
            && self.shape.members.is_some()
            && !self.shape.is_scalar()
            && self.shape.items.is_none()
    }
}

/// What follows a name in front of a bracket.
fn bracketed<'m>(name: &str, raw: &'m [u8]) -> Option<Cow<'m, str>> {
    match decode(raw, Encoding::Form)? {
        Cow::Borrowed(text) => {
            let rest = text.strip_prefix(name)?;
            rest.starts_with('[').then_some(Cow::Borrowed(rest))
        }
        Cow::Owned(text) => {
            let rest = text.strip_prefix(name)?;
            rest.starts_with('[').then(|| Cow::Owned(rest.to_owned()))
        }
    }
}

// === impl Parameter ===

impl Parameter {
    /// What of a message belongs to it; `is_taken` holds for names in the query
    /// that belong to other parameters.
    #[must_use]
    pub fn find<'m>(
        &self,
        capture: Option<&'m [u8]>,
        query: Option<&'m [u8]>,
        fields: &'m Fields,
        is_taken: impl Fn(&[u8]) -> bool,
    ) -> Found<'m> {
        let own = |values: Vec<&'m [u8]>| Found {
            values,
            members: Vec::new(),
        };
        match self.location {
            Location::Path => own(capture.into_iter().collect()),
            Location::Query => self
                .reading
                .find(&self.name, Pairs::of_query(query), is_taken),
            Location::Header => {
                let named = fields
                    .iter()
                    .filter(|(name, _)| *name == self.name.as_bytes());
                own(named.map(|(_, value)| value).collect())
            }
            Location::Cookie => {
                let cookies = fields.get_all("cookie").flat_map(Pairs::of_cookies);
                match self.reading.explode && !self.reading.shape.is_scalar() {
                    true => {
                        let pairs = cookies.flat_map(joined);
                        self.reading.find(&self.name, pairs, |_| false)
                    }
                    false => {
                        let named = cookies.filter(|(name, _)| *name == self.name.as_bytes());
                        own(named.map(|(_, value)| value).collect())
                    }
                }
            }
        }
    }

    /// Whether an encoded name of the query belongs to it.
    #[must_use]
    pub fn owns(&self, raw: &[u8]) -> bool {
        self.reading.owns(&self.name, raw)
    }
}

/// The pairs of a cookie that is an exploded value, which `&` joins (OpenAPI 3.1.1
/// §4.8.12.6).
fn joined<'m>((name, value): (&'m [u8], &'m [u8])) -> impl Iterator<Item = (&'m [u8], &'m [u8])> {
    let (first, rest) = match value.iter().position(|byte| *byte == b'&') {
        Some(at) => (
            value.get(..at).unwrap_or_default(),
            value.get(at.saturating_add(1)..),
        ),
        None => (value, None),
    };
    std::iter::once((name, first)).chain(Pairs::of_query(rest))
}
