//! schema
pub mod budget;
pub mod pattern;
