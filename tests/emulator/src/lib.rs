//! An in-memory Envoy for proxy-wasm filters.
#![warn(missing_docs)]

pub mod chain;
pub mod host;
pub mod vm;

pub use chain::*;
pub use host::*;
pub use vm::*;
