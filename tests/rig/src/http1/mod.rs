//! HTTP/1.1 as bytes, for both sides of a proxy (RFC 9112).
//!
//! Heads are kept as they stand on the wire: names in their case, values of any
//! bytes. `httparse` and `hyper` refuse or change what a test of a proxy has to
//! send and see.

pub mod read;
pub mod write;

pub use self::read::{BodyLength, Head, Part, Reader};
