//! Ranges of media types (RFC 9110 §12.5.1): what a document says that may come.

use super::MediaType;
use super::kind::{self, Kind, Stream};
use crate::field_parameter::{FieldParameters, is_word};
use std::fmt;

/// A key of a `content` map: a type, `image/*`, or `*/*`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MediaRange {
    main: Box<str>,
    subtype: Box<str>,
}

impl MediaRange {
    /// Reads a key; its parameters select nothing.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (essence, _) = FieldParameters::split(text);
        let (main, subtype) = essence.split_once('/')?;
        let range = Self {
            main: main.to_ascii_lowercase().into(),
            subtype: subtype.to_ascii_lowercase().into(),
        };
        let concrete = |part: &str| is_word(part) && part != "*";
        let valid = (concrete(main) && is_word(subtype)) || (main, subtype) == ("*", "*");
        valid.then_some(range)
    }

    /// How closely it names the media type: 0 for not at all.
    #[must_use]
    pub fn closeness(&self, media_type: &MediaType<'_>) -> u8 {
        if &*self.main == "*" {
            return 1;
        }
        match self.main.eq_ignore_ascii_case(media_type.main) {
            true if &*self.subtype == "*" => 2,
            true if self.subtype.eq_ignore_ascii_case(media_type.subtype) => EXACT,
            true | false => 0,
        }
    }

    /// What all it names is; `None` where it names more than one type.
    #[must_use]
    pub fn kind(&self) -> Option<Kind> {
        (&*self.subtype != "*").then(|| kind::of(&self.main, &self.subtype))
    }

    /// Whether all it names is JSON.
    #[must_use]
    pub fn is_json(&self) -> bool {
        self.kind() == Some(Kind::Json)
    }

    /// What it names comes as it is made, without an end to wait for.
    #[must_use]
    pub fn streams(&self) -> Option<Stream> {
        kind::streams(&self.main, &self.subtype)
    }

    /// Whether it names text that isn't of any format, as parts of forms are by default.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.closeness(&MediaType::TEXT) == EXACT
    }

    /// Whether some of what it names is of this kind.
    #[must_use]
    pub fn may_be(&self, kind: Kind) -> bool {
        match (self.kind(), kind) {
            (Some(known), _) => known == kind,
            (None, Kind::Json | Kind::Text | Kind::Binary) => true,
            (None, Kind::Form) => matches!(&*self.main, "*" | "application"),
            (None, Kind::Multipart) => matches!(&*self.main, "*" | "multipart"),
        }
    }
}

impl fmt::Display for MediaRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.main, self.subtype)
    }
}

/// The closeness of a range that is the very media type.
pub const EXACT: u8 = 3;
