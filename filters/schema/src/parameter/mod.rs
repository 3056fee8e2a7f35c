//! Parameters of requests, and header fields of responses: text that becomes a
//! value by its style and the schema's types (OpenAPI 3.1 §4.8.12.2 and .3).
//!
//! In three steps: what of a message belongs to a parameter (`find`), what its
//! text says before its types are known (`reading`, `deep`), and the value that
//! this is of the schema's types, as JSON (`write`), so that the tape and the
//! validator take it like a body, exact numbers and limits included.

mod deep;
mod find;
mod reading;
mod shape;
mod write;

pub use find::Found;
pub use reading::{Fault, Raw, Reading, Style};
pub use shape::{Members, Shape};
pub use write::{Interpretation, quoted, separate, write};

use crate::validator::SchemaId;

/// A parameter.
#[derive(Debug)]
pub struct Parameter {
    /// Where it stands.
    pub location: Location,
    /// Its name; in lower case for a header field.
    pub name: Box<str>,
    /// Its name as violations show it: `query.limit`.
    pub label: Box<str>,
    /// Whether it must be there.
    pub required: bool,
    /// Whether an empty one counts as none.
    pub allow_empty: bool,
    /// How its text is read.
    pub reading: Reading,
    /// What of it is judged.
    pub judged: Judged,
    /// What its value is judged by.
    pub schema: SchemaId,
}

/// Where a parameter stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Location {
    /// A segment of the path, or a part of one.
    Path,
    /// The query.
    Query,
    /// A header field.
    Header,
    /// A cookie.
    Cookie,
}

/// What of a parameter is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Judged {
    /// The value that its text is in its style.
    Value,
    /// The JSON that its text is: a parameter with `content`.
    Json,
    /// That it is there: its text has no defined form.
    Presence,
}

// === impl Location ===

impl Location {
    /// As `in` spells it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Header => "header",
            Self::Cookie => "cookie",
        }
    }
}
