//! The tape: a document onto buffers that are there.

use std::hint::black_box;

use tollgate_kit::json::{Limits, Tape};

use super::{Round, body};

/// Parses an order of so many KB.
pub fn parse(kibibytes: usize) -> Round {
    let body = body::order(kibibytes << 10);
    let mut tape = Tape::new();
    Box::new(move || {
        let document = tape.parse(body.as_bytes(), &Limits::DEFAULT);
        black_box(document.expect("an order is JSON"));
    })
}
