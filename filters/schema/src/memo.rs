//! What the filter tells itself from one phase of a stream to the next, packed
//! into the number that the stream keeps.

use crate::validator::SchemaId;
use tollgate_kit::verdict::Memo;

/// A note.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Note {
    /// The operation; `None` for what isn't judged.
    pub operation: Option<usize>,
    /// The body that is awaited.
    pub expected: Expected,
}

/// What a body must be, once it is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// Nothing is awaited.
    Nothing,
    /// JSON, of the schema if there is one.
    Json(Option<SchemaId>),
    /// Empty: none is documented.
    Empty,
    /// Empty, because it came without a media type.
    Untyped,
}

impl Note {
    /// The note of what isn't judged.
    pub const NONE: Self = Self {
        operation: None,
        expected: Expected::Nothing,
    };

    /// A note that only names the operation.
    #[must_use]
    pub const fn of(operation: usize) -> Self {
        Self {
            operation: Some(operation),
            expected: Expected::Nothing,
        }
    }

    /// The same with a body that is awaited.
    #[must_use]
    pub const fn awaiting(self, expected: Expected) -> Self {
        Self {
            operation: self.operation,
            expected,
        }
    }

    /// The number: the operation and one in 28 bits, the kind of body in 4, the
    /// schema in 32.
    #[must_use]
    pub fn pack(self) -> Memo {
        let operation = self
            .operation
            .and_then(|at| u64::try_from(at).ok()?.checked_add(1))
            .unwrap_or(0);
        let (kind, schema) = match self.expected {
            Expected::Nothing => (0, 0),
            Expected::Json(None) => (1, 0),
            Expected::Json(Some(schema)) => (2, schema.bits()),
            Expected::Empty => (3, 0),
            Expected::Untyped => (4, 0),
        };
        operation << 36 | kind << 32 | u64::from(schema)
    }

    /// The note that a number stands for.
    #[must_use]
    pub fn unpack(memo: Memo) -> Self {
        let operation = (memo >> 36)
            .checked_sub(1)
            .and_then(|at| usize::try_from(at).ok());
        let schema = u32::try_from(memo & 0xFFFF_FFFF).unwrap_or(u32::MAX);
        let expected = match memo >> 32 & 0xF {
            1 => Expected::Json(None),
            2 => Expected::Json(Some(SchemaId::from_bits(schema))),
            3 => Expected::Empty,
            4 => Expected::Untyped,
            _ => Expected::Nothing,
        };
        Self {
            operation,
            expected,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_comes_back_as_it_was() {
        let bodies = [
            Expected::Nothing,
            Expected::Json(None),
            Expected::Json(Some(SchemaId::new(0))),
            Expected::Json(Some(SchemaId::from_bits(u32::MAX))),
            Expected::Empty,
            Expected::Untyped,
        ];
        for expected in bodies {
            for operation in [0, 1, 1223] {
                let note = Note::of(operation).awaiting(expected);
                assert_eq!(Note::unpack(note.pack()), note);
            }
        }
        assert_eq!(Note::unpack(0).operation, None);
    }
}
