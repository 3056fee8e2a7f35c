//! What a host call answers when it doesn't succeed: the statuses of the
//! proxy-wasm ABI 0.2.1 with their numbers. `Ok` (0) is `Result::Ok` here.

/// A status other than `Ok`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Status {
    /// There is no such value, buffer or function.
    NotFound = 1,
    /// The argument is wrong, or the map isn't there in this phase.
    BadArgument = 2,
    /// A value could not be turned into bytes.
    SerializationFailure = 3,
    /// Bytes could not be read as what they should be.
    ParseFailure = 4,
    /// A pointer of the module lies outside of its memory.
    InvalidMemoryAccess = 6,
    /// A queue has nothing.
    Empty = 7,
    /// Somebody else wrote the shared value in between.
    CasMismatch = 8,
    /// The host failed.
    InternalFailure = 10,
    /// A call out was reset.
    BrokenConnection = 11,
    /// The host doesn't have it.
    Unimplemented = 12,
}

impl Status {
    /// The number the ABI uses.
    pub fn code(self) -> u32 {
        self as u32
    }
}

/// What a host call answers.
pub type HostResult<T> = Result<T, Status>;
