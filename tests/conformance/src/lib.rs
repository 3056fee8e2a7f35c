//! The case files of `tests/cases` and what runs them.
//!
//! One case runs natively (the stream machine on an in-memory host) and in the
//! emulator (the built modules under wasmtime), each through separate modules,
//! the bundle, and `root_id: all`; all must give what the case says.

pub mod case;
pub mod check;
pub mod native;
pub mod observe;
pub mod policy;
pub mod run;
pub mod tokens;
