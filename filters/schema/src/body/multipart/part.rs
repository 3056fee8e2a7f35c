//! One part: its header fields, as far as RFC 7578 §4.8 lets them mean something,
//! and its content.

use super::boundary::Boundary;
use super::{Malformed, disposition};
use crate::media_type::MediaType;
use tollgate_kit::config::is_token;

/// A part.
#[derive(Debug, PartialEq, Eq)]
pub struct Part<'b> {
    /// The name of the field that it is the value of.
    pub name: &'b str,
    /// What its content is, where it says so.
    pub media_type: Option<MediaType<'b>>,
    /// All its header fields.
    pub fields: Vec<Field<'b>>,
    /// The value.
    pub content: &'b [u8],
}

/// A header field's name and value.
pub type Field<'b> = (&'b [u8], &'b [u8]);

impl<'b> Part<'b> {
    pub(super) fn new(fields: Vec<Field<'b>>, content: &'b [u8]) -> Result<Self, Malformed> {
        let name = only(&fields, "content-disposition")?.ok_or(Malformed::Disposition)?;
        let media_type = only(&fields, "content-type")?.map(MediaType::parse);
        let media_type = match media_type {
            Some(Some(media_type)) if !media_type.is_multipart() => Some(media_type),
            Some(_) => return Err(Malformed::MediaType),
            None => None,
        };
        let encoding = only(&fields, "content-transfer-encoding")?.unwrap_or(b"binary");
        let identities = ["7bit", "8bit", "binary"].map(str::as_bytes);
        if !identities
            .iter()
            .any(|identity| encoding.eq_ignore_ascii_case(identity))
        {
            return Err(Malformed::TransferEncoding);
        }
        Ok(Self {
            name: disposition::name(name)?,
            media_type,
            fields,
            content,
        })
    }
}

/// The value of a field that may be there once.
fn only<'b>(fields: &[Field<'b>], name: &str) -> Result<Option<&'b [u8]>, Malformed> {
    let mut values = fields
        .iter()
        .filter(|(known, _)| known.eq_ignore_ascii_case(name.as_bytes()))
        .map(|(_, value)| *value);
    match (values.next(), values.next()) {
        (_, Some(_)) => Err(Malformed::RepeatedField),
        (found, None) => Ok(found),
    }
}

/// The header fields that a part begins with, and what follows them.
pub(super) fn fields<'b>(
    part: &'b [u8],
    boundary: &Boundary<'_>,
) -> Result<(Vec<Field<'b>>, &'b [u8]), Malformed> {
    let mut fields = Vec::new();
    let mut rest = part;
    loop {
        let read = part.len().saturating_sub(rest.len());
        if fields.len() > MAX_FIELDS || read > MAX_BYTES {
            return Err(Malformed::TooManyFields);
        }
        if boundary.strip(rest).is_some() {
            return Err(Malformed::NoContent);
        }
        let (line, next) = line(rest)?;
        rest = next;
        if line.is_empty() {
            return Ok((fields, rest));
        }
        fields.push(field(line).ok_or(Malformed::Field)?);
    }
}

/// The first line, and those after it.
fn line(text: &[u8]) -> Result<(&[u8], &[u8]), Malformed> {
    let head = text.get(..MAX_BYTES).unwrap_or(text);
    let end = head.iter().position(|byte| matches!(byte, b'\r' | b'\n'));
    let Some((line, ended)) = end.and_then(|end| text.split_at_checked(end)) else {
        return Err(match head.len() < text.len() {
            true => Malformed::TooManyFields,
            false => Malformed::Unfinished,
        });
    };
    let next = ended.strip_prefix(b"\r\n").ok_or(Malformed::LineEnd)?;
    Ok((line, next))
}

fn field(line: &[u8]) -> Option<Field<'_>> {
    let colon = line.iter().position(|byte| *byte == b':')?;
    let (name, value) = line.split_at_checked(colon)?;
    let value = value.get(1..)?;
    let named = !name.is_empty() && name.iter().copied().all(is_token);
    let clean = |byte: &u8| *byte == b'\t' || !byte.is_ascii_control();
    (named && value.iter().all(clean)).then_some((name, value.trim_ascii()))
}

/// Header fields of a part: there are three that mean something.
const MAX_FIELDS: usize = 32;
/// Bytes of them.
const MAX_BYTES: usize = 8 * 1024;
