//! The filter through the interface the stream machine uses: the faults of its
//! configuration, published lists, and what holds for every message.
#![expect(
    clippy::print_stdout,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests; the totals line is read by `scripts/test`"
)]

mod cookies;
mod faults;
mod oshp;
mod properties;
mod section;
