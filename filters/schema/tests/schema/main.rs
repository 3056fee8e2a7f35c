//! The filter through the interface the stream machine uses: published suites,
//! second opinions on schemas and patterns, what holds for every message, and
//! what it costs at most.
#![expect(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "tests; the totals line is read by `scripts/test`"
)]

mod arbitrary;
mod attacks;
mod bodies;
mod bounds;
mod documents;
mod faults;
mod fields;
mod filter;
mod forms;
mod json_schema_suite;
mod messages;
mod multipart;
mod parameter_places;
mod parameters;
mod pattern_properties;
mod patterns;
mod posting;
mod references;
mod routes;
mod schemas;
mod second_opinion;
mod servers;
mod style_matrix;
mod suite;
