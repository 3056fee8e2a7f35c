//! `tollgate bench`: what a chain of filters costs, side by side with others.
//!
//! [`result`] is what a run finds, [`statistics`] what its samples say.

pub mod result;
pub mod statistics;
