//! Grades a response by the rules of the MDN HTTP Observatory 1.6.3
//! (mdn/mdn-http-observatory `94042bbf`), with the scores that it publishes.
//!
//! A module per test says which of the test's results a response has; the
//! [`Table`] says what each result is worth. Two lists are not read: the
//! browsers' HSTS preload list, so no host counts as preloaded, and the public
//! suffix list (see [`url::site`]).
//!
//! ```
//! use tollgate_observatory::{Response, Table, grade};
//!
//! let Some(table) = Table::published() else { return };
//! let fields = [("x-content-type-options", "nosniff"), ("referrer-policy", "no-referrer")];
//! let response = Response::over_tls("shop.example", fields);
//! let grade = grade(&response, &table);
//! assert_eq!((grade.score, grade.grade.as_str()), (35, "D"));
//! assert_eq!(grade.results["x-frame-options"], "x-frame-options-not-implemented");
//! ```

pub mod content_security_policy;
pub mod cookies;
pub mod cross_origin_embedder_policy;
pub mod cross_origin_opener_policy;
pub mod cross_origin_resource_policy;
pub mod cross_origin_resource_sharing;
pub mod data;
pub mod html;
pub mod redirection;
pub mod referrer_policy;
pub mod response;
pub mod strict_transport_security;
pub mod structured_field;
pub mod subresource_integrity;
pub mod table;
pub mod url;
pub mod x_content_type_options;
pub mod x_frame_options;

pub use response::{Connection, PlainHttp, Response};
use std::collections::BTreeMap;
pub use table::Table;

/// Names a result of one test.
pub type Test = fn(&Response) -> &'static str;

/// Every test under its published name. Source: `src/constants.js`.
pub const TESTS: &[(&str, Test)] = &[
    ("content-security-policy", content_security_policy::result),
    ("cookies", cookies::result),
    (
        "cross-origin-embedder-policy",
        cross_origin_embedder_policy::result,
    ),
    (
        "cross-origin-opener-policy",
        cross_origin_opener_policy::result,
    ),
    (
        "cross-origin-resource-policy",
        cross_origin_resource_policy::result,
    ),
    (
        "cross-origin-resource-sharing",
        cross_origin_resource_sharing::result,
    ),
    ("redirection", redirection::result),
    ("referrer-policy", referrer_policy::result),
    (
        "strict-transport-security",
        strict_transport_security::result,
    ),
    ("subresource-integrity", subresource_integrity::result),
    ("x-content-type-options", x_content_type_options::result),
    ("x-frame-options", x_frame_options::result),
];

/// What a response is worth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grade {
    /// The points; 100 is a response without fault or credit.
    pub score: i32,
    /// From `A+` to `F`.
    pub grade: String,
    /// The result of each test.
    pub results: BTreeMap<&'static str, &'static str>,
}

/// Grades a response. Source: `src/scanner/index.js`.
///
/// # Panics
///
/// Where the table lacks a result: then it is of another version.
#[must_use]
pub fn grade(response: &Response, table: &Table) -> Grade {
    let results = results(response);
    let score = table.score(results.values().copied());
    Grade {
        score,
        grade: table.grade(score).to_owned(),
        results,
    }
}

/// The result of each test, which needs no table.
#[must_use]
pub fn results(response: &Response) -> BTreeMap<&'static str, &'static str> {
    TESTS
        .iter()
        .map(|(name, test)| (*name, test(response)))
        .collect()
}
