//! Strings: where one ends, and what its escapes mean (RFC 8259 §7).

use super::error::Syntax;

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGHS: u64 = 0x8080_8080_8080_8080;

/// The first byte from `from` on that is a quote, a backslash or a control
/// character; the end where there is none.
#[inline(always)]
pub(super) fn plain_end(bytes: &[u8], from: usize) -> usize {
    let mut at = from;
    while let Some(word) = bytes.get(at..).and_then(|rest| rest.first_chunk::<8>()) {
        let hits = special(u64::from_le_bytes(*word));
        if hits != 0 {
            return at.wrapping_add((hits.trailing_zeros() / 8) as usize);
        }
        at = at.wrapping_add(8);
    }
    let rest = bytes.get(at..).unwrap_or_default();
    let plain = rest
        .iter()
        .take_while(|byte| !matches!(byte, b'"' | b'\\' | 0..0x20));
    at.wrapping_add(plain.count())
}

/// The high bit of each byte that isn't plain. Above the lowest one set, others
/// may be wrong: the subtractions borrow.
#[inline(always)]
fn special(word: u64) -> u64 {
    let zero = |word: u64| word.wrapping_sub(ONES) & !word;
    let quote = zero(word ^ (ONES * 0x22));
    let backslash = zero(word ^ (ONES * 0x5C));
    let control = word.wrapping_sub(ONES * 0x20) & !word;
    (quote | backslash | control) & HIGHS
}

/// Decodes the escape that starts with the backslash at `at`, and gives the
/// character with the bytes the escape takes.
pub(super) fn escape(bytes: &[u8], at: usize) -> Result<(char, usize), Syntax> {
    let rest = bytes.get(at..).unwrap_or_default();
    let letter = rest.get(1).ok_or(Syntax::UnexpectedEnd)?;
    let char = match letter {
        b'"' => '"',
        b'\\' => '\\',
        b'/' => '/',
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'u' => return unicode(rest),
        _ => return Err(Syntax::Escape),
    };
    Ok((char, 2))
}

fn unicode(rest: &[u8]) -> Result<(char, usize), Syntax> {
    let first = unit(rest)?;
    if let Some(char) = char::from_u32(first) {
        return Ok((char, 6));
    }
    let second = rest
        .get(6..)
        .filter(|next| next.starts_with(b"\\u"))
        .map(unit)
        .transpose()?;
    let pair = second.filter(|low| first < 0xDC00 && (0xDC00..0xE000).contains(low));
    let low = pair.ok_or(Syntax::LoneSurrogate)? & 0x3FF;
    let point = ((first & 0x3FF) << 10 | low).wrapping_add(0x1_0000);
    Ok((char::from_u32(point).ok_or(Syntax::LoneSurrogate)?, 12))
}

/// The UTF-16 code unit of an escape such as `\u20ac`.
fn unit(escape: &[u8]) -> Result<u32, Syntax> {
    let digits = escape.get(2..6).ok_or(Syntax::Escape)?;
    digits.iter().try_fold(0_u32, |unit, digit| {
        let digit = (*digit as char).to_digit(16).ok_or(Syntax::Escape)?;
        Ok(unit << 4 | digit)
    })
}

/// The string that `text` starts with, quotes included.
pub(super) fn quoted(text: &str) -> &str {
    let bytes = text.as_bytes();
    let mut at = plain_end(bytes, 1);
    while bytes.get(at).is_some_and(|byte| *byte != b'"') {
        at = plain_end(bytes, at.wrapping_add(2));
    }
    text.get(..=at).unwrap_or(text)
}
