//! The native face of the filters.

pub mod bench;
pub mod check;
pub mod policy;
pub mod render;
pub mod up;
