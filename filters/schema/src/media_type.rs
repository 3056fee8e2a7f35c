//! Media types and ranges of them (RFC 9110 §8.3.1, §12.5.1), as far as they
//! decide which documented content a body is.

use tollgate_kit::config::is_token;

/// The value of one `content-type` field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MediaType<'a> {
    kind: &'a str,
    subtype: &'a str,
    charset: Charset,
}

/// A key of a `content` map: a type, `image/*`, or `*/*`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MediaRange {
    kind: Box<str>,
    subtype: Box<str>,
}

/// What a stream of messages is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    /// gRPC, gRPC-Web too.
    Grpc,
    /// Server-sent events, lines of JSON and others.
    Other,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Charset {
    Absent,
    Utf8,
    Other,
}

// === impl MediaType ===

impl<'a> MediaType<'a> {
    /// Reads a field's value; `None` where it is no media type, or more than one.
    #[must_use]
    pub fn parse(value: &'a [u8]) -> Option<Self> {
        let text = std::str::from_utf8(value).ok()?;
        let (essence, mut rest) = cut(text);
        let (kind, subtype) = essence.trim_matches(BLANK).split_once('/')?;
        if !is_word(kind) || !is_word(subtype) {
            return None;
        }
        let mut charset = Charset::Absent;
        while let Some(parameter) = rest {
            let (name, value, after) = split_parameter(parameter)?;
            rest = after;
            if name.eq_ignore_ascii_case("charset") {
                let known = charset == Charset::Absent && value.eq_ignore_ascii_case("utf-8");
                charset = if known { Charset::Utf8 } else { Charset::Other };
            }
        }
        Some(Self {
            kind,
            subtype,
            charset,
        })
    }

    /// `application/json`, or any type with the suffix `+json` (RFC 6839 §3.1).
    #[must_use]
    pub fn is_json(&self) -> bool {
        is_json(self.subtype)
    }

    /// What comes as it is made, without an end to wait for (HTML §9.2.5, the ndjson
    /// and JSON Lines conventions, RFC 7464, gRPC over HTTP/2).
    #[must_use]
    pub fn streams(&self) -> Option<Stream> {
        let is = |kind: &str, subtype: &str| {
            self.kind.eq_ignore_ascii_case(kind) && self.subtype.eq_ignore_ascii_case(subtype)
        };
        let grpc = self
            .subtype
            .get(..4)
            .is_some_and(|start| start.eq_ignore_ascii_case("grpc"));
        if grpc && self.kind.eq_ignore_ascii_case("application") {
            let rest = self.subtype.get(4..).unwrap_or_default();
            return (rest.is_empty() || rest.starts_with(['+', '-'])).then_some(Stream::Grpc);
        }
        let events = is("text", "event-stream") || is("multipart", "x-mixed-replace");
        let lines = ["x-ndjson", "ndjson", "jsonl", "x-jsonlines", "json-seq"];
        (events || lines.iter().any(|subtype| is("application", subtype))).then_some(Stream::Other)
    }

    /// Whether a charset is given that isn't UTF-8, the only one that JSON has
    /// (RFC 8259 §8.1).
    #[must_use]
    pub fn has_other_charset(&self) -> bool {
        self.charset == Charset::Other
    }
}

// === impl MediaRange ===

impl MediaRange {
    /// Reads a key; its parameters select nothing.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (essence, _) = cut(text);
        let (kind, subtype) = essence.trim_matches(BLANK).split_once('/')?;
        let range = Self {
            kind: kind.to_ascii_lowercase().into(),
            subtype: subtype.to_ascii_lowercase().into(),
        };
        let concrete = |part: &str| is_word(part) && part != "*";
        let valid = (concrete(kind) && is_word(subtype)) || (kind, subtype) == ("*", "*");
        valid.then_some(range)
    }

    /// How closely it names the media type: 0 for not at all.
    #[must_use]
    pub fn closeness(&self, media_type: &MediaType<'_>) -> u8 {
        if &*self.kind == "*" {
            return 1;
        }
        match self.kind.eq_ignore_ascii_case(media_type.kind) {
            true if &*self.subtype == "*" => 2,
            true if self.subtype.eq_ignore_ascii_case(media_type.subtype) => EXACT,
            true | false => 0,
        }
    }

    /// Whether all it names is JSON.
    #[must_use]
    pub fn is_json(&self) -> bool {
        is_json(&self.subtype)
    }

    /// Whether some of what it names is JSON.
    #[must_use]
    pub fn may_be_json(&self) -> bool {
        self.is_json() || &*self.subtype == "*"
    }
}

fn is_json(subtype: &str) -> bool {
    let suffix = subtype
        .len()
        .checked_sub(5)
        .and_then(|at| subtype.get(at..));
    subtype.eq_ignore_ascii_case("json")
        || suffix.is_some_and(|suffix| suffix.eq_ignore_ascii_case("+json"))
}

/// What stands before the first semicolon, and after it.
fn cut(text: &str) -> (&str, Option<&str>) {
    match text.split_once(';') {
        Some((before, after)) => (before, Some(after)),
        None => (text, None),
    }
}

/// `name=value` or `name="value"`, and what follows the next semicolon. An empty
/// parameter is none (RFC 9110 §5.6.6).
fn split_parameter(text: &str) -> Option<(&str, &str, Option<&str>)> {
    let text = text.trim_start_matches(BLANK);
    if text.is_empty() || text.starts_with(';') {
        return Some(("", "", cut(text).1));
    }
    let (name, rest) = text.split_once('=')?;
    let (value, after) = match rest.strip_prefix('"') {
        Some(quoted) => {
            let end = closing_quote(quoted)?;
            let (value, after) = quoted.split_at_checked(end)?;
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
    is_word(name).then_some((name, value, after))
}

fn closing_quote(text: &str) -> Option<usize> {
    let mut escaped = false;
    text.bytes().position(|byte| {
        let closes = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        closes
    })
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(is_token)
}

/// The closeness of a range that is the very media type.
pub const EXACT: u8 = 3;
const BLANK: [char; 2] = [' ', '\t'];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_that_two_readers_could_take_differently_are_refused() {
        for (value, json) in [
            ("application/json", true),
            ("Application/JSON; charset=\"UTF-8\"", true),
            ("application/problem+json;charset=utf-8;", true),
            ("application/vnd.x+JSON ; q=\"a;b\\\"c\"", true),
            ("text/plain", false),
            ("application/jsonp", false),
        ] {
            let media_type = MediaType::parse(value.as_bytes()).unwrap();
            assert_eq!(media_type.is_json(), json, "{value}");
            assert!(!media_type.has_other_charset(), "{value}");
        }
        for value in [
            "",
            "json",
            "application/json, text/plain",
            "application/json; charset",
            "application/json; charset=\"utf-8",
            "a b/c",
            "application/json; x=\"a\" y",
            "application/json\u{e9}",
        ] {
            assert_eq!(MediaType::parse(value.as_bytes()), None, "{value}");
        }
        for value in [
            "application/json; charset=latin1",
            "application/json; charset=utf-8; charset=utf-8",
            "application/json;CHARSET=utf-16",
        ] {
            assert!(
                MediaType::parse(value.as_bytes())
                    .unwrap()
                    .has_other_charset(),
                "{value}"
            );
        }
    }

    #[test]
    fn the_closest_range_is_the_most_concrete() {
        let json = MediaType::parse(b"application/json").unwrap();
        let closeness = |range: &str| MediaRange::parse(range).unwrap().closeness(&json);
        assert_eq!(
            [
                "application/json; v=1",
                "application/*",
                "*/*",
                "text/*",
                "application/xml"
            ]
            .map(closeness),
            [3, 2, 1, 0, 0]
        );
        for range in ["json", "*/json", "a/b/c", "", "a/"] {
            assert_eq!(MediaRange::parse(range), None, "{range}");
        }
    }
}
