//! What the filter tells itself from one phase of a stream to the next, packed
//! into the number that the stream keeps.
//!
//! An upstream may answer before it has the whole request: both bodies can be
//! awaited at once, and neither's note may take the other's place.

use crate::body::BodyId;
use tollgate_kit::verdict::Memo;

/// A note.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Note {
    /// The operation; `None` for what isn't judged.
    pub operation: Option<usize>,
    /// Whether the head had something to report, which waits for the body.
    pub reports_head: bool,
    /// The body of the request that is awaited.
    pub request: Expected,
    /// The body of the response that is.
    pub response: Expected,
}

/// What a body must be, once it is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// Nothing is awaited.
    Nothing,
    /// What a plan says.
    Planned(BodyId),
    /// Empty: none is documented.
    Empty,
    /// Empty, because it came without a media type.
    Untyped,
}

// === impl Note ===

impl Note {
    /// The note of what isn't judged.
    pub const NONE: Self = Self {
        operation: None,
        reports_head: false,
        request: Expected::Nothing,
        response: Expected::Nothing,
    };
    /// Operations that a note can tell apart.
    pub const OPERATIONS: usize = 0x7_FFFF;
    /// Bodies that it can.
    pub const BODIES: usize = 0x3F_FFFD;

    /// A note that only names the operation.
    #[must_use]
    pub const fn of(operation: usize) -> Self {
        Self {
            operation: Some(operation),
            ..Self::NONE
        }
    }

    /// The number: the operation and one in 19 bits, a flag, each body in 22 bits.
    #[must_use]
    pub fn pack(self) -> Memo {
        let operation = self
            .operation
            .filter(|at| *at < Self::OPERATIONS)
            .and_then(|at| u64::try_from(at).ok()?.checked_add(1))
            .unwrap_or(0);
        operation << 45
            | u64::from(self.reports_head) << 44
            | self.request.pack() << 22
            | self.response.pack()
    }

    /// The note that a number stands for.
    #[must_use]
    pub fn unpack(memo: Memo) -> Self {
        let operation = (memo >> 45)
            .checked_sub(1)
            .and_then(|at| usize::try_from(at).ok());
        Self {
            operation,
            reports_head: memo >> 44 & 1 == 1,
            request: Expected::unpack(memo >> 22),
            response: Expected::unpack(memo),
        }
    }
}

// === impl Expected ===

impl Expected {
    fn pack(self) -> u64 {
        match self {
            Self::Nothing => 0,
            Self::Empty => 1,
            Self::Untyped => 2,
            // A body beyond the last is none that a policy has.
            Self::Planned(body) => u64::from(body.bits())
                .checked_add(3)
                .filter(|bits| *bits <= BODY)
                .unwrap_or(0),
        }
    }

    fn unpack(bits: u64) -> Self {
        match bits & BODY {
            0 => Self::Nothing,
            1 => Self::Empty,
            2 => Self::Untyped,
            body => {
                let body = u32::try_from(body.saturating_sub(3)).unwrap_or(u32::MAX);
                Self::Planned(BodyId::from_bits(body))
            }
        }
    }
}

/// The 22 bits of a body.
const BODY: u64 = 0x3F_FFFF;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_comes_back_as_it_was() {
        let bodies = [
            Expected::Nothing,
            Expected::Planned(BodyId::new(0)),
            Expected::Planned(BodyId::new(Note::BODIES - 1)),
            Expected::Empty,
            Expected::Untyped,
        ];
        for request in bodies {
            for response in bodies {
                for operation in [0, 1, 1223, Note::OPERATIONS - 1] {
                    for reports_head in [false, true] {
                        let note = Note {
                            operation: Some(operation),
                            reports_head,
                            request,
                            response,
                        };
                        assert_eq!(Note::unpack(note.pack()), note);
                    }
                }
            }
        }
        assert_eq!(Note::unpack(0), Note::NONE);
    }

    #[test]
    fn what_does_not_fit_awaits_nothing() {
        let note = Note {
            request: Expected::Planned(BodyId::new(Note::BODIES)),
            ..Note::of(Note::OPERATIONS)
        };
        assert_eq!(Note::unpack(note.pack()), Note::NONE);
    }
}
