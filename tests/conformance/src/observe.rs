//! What an executor saw of a case; the same form for all of them.

use std::collections::BTreeMap;

/// Names and values in order, names in lower case.
pub type Fields = Vec<(String, Vec<u8>)>;

/// What came of a request.
#[derive(Debug, Clone, Default)]
pub struct Observation {
    /// The response's status; `None` where none came.
    pub status: Option<u16>,
    /// Its fields.
    pub headers: Fields,
    /// Its body.
    pub body: Vec<u8>,
    /// What arrived upstream.
    pub upstream: Option<Arrival>,
    /// The marks: `jwt` to `allow`, `deny jwt_expired` …
    pub marks: BTreeMap<String, String>,
    /// What filter state has besides the marks: `sub`, `iss`, `kid`.
    pub state: BTreeMap<String, String>,
    /// Counters by name.
    pub counters: BTreeMap<String, u64>,
    /// What must never be: traps, host calls that Envoy would not take.
    pub accidents: Vec<String>,
}

/// The filters that leave marks; what else they leave is about the token.
pub const FILTERS: [&str; 3] = ["headers", "jwt", "schema"];
/// What they may leave about it.
pub const STATE: [&str; 3] = ["sub", "iss", "kid"];

/// A request as the upstream saw it.
#[derive(Debug, Clone, Default)]
pub struct Arrival {
    /// Its method.
    pub method: String,
    /// Its path.
    pub path: String,
    /// Its fields.
    pub headers: Fields,
    /// Its body.
    pub body: Vec<u8>,
    /// Its trailers.
    pub trailers: Fields,
    /// Whether it arrived whole.
    pub complete: bool,
}

/// Every value of a field.
pub fn values<'f>(fields: &'f Fields, name: &str) -> Vec<&'f [u8]> {
    fields
        .iter()
        .filter(|(known, _)| known == name)
        .map(|(_, value)| value.as_slice())
        .collect()
}
