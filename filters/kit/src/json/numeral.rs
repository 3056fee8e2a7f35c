//! The grammar of numbers (RFC 8259 §6) and their limits, without their values.

use super::error::{ErrorKind, LimitKind, Syntax};
use super::limits::Limits;

/// What is wrong with a number, and where.
pub(super) type Fault = (usize, ErrorKind);

/// Where the number that starts at `start` ends.
#[inline(always)]
pub(super) fn end(bytes: &[u8], start: usize, limits: &Limits) -> Result<usize, Fault> {
    let negative = bytes.get(start) == Some(&b'-');
    let from = start.wrapping_add(usize::from(negative));
    let mut end = after_digits(bytes, from);
    let mut digits = end.wrapping_sub(from);
    if digits != 1 {
        several(bytes, from, end)?;
    }
    if bytes.get(end) == Some(&b'.') {
        let from = end.wrapping_add(1);
        end = after_digits(bytes, from);
        if end == from {
            return Err(missing(bytes, end));
        }
        digits = digits.wrapping_add(end.wrapping_sub(from));
    }
    if digits > limits.number_digits {
        return Err((start, LimitKind::Digits.into()));
    }
    match bytes.get(end) {
        Some(b'e' | b'E') => after_exponent(bytes, start, end, limits),
        Some(_) | None => Ok(end),
    }
}

/// Where the exponent ends whose letter is at `letter`.
fn after_exponent(
    bytes: &[u8],
    start: usize,
    letter: usize,
    limits: &Limits,
) -> Result<usize, Fault> {
    let at = letter.wrapping_add(1);
    let signed = matches!(bytes.get(at), Some(b'+' | b'-'));
    let from = at.wrapping_add(usize::from(signed));
    let end = after_digits(bytes, from);
    let digits = bytes.get(from..end).unwrap_or_default();
    if digits.is_empty() {
        return Err(missing(bytes, end));
    }
    if digits.len() > limits.number_digits {
        return Err((start, LimitKind::Digits.into()));
    }
    let value = digits.iter().fold(0_u64, |value, digit| {
        let digit = u64::from(digit.wrapping_sub(b'0'));
        value.saturating_mul(10).saturating_add(digit)
    });
    if value > u64::from(limits.exponent) {
        return Err((start, LimitKind::Exponent.into()));
    }
    Ok(end)
}

/// Where the digits that start at `from` end.
#[inline(always)]
fn after_digits(bytes: &[u8], from: usize) -> usize {
    let mut at = from;
    while bytes.get(at).is_some_and(u8::is_ascii_digit) {
        at = at.wrapping_add(1);
    }
    at
}

/// Judges digits before the point that aren't a single one.
#[inline(always)]
fn several(bytes: &[u8], from: usize, end: usize) -> Result<(), Fault> {
    if end == from {
        return Err(missing(bytes, from));
    }
    if bytes.get(from) == Some(&b'0') {
        return Err((from, Syntax::LeadingZero.into()));
    }
    Ok(())
}

#[cold]
fn missing(bytes: &[u8], at: usize) -> Fault {
    let ended = at >= bytes.len();
    (
        at,
        if ended {
            Syntax::UnexpectedEnd
        } else {
            Syntax::Number
        }
        .into(),
    )
}
