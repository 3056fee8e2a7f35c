//! Why a document was refused. The messages name what was expected and where,
//! never what stood there: they reach replies and logs.

use std::fmt;

/// A refused document: the first fault in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParseError {
    /// Bytes before the fault.
    pub offset: usize,
    /// What the fault is.
    pub kind: ErrorKind,
}

/// The classes of fault that callers answer differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// The bytes aren't JSON.
    Syntax(Syntax),
    /// An object has two members of one name.
    DuplicateKey,
    /// The document is JSON so far, but more of it than is allowed.
    Limit(LimitKind),
}

/// How the bytes break the grammar of RFC 8259.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Syntax {
    /// The document stops in the middle, or is empty.
    UnexpectedEnd,
    /// A byte order mark, which RFC 8259 §8.1 forbids.
    ByteOrderMark,
    /// Bytes that aren't UTF-8.
    Utf8,
    /// No value where one must stand.
    ExpectedValue,
    /// No string where a member's name must stand.
    ExpectedName,
    /// No `:` after a member's name.
    ExpectedColon,
    /// Neither `,` nor `]` after an element.
    ExpectedCommaOrBracket,
    /// Neither `,` nor `}` after a member.
    ExpectedCommaOrBrace,
    /// A word other than `true`, `false` and `null`.
    Literal,
    /// A number out of form.
    Number,
    /// A number that starts with a needless `0`.
    LeadingZero,
    /// A control character that isn't escaped.
    ControlCharacter,
    /// A backslash with something after it that is no escape.
    Escape,
    /// Half of a surrogate pair.
    LoneSurrogate,
    /// More after the end of the document.
    TrailingBytes,
}

/// The limit that a document went over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LimitKind {
    /// [`Limits::depth`](super::Limits::depth).
    Depth,
    /// [`Limits::keys`](super::Limits::keys).
    Keys,
    /// [`Limits::string`](super::Limits::string).
    String,
    /// [`Limits::number_digits`](super::Limits::number_digits).
    Digits,
    /// [`Limits::exponent`](super::Limits::exponent).
    Exponent,
    /// 4 GiB, which is all that the slots can point into.
    Size,
}

impl ParseError {
    pub(super) const fn new(offset: usize, kind: ErrorKind) -> Self {
        Self { offset, kind }
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at byte {}", self.kind, self.offset)
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Syntax(syntax) => syntax.fmt(f),
            Self::DuplicateKey => f.write_str("duplicate member name"),
            Self::Limit(limit) => limit.fmt(f),
        }
    }
}

impl fmt::Display for Syntax {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::UnexpectedEnd => "unexpected end of document",
            Self::ByteOrderMark => "byte order mark",
            Self::Utf8 => "invalid UTF-8",
            Self::ExpectedValue => "expected a value",
            Self::ExpectedName => "expected a member name",
            Self::ExpectedColon => "expected `:`",
            Self::ExpectedCommaOrBracket => "expected `,` or `]`",
            Self::ExpectedCommaOrBrace => "expected `,` or `}`",
            Self::Literal => "invalid literal",
            Self::Number => "invalid number",
            Self::LeadingZero => "leading zero in a number",
            Self::ControlCharacter => "control character in a string",
            Self::Escape => "invalid escape in a string",
            Self::LoneSurrogate => "lone surrogate in a string",
            Self::TrailingBytes => "trailing bytes after the document",
        })
    }
}

impl fmt::Display for LimitKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Depth => "nested too deep",
            Self::Keys => "too many members",
            Self::String => "string too long",
            Self::Digits => "number with too many digits",
            Self::Exponent => "exponent too large",
            Self::Size => "document too large",
        })
    }
}

impl std::error::Error for ParseError {}

impl From<Syntax> for ErrorKind {
    fn from(syntax: Syntax) -> Self {
        Self::Syntax(syntax)
    }
}

impl From<LimitKind> for ErrorKind {
    fn from(limit: LimitKind) -> Self {
        Self::Limit(limit)
    }
}
