//! The published cases of the Observatory, and the grades of our profiles.

mod case;
mod cases;
mod profiles;
