//! A look that spares the texts of most requests the rest: words, and the marks
//! between them, of which none is what a signature needs.
//!
//! A fingerprint of SQL has a string, a bracket, a comment, a semicolon, a variable
//! or a word that joins, groups or begins statements; else it is names, numbers,
//! keywords and signs, which prose is, too. A signature of HTML has `<` or `=`.

/// Whether a text has nothing that any signature needs. Most texts are looked at no
/// further, so that a byte costs a look into a table, and a word another.
pub(super) fn is_harmless(text: &[u8]) -> bool {
    let mut seen = WORD;
    let mut rest = text;
    loop {
        let end = rest.iter().position(|byte| kind(*byte) != WORD);
        let (word, after) = match end.and_then(|end| rest.split_at_checked(end)) {
            Some((word, after)) => (word, after),
            None => (rest, &b""[..]),
        };
        if may_be_needed(word) {
            if is_needed(word) {
                return false;
            }
            let is_numbered = word.first().is_some_and(u8::is_ascii_digit);
            seen |= if is_numbered { SIGN } else { WORD };
        }
        let Some((mark, after)) = after.split_first() else {
            // `1-x@y` has a variable behind a sign, `1not@y` behind one in letters.
            return seen & AT == 0 || seen & !(AT | POINT) == 0;
        };
        let kind = kind(*mark);
        let is_other = match kind {
            // Two begin a comment.
            DASH => after.first() == Some(mark),
            // After a word it is that of an address; else it begins a variable.
            AT => word.is_empty(),
            kind => kind == OTHER,
        };
        if is_other {
            return false;
        }
        seen |= kind;
        rest = after;
    }
}

/// What most words end at: one with their length, first and last byte isn't needed.
/// With a number in front the rest decides.
#[inline(always)]
fn may_be_needed(word: &[u8]) -> bool {
    let [first, .., last] = word else {
        return false;
    };
    let lengths = LENGTHS.get(slot(*first, *last)).copied();
    lengths.unwrap_or(u32::MAX) & length(word.len()) != 0 || first.is_ascii_digit()
}

// What a byte is part of.
const WORD: u8 = 0;
const SPACE: u8 = 1;
const POINT: u8 = 2;
const SIGN: u8 = 4;
const DASH: u8 = 8;
const AT: u8 = 16;
const OTHER: u8 = 32;

fn kind(byte: u8) -> u8 {
    KINDS.get(usize::from(byte)).copied().unwrap_or(OTHER)
}

static KINDS: [u8; 256] = kinds();

const fn kinds() -> [u8; 256] {
    let mut kinds = [OTHER; 256];
    let mut rest: &mut [u8] = &mut kinds;
    let mut byte = 0_u8;
    while let Some((kind, tail)) = rest.split_first_mut() {
        *kind = match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | 0x80..=0x9F | 0xA1.. => WORD,
            b'\t' | b'\n' | b'\r' | b' ' | b',' | b'?' => SPACE,
            b'.' => POINT,
            b'!' | b'%' | b'+' | b'/' | b':' => SIGN,
            b'-' => DASH,
            b'@' => AT,
            _ => OTHER,
        };
        rest = tail;
        byte = byte.wrapping_add(1);
    }
    kinds
}

/// Whether a statement may need a word. Digits in front are a number that the word is
/// written to: `1or`, `1fUNION`.
#[cold]
fn is_needed(word: &[u8]) -> bool {
    let digits = word.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (number, rest) = word.split_at_checked(digits).unwrap_or((word, b""));
    match (number, rest) {
        // Digits of another kind may follow: `0x1or`, `0b1or`, `1e1or`.
        (b"0", [b'x' | b'X' | b'b' | b'B', ..]) | ([_, ..], [b'e' | b'E', ..]) => true,
        ([_, ..], [b'd' | b'D' | b'f' | b'F', union @ ..]) if is_listed(union) => true,
        _ => is_listed(rest),
    }
}

fn is_listed(word: &[u8]) -> bool {
    may_be_needed(word)
        && NEEDED
            .iter()
            .any(|needed| word.eq_ignore_ascii_case(needed))
}

/// By the first and the last letter of a needed word: the lengths of those that are.
static LENGTHS: [u32; 256] = lengths();

const fn lengths() -> [u32; 256] {
    let mut lengths = [0; 256];
    let mut rest = NEEDED;
    while let Some((word, tail)) = rest.split_first() {
        if let (Some(first), Some(last)) = (word.first(), word.last())
            && let Some((_, from)) = lengths.split_at_mut_checked(slot(*first, *last))
            && let Some((entry, _)) = from.split_first_mut()
        {
            *entry |= length(word.len());
        }
        rest = tail;
    }
    lengths
}

/// The same for both cases of letters.
#[inline(always)]
const fn slot(first: u8, last: u8) -> usize {
    ((first & 0x1F).wrapping_mul(7) ^ (last & 0x1F).wrapping_mul(37)) as usize
}

/// A bit for a length; no needed word's is above 31.
#[inline(always)]
const fn length(len: usize) -> u32 {
    match len {
        0..=31 => 1 << len,
        _ => 0,
    }
}

/// Words that join, group or begin statements, or are variables. Of two in a row, one.
#[rustfmt::skip]
const NEEDED: &[&[u8]] = &[
    b"by", b"go", b"or",
    b"and", b"set", b"try", b"use", b"xor",
    b"call", b"case", b"drop", b"exec", b"goto", b"into", b"load", b"null",
    b"begin", b"limit", b"print", b"union", b"while",
    b"create", b"delete", b"except", b"having", b"insert", b"select", b"uni_on", b"update",
    b"collate", b"current", b"declare", b"execute", b"handler", b"unknown", b"waitfor",
    b"shutdown", b"intersect", b"localtime", b"raiseerror",
    b"current_date", b"current_path", b"current_server", b"current_time", b"current_timestamp", b"current_timezone", b"current_user", b"localtimestamp",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::budget::Budget;
    use crate::injection::Category;
    use proptest::prelude::*;

    const WORDS: &str = include_str!("sqli/words.txt");
    const MARKS: &[&str] = &[
        " ", "  ", "\t", "\n", ".", ",", ", ", "?", "!", "%", "+", "/", ":", "-", " - ", "--", "@",
        "@@", "_", "0", "1", "1e", "1f", "0x", "0b", "\u{a0}", "é", "'", "\"", "(", ")", ";", "#",
        "/*", "*/", "\\", "`", "$", "[", "]", "{", "}", "=", "<", ">", "|", "&", "^", "~",
    ];

    fn piece() -> impl Strategy<Value = String> {
        let words: Vec<&str> = WORDS
            .lines()
            .filter_map(|line| line.split('\t').next())
            .collect();
        let named = proptest::sample::select(words).prop_map(str::to_lowercase);
        let mark = proptest::sample::select(MARKS).prop_map(str::to_owned);
        let harmless = proptest::sample::select(&MARKS[..15]).prop_map(str::to_owned);
        prop_oneof![3 => named, 4 => harmless, 1 => mark, 2 => "[a-z0-9]{1,3}"]
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            cases: 50_000,
            failure_persistence: None,
            ..ProptestConfig::default()
        })]
        #[test]
        fn what_is_called_harmless_has_no_signature(
            text in proptest::collection::vec(piece(), 1..12).prop_map(|pieces| pieces.concat())
        ) {
            if is_harmless(text.as_bytes()) {
                for category in Category::ALL {
                    let found = category.matches(text.as_bytes(), &mut Budget::new(1_000_000));
                    prop_assert_eq!(found, Ok(false), "{}", text);
                }
            }
        }
    }

    #[test]
    fn what_requests_have_in_their_texts_is_harmless() {
        for text in [
            "",
            "ORD-100001",
            "alice@example.com",
            "a.b2@mail.example.org",
            "8a6e0804-2bd0-4672-b79d-d97027f9071a",
            "2026-07-01T09:30:00Z",
            "Kettle, 1.7 l, stainless steel, with a cordless base, silver",
            "https://example.com/orders/7?page",
            "Is it as good as the one from last year? 100%!",
            "naïve café",
        ] {
            assert!(is_harmless(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn what_an_attack_may_be_is_looked_at() {
        for text in [
            "1or 1", "0not@", "0 not@x", "1 OR 1", "0x1or 1", "1e1or 1", "1fUNION", "1-- ", "1-@x",
            "@x", "x,@y", "a;b", "x'", "f(1)", "<b>", "a=b", "1 into x", "1/**/", "\u{a0}x",
        ] {
            assert!(!is_harmless(text.as_bytes()), "{text}");
        }
    }
}
