//! Takes `multipart/form-data` apart (RFC 7578; RFC 2046 §5.1) without copying.
//!
//! Readers of it differ in what they forgive. What one could take for a
//! delimiter, a name or a value and another could not is refused: line ends
//! without CR, padding behind a delimiter, a delimiter after the last, folded
//! lines, fields that come twice, escapes in a name.

mod boundary;
mod disposition;
mod part;

pub use boundary::Boundary;
pub use part::Part;

use std::fmt;

/// The parts of a body, in order; after a fault there are no more.
#[derive(Debug)]
pub struct Parts<'b> {
    boundary: Boundary<'b>,
    next: Next<'b>,
}

/// What comes next.
#[derive(Debug)]
enum Next<'b> {
    /// What stands before the first delimiter.
    Preamble(&'b [u8]),
    /// What stands behind a delimiter.
    Delimited(&'b [u8]),
    /// Nothing.
    End,
}

/// How a body is out of form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Malformed {
    /// No last delimiter.
    Unfinished,
    /// A delimiter with something else on its line, or after the last.
    Delimiter,
    /// What comes before the first delimiter has one within a line, where some
    /// readers find it, or is longer than anyone writes.
    Preamble,
    /// A delimiter or a field of a part that doesn't end with CR LF.
    LineEnd,
    /// A part that begins with a delimiter.
    NoContent,
    /// A part with more fields, or longer ones, than are read.
    TooManyFields,
    /// A field of a part that isn't one.
    Field,
    /// A field that may be there once, and comes twice.
    RepeatedField,
    /// No name of a form's field.
    Disposition,
    /// A media type that is none, or of parts within the part.
    MediaType,
    /// An encoding of mails.
    TransferEncoding,
}

impl<'b> Parts<'b> {
    /// Those of a body.
    #[must_use]
    pub const fn new(body: &'b [u8], boundary: Boundary<'b>) -> Self {
        Self {
            boundary,
            next: Next::Preamble(body),
        }
    }

    fn advance(&mut self) -> Result<Option<Part<'b>>, Malformed> {
        let rest = match std::mem::replace(&mut self.next, Next::End) {
            Next::End => return Ok(None),
            Next::Preamble(body) => match self.boundary.strip(body) {
                Some(rest) => rest,
                None => {
                    let (preamble, rest) = self.boundary.cut(body)?;
                    if preamble.len() > MAX_PREAMBLE || self.boundary.is_in(preamble) {
                        return Err(Malformed::Preamble);
                    }
                    rest
                }
            },
            Next::Delimited(rest) => rest,
        };
        if let Some(epilogue) = rest.strip_prefix(b"--") {
            return self.end(epilogue).map(|()| None);
        }
        let part = rest.strip_prefix(b"\r\n").ok_or(Malformed::Delimiter)?;
        let (fields, content) = part::fields(part, &self.boundary)?;
        if self.boundary.strip(content).is_some() {
            return Err(Malformed::NoContent);
        }
        let (content, rest) = self.boundary.cut(content)?;
        self.next = Next::Delimited(rest);
        Part::new(fields, content).map(Some)
    }

    /// Nothing behind the last delimiter is to look like another.
    fn end(&self, epilogue: &[u8]) -> Result<(), Malformed> {
        if !epilogue.is_empty() && !epilogue.starts_with(b"\r\n") {
            return Err(Malformed::Delimiter);
        }
        match self.boundary.cut(epilogue) {
            Err(Malformed::Unfinished) => Ok(()),
            Ok(_) | Err(_) => Err(Malformed::Delimiter),
        }
    }
}

impl<'b> Iterator for Parts<'b> {
    type Item = Result<Part<'b>, Malformed>;

    fn next(&mut self) -> Option<Self::Item> {
        self.advance().transpose()
    }
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unfinished => "the form has no last delimiter",
            Self::Delimiter => "a delimiter of the form is out of place",
            Self::Preamble => "what comes before the parts of the form is more than a note",
            Self::LineEnd => "a line of the form does not end with CR LF",
            Self::NoContent => "a part of the form has no content, not even an empty one",
            Self::TooManyFields => "a part of the form has too many or too long header fields",
            Self::Field => "a header field of a part is malformed",
            Self::RepeatedField => "a header field of a part is there twice",
            Self::Disposition => "the content-disposition of a part does not name one form field",
            Self::MediaType => "the content-type of a part is not the media type of one value",
            Self::TransferEncoding => "a part has a content-transfer-encoding",
        })
    }
}

/// Bytes in front of the parts. Programs write none.
const MAX_PREAMBLE: usize = 1024;
