//! A look that spares the texts of most requests the rest: plain words, of which
//! none is one that a statement in words alone needs.

/// Whether a text is nothing that any signature needs: one word, or prose. The look
/// at each byte is a table's, as most texts are looked at no further.
pub(super) fn is_harmless(text: &[u8]) -> bool {
    let kinds = text.iter().fold(0, |kinds, byte| {
        kinds | KINDS.get(usize::from(*byte)).copied().unwrap_or(OTHER)
    });
    match kinds {
        WORD => true,
        SEPARATOR => is_prose(text),
        _ => false,
    }
}

/// What a byte may be part of.
const WORD: u8 = 0;
const SEPARATOR: u8 = 1;
const OTHER: u8 = 2;

static KINDS: [u8; 256] = kinds();

const fn kinds() -> [u8; 256] {
    let mut kinds = [OTHER; 256];
    let mut rest: &mut [u8] = &mut kinds;
    let mut byte = 0_u8;
    while let Some((kind, tail)) = rest.split_first_mut() {
        *kind = match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | 0x80..=0x9F | 0xA1.. => WORD,
            b' ' | b'.' | b'@' | b':' | b'-' => SEPARATOR,
            _ => OTHER,
        };
        rest = tail;
        byte = byte.wrapping_add(1);
    }
    kinds
}

/// Whether a text is plain words without any that SQL needs. Such a text can have
/// keywords (`with`, `name`), but no signature.
fn is_prose(text: &[u8]) -> bool {
    let mut word = 0_usize;
    let mut last = b' ';
    for (at, byte) in text.iter().enumerate() {
        let before = std::mem::replace(&mut last, *byte);
        match *byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' => continue,
            b' ' | b'.' | b'@' | b':' => {}
            // Two of them begin a comment.
            b'-' if before != b'-' => {}
            0x80..=0x9F | 0xA1.. => continue,
            _ => return false,
        }
        if is_needed(text.get(word..at).unwrap_or_default()) {
            return false;
        }
        word = at.saturating_add(1);
    }
    !is_needed(text.get(word..).unwrap_or_default())
}

/// Whether a statement in words alone may need a word. Digits in front are a number
/// that the word is written to: `1or`.
fn is_needed(word: &[u8]) -> bool {
    let digits = word.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let word = word.get(digits..).unwrap_or_default();
    let known: &[&[u8]] = match word.len() {
        2 => &[b"or", b"is", b"in", b"if", b"as", b"by"],
        3 => &[b"and", b"not", b"xor", b"div", b"mod", b"set", b"use"],
        4 => &[
            b"like", b"from", b"drop", b"exec", b"case", b"into", b"null", b"load", b"kill",
            b"true",
        ],
        5 => &[
            b"union", b"where", b"group", b"order", b"limit", b"rlike", b"alter", b"table",
            b"begin", b"grant", b"merge", b"false", b"sleep",
        ],
        6 => &[
            b"select", b"insert", b"update", b"delete", b"having", b"create", b"regexp", b"values",
            b"exists", b"except", b"rename", b"sounds", b"isnull",
        ],
        7 => &[
            b"between", b"execute", b"declare", b"waitfor", b"replace", b"collate", b"notnull",
            b"similar", b"handler",
        ],
        8.. => &[
            b"truncate",
            b"procedure",
            b"intersect",
            b"benchmark",
            b"shutdown",
            b"distinct",
            b"database",
            b"password",
            b"localtime",
            b"current_user",
        ],
        _ => &[],
    };
    known.iter().any(|known| word.eq_ignore_ascii_case(known))
}
