//! Strings and numbers as the dialects of SQL write them. Each reader takes what
//! follows the opening, and tells what is inside, whether it was closed, and the rest.

/// What is inside a string, what closed it, and what follows.
pub type Quoted<'t> = (&'t [u8], Option<u8>, &'t [u8]);

/// A string up to `quote`, unless that is escaped by a backslash or doubled.
pub fn quoted(text: &[u8], quote: u8) -> Quoted<'_> {
    let mut bytes = text.iter().enumerate();
    let mut escaped = false;
    while let Some((at, byte)) = bytes.next() {
        match *byte {
            b'\\' => escaped = !escaped,
            byte if byte == quote && !escaped => {
                let (inside, rest) = text.split_at_checked(at).unwrap_or((text, &[]));
                let rest = rest.get(1..).unwrap_or_default();
                if rest.first() != Some(&quote) {
                    return (inside, Some(quote), rest);
                }
                bytes.next();
            }
            _ => escaped = false,
        }
    }
    (text, None, &[])
}

/// A string up to the two bytes of `end`.
pub fn delimited(text: &[u8], end: [u8; 2]) -> Quoted<'_> {
    match find(text, &end) {
        Some((inside, rest)) => (inside, Some(end[0]), rest),
        None => (text, None, &[]),
    }
}

/// What stands before the first `needle`, and what stands after it. Needles are
/// short, or begin with a byte that is not in them again: time is linear.
pub fn find<'t>(text: &'t [u8], needle: &[u8]) -> Option<(&'t [u8], &'t [u8])> {
    let at = text
        .windows(needle.len().max(1))
        .position(|window| window == needle)?;
    let (before, rest) = text.split_at_checked(at)?;
    Some((before, rest.get(needle.len()..)?))
}

/// The bytes up to the first that isn't one of these, and the rest.
pub fn span(text: &[u8], is: impl Fn(u8) -> bool) -> (&[u8], &[u8]) {
    let end = text.iter().position(|byte| !is(*byte));
    text.split_at_checked(end.unwrap_or(text.len()))
        .unwrap_or((text, &[]))
}

/// A number, or what only looks like one.
#[derive(Debug, PartialEq, Eq)]
pub enum Numeral {
    /// A dot alone.
    Dot,
    /// An exponent without digits, `0x` without any: a word.
    Word,
    /// A number.
    Number,
}

/// The number that a text begins with, which is a digit or a dot.
pub fn number(text: &[u8]) -> (Numeral, &[u8]) {
    let based = match text {
        [b'0', b'x' | b'X', digits @ ..] => {
            Some((digits, span(digits, |byte| byte.is_ascii_hexdigit()).1))
        }
        [b'0', b'b' | b'B', digits @ ..] => {
            Some((digits, span(digits, |byte| matches!(byte, b'0' | b'1')).1))
        }
        _ => None,
    };
    if let Some((digits, rest)) = based {
        return match rest.len() == digits.len() {
            true => (Numeral::Word, rest),
            false => (Numeral::Number, rest),
        };
    }
    let digits = |text| span(text, |byte| u8::is_ascii_digit(&byte)).1;
    let mut rest = digits(text);
    if let [b'.', fraction @ ..] = rest {
        let after = digits(fraction);
        if rest.len() == text.len() && after.len() == fraction.len() {
            return (Numeral::Dot, after);
        }
        rest = after;
    }
    let mut kind = Numeral::Number;
    if let [b'e' | b'E', exponent @ ..] = rest {
        let exponent = match exponent {
            [b'+' | b'-', exponent @ ..] => exponent,
            unsigned => unsigned,
        };
        rest = digits(exponent);
        if rest.len() == exponent.len() {
            kind = Numeral::Word;
        }
    }
    (kind, unsuffixed(rest))
}

/// What follows the suffix of Oracle's floats: `1.2f`, and `1fUNION` is `1f UNION`.
fn unsuffixed(text: &[u8]) -> &[u8] {
    match text {
        [b'd' | b'D' | b'f' | b'F'] => &[],
        [b'd' | b'D' | b'f' | b'F', rest @ ..] => match rest {
            [byte, ..] if is_space(*byte) || matches!(byte, b';' | b'u' | b'U') => rest,
            _ => text,
        },
        _ => text,
    }
}

/// What separates words: white space, NUL (Oracle), and the non-breaking space of Latin-1.
pub const fn is_space(byte: u8) -> bool {
    matches!(byte, b'\t'..=b'\r' | b' ' | 0 | 0xA0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_end_a_string_unless_escaped_or_doubled() {
        let inside = |text: &'static str| {
            let (inside, closed, rest) = quoted(text.as_bytes(), b'\'');
            (inside.len(), closed.is_some(), rest.len())
        };
        assert_eq!(inside("ab'c"), (2, true, 1));
        assert_eq!(inside(r"a\'b'c"), (4, true, 1));
        assert_eq!(inside(r"a\\'b'c"), (3, true, 3));
        assert_eq!(inside("a''b'c"), (4, true, 1));
        assert_eq!(inside(r"\''b"), (2, true, 1));
        assert_eq!(inside("a''"), (3, false, 0));
        assert_eq!(inside(""), (0, false, 0));
    }

    #[test]
    fn numbers_end_where_a_database_would_say_so() {
        for (text, kind, rest) in [
            ("12 ", Numeral::Number, " "),
            ("1.5e3x", Numeral::Number, "x"),
            (".5", Numeral::Number, ""),
            (".x", Numeral::Dot, "x"),
            ("1.e+", Numeral::Word, ""),
            ("0x", Numeral::Word, ""),
            ("0xfFg", Numeral::Number, "g"),
            ("0b12", Numeral::Number, "2"),
            ("1fUNION", Numeral::Number, "UNION"),
            ("1from", Numeral::Number, "from"),
            ("1d", Numeral::Number, ""),
        ] {
            assert_eq!(number(text.as_bytes()), (kind, rest.as_bytes()), "{text}");
        }
    }
}
