//! From what stands in a message to the decoded texts of a parameter's elements.
//! Delimiters split before anything is decoded: an encoded comma is data.

use super::{Explode, Location, Parameter, Shape};
use std::borrow::Cow;
use tollgate_kit::fields::Fields;
use tollgate_kit::pairs::{Encoding, Pairs, decode, is_name};

/// Why the texts can't be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// One value was expected, and there are more.
    Repeated,
    /// A broken escape, or bytes that aren't UTF-8.
    Encoding,
}

impl Parameter {
    /// The parameter's values in a message, as they stand there.
    #[must_use]
    pub fn values<'m>(
        &self,
        capture: Option<&'m [u8]>,
        query: Option<&'m [u8]>,
        fields: &'m Fields,
    ) -> Vec<&'m [u8]> {
        match self.location {
            Location::Path => capture.into_iter().collect(),
            Location::Query => Pairs::of_query(query)
                .filter(|(name, _)| self.is_named(name))
                .map(|(_, value)| value)
                .collect(),
            Location::Header => fields
                .iter()
                .filter(|(name, _)| *name == self.name.as_bytes())
                .map(|(_, value)| value)
                .collect(),
            Location::Cookie => fields
                .get_all("cookie")
                .flat_map(Pairs::of_cookies)
                .filter(|(name, _)| *name == self.name.as_bytes())
                .map(|(_, value)| value)
                .collect(),
        }
    }

    /// Whether an encoded name of the query is this parameter's.
    #[must_use]
    pub fn is_named(&self, raw: &[u8]) -> bool {
        is_name(raw, &self.name)
    }

    /// The texts of its elements; one for a primitive.
    pub fn texts<'m>(&self, values: &[&'m [u8]]) -> Result<Vec<Cow<'m, str>>, Fault> {
        let encoding = match self.location {
            Location::Path | Location::Cookie => Encoding::Percent,
            Location::Query => Encoding::Form,
            Location::Header => Encoding::Plain,
        };
        let whole = match (self.shape, self.explode, self.location) {
            (Shape::Primitive(_), _, _) | (Shape::Array(_), Explode::Yes, Location::Query) => true,
            (Shape::Array(_), _, _) => false,
        };
        // Fields of one name are one list (RFC 9110 §5.3), and an exploded array
        // is one value an element.
        let single = matches!(self.shape, Shape::Primitive(_))
            || (!whole && self.location != Location::Header);
        if single && values.len() > 1 {
            return Err(Fault::Repeated);
        }
        if whole {
            return values.iter().map(|value| read(value, encoding)).collect();
        }
        let pieces = values
            .iter()
            .flat_map(|value| value.split(|byte| *byte == b','));
        pieces.map(|piece| read(piece, encoding)).collect()
    }
}

fn read(raw: &[u8], encoding: Encoding) -> Result<Cow<'_, str>, Fault> {
    decode(raw, encoding).ok_or(Fault::Encoding)
}
