//! Parameters of requests, and header fields of responses: text that becomes a
//! value by the schema's types (OpenAPI 3.1 §4.8.12.3).

mod reading;
mod value;

pub use reading::Fault;
pub use value::{Interpretation, write};

use crate::validator::{SchemaId, Types};

/// A parameter, in the style that its location has by default.
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
    /// Whether each element of an array comes by itself.
    pub explode: Explode,
    /// What its text stands for.
    pub shape: Shape,
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

/// `explode`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Explode {
    /// Elements come as parameters of one name.
    Yes,
    /// Elements come between commas.
    No,
}

/// What a text stands for, and of which types that can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// One primitive.
    Primitive(Types),
    /// An array of primitives.
    Array(Types),
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
