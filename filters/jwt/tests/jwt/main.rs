//! The filter through the interface the stream machine uses: published vectors,
//! what holds for every token, the faults of its configuration, and what it
//! remembers.
#![expect(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "tests; the totals line is read by `scripts/test`"
)]

mod cache;
mod cookbook;
mod faults;
mod filter;
mod forgeries;
mod keys;
mod one_bit;
mod properties;
mod pss;
mod published;
mod sender;
mod state;
mod wycheproof;
