//! The one JSON reader: request bodies, JWT headers and claims, key sets, the
//! plugin configuration. Strict RFC 8259, with duplicate members and limits
//! judged during the parse. A document is a tape of 16-byte slots over its own
//! text; numbers keep their text and are compared exactly. Nothing here
//! recurses or panics, whatever the bytes.

mod container;
mod decimal;
mod document;
mod equality;
mod error;
mod escape;
mod limits;
mod members;
mod node;
mod number;
mod numeral;
mod parser;
mod pointer;
mod scalars;
mod slots;
mod tape;
mod text;

pub use container::{Array, Elements, Members, Object};
pub use document::{Document, OwnedDocument};
pub use error::{ErrorKind, LimitKind, ParseError, Syntax};
pub use escape::escape_into;
pub use limits::{DuplicateKeys, Limits};
pub use node::{Kind, Node, Value};
pub use number::Number;
pub use pointer::{escape_token, unescape_token};
pub use tape::Tape;
