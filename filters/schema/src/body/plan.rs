//! How the body of one documented media type is read, and by what it is judged.

use super::form::FormPlan;
use super::multipart::Boundary;
use crate::media_type::{Charset, MediaType};
use crate::validator::{SchemaId, Types};
use std::rc::Rc;

/// The place of a plan in its document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BodyId(u32);

/// A plan.
#[derive(Debug)]
pub enum BodyPlan {
    /// It is JSON, of the schema if there is one.
    Json(Option<SchemaId>),
    /// It is `application/x-www-form-urlencoded`.
    Form(Rc<FormPlan>),
    /// It is `multipart/form-data`.
    Multipart(Rc<FormPlan>),
    /// It is text, which stands for a value of one of these types.
    Text(SchemaId, Types),
    /// It is bytes.
    Binary(SchemaId),
}

// === impl BodyId ===

impl BodyId {
    /// The plan at `index`.
    #[must_use]
    pub fn new(index: usize) -> Self {
        Self(u32::try_from(index).unwrap_or(u32::MAX))
    }

    /// From the form that a memo keeps.
    #[must_use]
    pub const fn from_bits(bits: u32) -> Self {
        Self(bits)
    }

    /// The form that a memo keeps.
    #[must_use]
    pub const fn bits(self) -> u32 {
        self.0
    }

    /// Its place.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

// === impl BodyPlan ===

impl BodyPlan {
    /// Why a body of this media type can't be read, as far as that says it.
    #[must_use]
    pub fn objection(&self, media_type: &MediaType<'_>) -> Option<&'static str> {
        let charset = media_type.charset();
        match self {
            Self::Json(_) if !matches!(charset, Charset::Absent | Charset::Utf8) => {
                Some("JSON is UTF-8, and the charset is another")
            }
            Self::Form(_) | Self::Multipart(_) | Self::Text(..) if !charset.is_utf8() => {
                Some("only UTF-8 can be judged, and the charset is another")
            }
            Self::Multipart(_) if Boundary::of(media_type).is_none() => {
                Some("the content-type field does not name one boundary")
            }
            Self::Json(_)
            | Self::Form(_)
            | Self::Multipart(_)
            | Self::Text(..)
            | Self::Binary(_) => None,
        }
    }
}
