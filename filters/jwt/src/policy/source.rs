//! Where tokens stand in a request.

use std::rc::Rc;

/// A place that carries tokens, and what becomes of them there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Where.
    pub place: Place,
    /// Whether the token is taken out of requests that pass.
    pub remove: bool,
}

/// A place in a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A header field.
    Header {
        /// Lower case.
        name: Rc<str>,
        /// Before the token; empty for a token that stands alone.
        scheme: String,
    },
    /// A cookie of this name.
    Cookie(String),
    /// A query parameter of this name.
    Query(String),
}

// === impl Source ===

impl Source {
    /// Whether both are one place.
    #[must_use]
    pub fn is_at(&self, other: &Self) -> bool {
        match (&self.place, &other.place) {
            (
                Place::Header { name, scheme },
                Place::Header {
                    name: other_name,
                    scheme: other_scheme,
                },
            ) => name == other_name && scheme.eq_ignore_ascii_case(other_scheme),
            (own, other) => own == other,
        }
    }

    /// Whether what stands in the one stands in the other too: a header's value
    /// with a scheme is also one without.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        match (&self.place, &other.place) {
            (
                Place::Header { name, scheme },
                Place::Header {
                    name: other_name,
                    scheme: other_scheme,
                },
            ) => name == other_name && scheme.is_empty() != other_scheme.is_empty(),
            _ => false,
        }
    }

    /// Whether tokens come with a proof there (RFC 9449 §7.1).
    #[must_use]
    pub fn is_dpop(&self) -> bool {
        match &self.place {
            Place::Header { scheme, .. } => scheme.eq_ignore_ascii_case(DPOP),
            Place::Cookie(_) | Place::Query(_) => false,
        }
    }

    /// As people write it.
    #[must_use]
    pub fn words(&self) -> String {
        match &self.place {
            Place::Header { name, scheme } if scheme.is_empty() => format!("header {name}"),
            Place::Header { name, scheme } => format!("header {name} with {scheme}"),
            Place::Cookie(name) => format!("cookie {name}"),
            Place::Query(name) => format!("query parameter {name}"),
        }
    }
}

/// The scheme of tokens that are bound to a key.
pub const DPOP: &str = "DPoP";
