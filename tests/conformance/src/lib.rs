//! The case files of `tests/cases` and what runs them.
//!
//! One case runs natively (the stream machine on an in-memory host), in the
//! emulator (the built modules under wasmtime) and in a real Envoy, each through
//! separate modules, the bundle, and `root_id: all`; all must give what the case
//! says.

pub mod artefacts;
pub mod case;
pub mod check;
pub mod envoy;
pub mod native;
pub mod observe;
pub mod policy;
pub mod run;
pub mod scene;
pub mod signing;
pub mod tokens;
