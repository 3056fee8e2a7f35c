//! What is measured of Envoy and of the machine, from `/proc`.

pub mod affinity;
pub mod machine;
pub mod memory;
pub mod process;
