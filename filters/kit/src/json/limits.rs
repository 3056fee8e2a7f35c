//! What a document may cost before it is refused, however valid it is.

/// Bounds that the parse enforces as it goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Arrays and objects open at once.
    pub depth: usize,
    /// Members in the whole document, over all its objects.
    pub keys: usize,
    /// Bytes of one string or member name once its escapes are decoded.
    pub string: usize,
    /// Digits of a number before its exponent, and of the exponent by itself.
    pub number_digits: usize,
    /// Absolute value of a number's exponent.
    pub exponent: u32,
    /// What a second member of the same name in one object means.
    pub duplicate_keys: DuplicateKeys,
}

/// RFC 8259 §4 leaves open what equal names mean, and readers differ: whoever
/// judges a document that another reader acts on has to refuse them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DuplicateKeys {
    /// The document is refused.
    Deny,
    /// Only the last member of that name is seen.
    LastWins,
}

impl Limits {
    /// The bounds that hold where a policy names none.
    pub const DEFAULT: Limits = Limits {
        depth: 64,
        keys: 10_000,
        string: 256 * 1024,
        number_digits: 64,
        exponent: 1000,
        duplicate_keys: DuplicateKeys::Deny,
    };
}

impl Default for Limits {
    fn default() -> Self {
        Self::DEFAULT
    }
}
