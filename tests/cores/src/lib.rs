//! What the filters' decisions take in instructions, natively and without a host: no module, no
//! Envoy, no emulator. `benches/cores.rs` counts them under callgrind.

pub mod baseline;
pub mod callgrind;
pub mod core;

/// How this crate is built: by what compiler, for what target, with what flags.
pub const BUILD: &str = env!("BUILD");
