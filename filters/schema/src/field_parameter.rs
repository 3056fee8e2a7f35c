//! Parameters behind a field's value (RFC 9110 §5.6.6): `; name=value`, where a
//! value may be quoted. Strict, so that no reader sees other ones.

use tollgate_kit::config::is_token;

/// One parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FieldParameter<'a> {
    /// Its name, in the case that it came in.
    pub name: &'a str,
    /// Its value without the quotes around it; escapes stand as they came.
    pub value: &'a str,
}

/// The parameters of a value, in order; the last is `None` where they break off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FieldParameters<'a> {
    rest: Option<&'a str>,
}

// === impl FieldParameter ===

impl FieldParameter<'_> {
    /// Whether this is its name.
    #[must_use]
    pub const fn is_named(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }
}

// === impl FieldParameters ===

impl<'a> FieldParameters<'a> {
    /// None.
    pub const NONE: Self = Self { rest: None };

    /// What stands before the first semicolon, and the parameters behind it.
    #[must_use]
    pub fn split(text: &'a str) -> (&'a str, Self) {
        let (before, rest) = cut(text);
        (before.trim_matches(BLANK), Self { rest })
    }
}

impl<'a> Iterator for FieldParameters<'a> {
    type Item = Option<FieldParameter<'a>>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let text = self.rest?.trim_start_matches(BLANK);
            if !text.is_empty() && !text.starts_with(';') {
                let parsed = parse(text);
                self.rest = parsed.and_then(|(_, rest)| rest);
                return Some(parsed.map(|(parameter, _)| parameter));
            }
            // An empty parameter is none.
            self.rest = cut(text).1;
        }
    }
}

fn parse(text: &str) -> Option<(FieldParameter<'_>, Option<&str>)> {
    let (name, rest) = text.split_once('=')?;
    let (value, after) = match rest.strip_prefix('"') {
        Some(quoted) => {
            let (value, after) = quoted.split_at_checked(closing_quote(quoted)?)?;
            let (blank, after) = cut(after.get(1..)?);
            (
                value,
                blank.trim_matches(BLANK).is_empty().then_some(after)?,
            )
        }
        None => {
            let (value, after) = cut(rest);
            let value = value.trim_end_matches(BLANK);
            (is_word(value).then_some(value)?, after)
        }
    };
    is_word(name).then_some((FieldParameter { name, value }, after))
}

fn closing_quote(text: &str) -> Option<usize> {
    let mut escaped = false;
    text.bytes().position(|byte| {
        let closes = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        closes
    })
}

/// Whether it is a token.
#[must_use]
pub fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(is_token)
}

/// What stands before the first semicolon, and after it.
fn cut(text: &str) -> (&str, Option<&str>) {
    match text.split_once(';') {
        Some((before, after)) => (before, Some(after)),
        None => (text, None),
    }
}

/// Optional white space (RFC 9110 §5.6.3).
const BLANK: [char; 2] = [' ', '\t'];
