//! What tollgate's filters share: verdicts and reasons, configuration and its
//! faults, paths, the stream machine, remote documents, and the host seam.
//!
//! Nothing here knows tokens, OpenAPI or response hardening. Decisions never
//! call the host: a filter is a [`stage::Stage`], and the machine in
//! [`stream`] turns its verdicts into effects.

pub mod config;
pub mod faults;
pub mod fields;
pub mod host;
pub mod json;
pub mod ledger;
pub mod pairs;
pub mod path;
pub mod plugin;
pub mod problem;
pub mod protobuf;
pub mod reason;
pub mod remote;
pub mod stage;
pub mod stream;
pub mod telemetry;
pub mod template;
pub mod trace;
pub mod verdict;
#[cfg(target_arch = "wasm32")]
pub mod wasm;
