//! Structured fields, as far as `Cross-Origin-Embedder-Policy` and
//! `Cross-Origin-Opener-Policy` need them: an item that is a token, with any
//! parameters. RFC 9651 §3.3; display strings are refused.

/// The token that a whole field value is; `None` where it is anything else.
#[must_use]
pub fn token(value: &str) -> Option<&str> {
    let (token, mut rest) = bare_token(value.trim_matches(' '))?;
    while let Some(parameter) = rest.strip_prefix(';') {
        let (_, after) = key(parameter.trim_start_matches(' '))?;
        rest = match after.strip_prefix('=') {
            Some(item) => bare_item(item)?,
            None => after,
        };
    }
    rest.is_empty().then_some(token)
}

/// RFC 9651 §3.3.4.
fn bare_token(text: &str) -> Option<(&str, &str)> {
    let first = |next: char| next.is_ascii_alphabetic() || next == '*';
    let other = |next: char| next.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~:/".contains(next);
    led(text, first, other)
}

/// RFC 9651 §3.1.2.
fn key(text: &str) -> Option<(&str, &str)> {
    let first = |next: char| next.is_ascii_lowercase() || next == '*';
    let other =
        |next: char| next.is_ascii_lowercase() || next.is_ascii_digit() || "_-.*".contains(next);
    led(text, first, other)
}

/// What follows one value of a parameter.
fn bare_item(text: &str) -> Option<&str> {
    match text.chars().next()? {
        '"' => string(&text[1..]),
        ':' => binary(&text[1..]),
        '?' => text[1..].strip_prefix(['0', '1']),
        '@' => number(&text[1..]).filter(|rest| !text[..text.len() - rest.len()].contains('.')),
        '-' | '0'..='9' => number(text),
        _ => bare_token(text).map(|(_, rest)| rest),
    }
}

/// RFC 9651 §3.3.3.
fn string(text: &str) -> Option<&str> {
    let mut characters = text.char_indices();
    while let Some((at, next)) = characters.next() {
        match next {
            '"' => return Some(&text[at + 1..]),
            '\\' => {
                characters
                    .next()
                    .filter(|(_, next)| "\"\\".contains(*next))?;
            }
            ' '..='~' => {}
            _ => return None,
        }
    }
    None
}

/// RFC 9651 §3.3.5.
fn binary(text: &str) -> Option<&str> {
    let (content, rest) = text.split_once(':')?;
    let is_base64 = |next: char| next.is_ascii_alphanumeric() || "+/=".contains(next);
    content.chars().all(is_base64).then_some(rest)
}

/// RFC 9651 §3.3.1 and §3.3.2.
fn number(text: &str) -> Option<&str> {
    let (whole, rest) = digits(text.strip_prefix('-').unwrap_or(text));
    let Some(fraction) = rest.strip_prefix('.') else {
        return (1..=15).contains(&whole).then_some(rest);
    };
    let (places, rest) = digits(fraction);
    ((1..=12).contains(&whole) && (1..=3).contains(&places)).then_some(rest)
}

fn digits(text: &str) -> (usize, &str) {
    let rest = text.trim_start_matches(|next: char| next.is_ascii_digit());
    (text.len() - rest.len(), rest)
}

/// A character of one kind, then any number of another, and what follows.
fn led(
    text: &str,
    first: impl Fn(char) -> bool,
    other: impl Fn(char) -> bool,
) -> Option<(&str, &str)> {
    let after = text.strip_prefix(first)?;
    let rest = after.trim_start_matches(other);
    Some(text.split_at(text.len() - rest.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_of_every_type_are_passed_over() {
        for value in [
            "a",
            " a;b ",
            "a; b=c/d:e;  *f=\"g\\\"h\\\\;i\"",
            "a;b=-1;c=1.25;d=999999999999999",
            "a;b=:aGk=:;c=?1;d=@-1659578233",
        ] {
            assert_eq!(token(value), Some("a"), "{value}");
        }
    }

    #[test]
    fn what_is_no_token_with_parameters_is_nothing() {
        for value in [
            "",
            "\"a\"",
            "1",
            "?1",
            "a b",
            "a,b",
            "a;",
            "a;B",
            "a;b=",
            "a;b=c d",
            "a ;b",
            "a;b=\"c",
            "a;b=\"\\c\"",
            "a;b=1.",
            "a;b=1.2345",
            "a;b=1234567890123456",
            "a;b=:c",
            "a;b=:!:",
            "a;b=?2",
            "a;b=@1.5",
            "a;b=\"\u{e9}\"",
        ] {
            assert_eq!(token(value), None, "{value}");
        }
    }
}
