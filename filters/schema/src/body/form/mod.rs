//! Forms (OpenAPI 3.1 §4.8.14.3, §4.8.14.4): fields of a name and a value become
//! the members of one object, so that the schema of the whole judges them.

mod object;
mod reading;

use crate::media_type::{Kind, MediaRange, MediaType};
use crate::parameter::{Found, Parameter, Reading, Shape};
use crate::validator::SchemaId;
use std::collections::BTreeMap;
use std::rc::Rc;
use tollgate_kit::pairs::{Encoding, decode};

/// How a form is read.
#[derive(Debug)]
pub struct FormPlan {
    /// The schema of the object.
    pub schema: SchemaId,
    /// Its fields by name.
    pub fields: BTreeMap<Box<str>, FormField>,
    /// Those of any other name.
    pub others: FormField,
}

/// The fields of one name.
#[derive(Debug, Clone)]
pub struct FormField {
    /// How many there may be.
    pub occurrence: Occurrence,
    /// What each of them is.
    pub value: Value,
    /// What the text of one can be.
    pub shape: Shape,
    /// How they are read where they are in a style.
    pub reading: Option<Reading>,
    /// The media types that are documented for it; none for the usual.
    pub types: Vec<MediaRange>,
    /// Header fields of its parts.
    pub headers: Vec<Rc<Parameter>>,
}

/// How many fields of one name there may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Occurrence {
    /// One.
    Once,
    /// Any number: each is an element of an array.
    List,
    /// One, or the elements of an array.
    Any,
}

/// What a field's value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Value {
    /// Text that stands for a primitive.
    Text,
    /// JSON.
    Json,
    /// Bytes.
    Binary,
    /// What its media type says.
    Open,
}

/// How one value is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// As text that stands for a primitive.
    Text,
    /// As JSON.
    Json,
    /// As a string of bytes.
    Bytes,
}

// === impl FormPlan ===

impl FormPlan {
    /// The fields of a name.
    #[must_use]
    pub fn field(&self, name: &str) -> &FormField {
        self.fields.get(name).unwrap_or(&self.others)
    }

    /// What of these pairs belongs to a field that is in a style.
    fn find<'m>(
        &self,
        name: &str,
        reading: &Reading,
        pairs: impl Iterator<Item = (&'m [u8], &'m [u8])>,
    ) -> Found<'m> {
        reading.find(name, pairs, |raw| {
            let other = decode(raw, Encoding::Form).filter(|other| other != name);
            let declared = other.is_some_and(|other| self.fields.contains_key(&*other));
            let mut others = self.styled().filter(|(other, _)| *other != name);
            declared || others.any(|(other, reading)| reading.names(other, raw))
        })
    }

    /// The fields that are in a style.
    fn styled(&self) -> impl Iterator<Item = (&str, &Reading)> {
        let fields = self.fields.iter();
        fields.filter_map(|(name, field)| Some((&**name, field.reading.as_ref()?)))
    }
}

// === impl FormField ===

impl FormField {
    /// How a part of a media type is read.
    ///
    /// # Errors
    /// What the media type must be.
    pub fn part(&self, media_type: Option<MediaType<'_>>) -> Result<How, String> {
        let media_type = media_type.unwrap_or(MediaType::TEXT);
        let fits = |range: &MediaRange| range.closeness(&media_type) > 0;
        let documented = !self.types.is_empty();
        if documented && !self.types.iter().any(fits) {
            return Err(format!("must be of the media type {}", self.list()));
        }
        let kind = media_type.kind();
        let plain = kind == Kind::Text && media_type.is_plain();
        Ok(match self.value {
            Value::Binary => How::Bytes,
            Value::Json if kind == Kind::Json || plain => How::Json,
            Value::Json => return Err("must be JSON".to_owned()),
            Value::Text | Value::Open if kind == Kind::Text => How::Text,
            Value::Text if !documented => return Err("must be text".to_owned()),
            Value::Text | Value::Open if kind == Kind::Json => How::Json,
            Value::Text | Value::Open => How::Bytes,
        })
    }

    /// Whether a field that has no media type of its own is JSON; else it is text.
    #[must_use]
    pub fn is_json(&self) -> bool {
        match self.value {
            Value::Json => true,
            Value::Text | Value::Open => {
                !self.types.is_empty() && self.types.iter().all(MediaRange::is_json)
            }
            Value::Binary => false,
        }
    }

    fn list(&self) -> String {
        let types: Vec<String> = self
            .types
            .iter()
            .map(|range| format!("`{range}`"))
            .collect();
        types.join(" or ")
    }
}
