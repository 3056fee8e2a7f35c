//! Media types and ranges of them (RFC 9110 §8.3.1, §12.5.1), as far as they
//! decide which documented content a body is.

mod kind;
mod range;

pub use kind::{Kind, Stream};
pub use range::{EXACT, MediaRange};

use crate::field_parameter::{FieldParameters, is_word};

/// The value of one `content-type` field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MediaType<'a> {
    main: &'a str,
    subtype: &'a str,
    parameters: FieldParameters<'a>,
    charset: Charset,
}

/// The charset that a media type names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Charset {
    /// None.
    Absent,
    /// UTF-8.
    Utf8,
    /// US-ASCII, which is a part of UTF-8.
    Ascii,
    /// Another, or more than one.
    Other,
}

// === impl MediaType ===

impl<'a> MediaType<'a> {
    /// What a part of a form is that doesn't say (RFC 7578 §4.4).
    pub const TEXT: MediaType<'static> = MediaType {
        main: "text",
        subtype: "plain",
        parameters: FieldParameters::NONE,
        charset: Charset::Absent,
    };

    /// Reads a field's value; `None` where it is no media type, or more than one.
    #[must_use]
    pub fn parse(value: &'a [u8]) -> Option<Self> {
        let text = std::str::from_utf8(value).ok()?;
        let (essence, parameters) = FieldParameters::split(text);
        let (main, subtype) = essence.split_once('/')?;
        if !is_word(main) || !is_word(subtype) {
            return None;
        }
        let mut charset = Charset::Absent;
        for parameter in parameters {
            let parameter = parameter?;
            if parameter.is_named("charset") {
                charset = match charset {
                    Charset::Absent => Charset::named(parameter.value),
                    Charset::Utf8 | Charset::Ascii | Charset::Other => Charset::Other,
                };
            }
        }
        Some(Self {
            main,
            subtype,
            parameters,
            charset,
        })
    }

    /// What it is.
    #[must_use]
    pub fn kind(&self) -> Kind {
        kind::of(self.main, self.subtype)
    }

    /// What comes as it is made, without an end to wait for (HTML §9.2.5, the ndjson
    /// and JSON Lines conventions, RFC 7464, gRPC over HTTP/2).
    #[must_use]
    pub fn streams(&self) -> Option<Stream> {
        kind::streams(self.main, self.subtype)
    }

    /// The charset that is given.
    #[must_use]
    pub const fn charset(&self) -> Charset {
        self.charset
    }

    /// Whether it is text that isn't of any format.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.main.eq_ignore_ascii_case("text") && self.subtype.eq_ignore_ascii_case("plain")
    }

    /// Whether it is a form's or a mail's in parts.
    #[must_use]
    pub const fn is_multipart(&self) -> bool {
        self.main.eq_ignore_ascii_case("multipart")
    }

    /// Its parameters.
    #[must_use]
    pub const fn parameters(&self) -> FieldParameters<'a> {
        self.parameters
    }
}

// === impl Charset ===

impl Charset {
    fn named(name: &str) -> Self {
        let is = |known: &str| name.eq_ignore_ascii_case(known);
        match (is("utf-8"), is("us-ascii")) {
            (true, _) => Self::Utf8,
            (_, true) => Self::Ascii,
            (_, _) => Self::Other,
        }
    }

    /// Whether what it stands for can be read as UTF-8.
    #[must_use]
    pub const fn is_utf8(self) -> bool {
        matches!(self, Self::Absent | Self::Utf8 | Self::Ascii)
    }
}

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
            assert_eq!(media_type.kind() == Kind::Json, json, "{value}");
            assert!(media_type.charset().is_utf8(), "{value}");
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
            let media_type = MediaType::parse(value.as_bytes()).unwrap();
            assert_eq!(media_type.charset(), Charset::Other, "{value}");
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

    #[test]
    fn a_kind_is_what_the_name_says() {
        for (value, kind) in [
            ("text/json", Kind::Json),
            ("image/x+json", Kind::Json),
            (
                "application/X-WWW-Form-Urlencoded; charset=utf-8",
                Kind::Form,
            ),
            ("text/x-www-form-urlencoded", Kind::Text),
            ("Multipart/Form-Data; boundary=a", Kind::Multipart),
            ("multipart/mixed; boundary=a", Kind::Binary),
            ("text/plain", Kind::Text),
            ("image/svg+xml", Kind::Text),
            ("application/xml", Kind::Text),
            ("image/png", Kind::Binary),
            ("application/octet-stream", Kind::Binary),
        ] {
            let media_type = MediaType::parse(value.as_bytes()).unwrap();
            assert_eq!(media_type.kind(), kind, "{value}");
            assert!(MediaRange::parse("*/*").unwrap().may_be(kind));
            let range = MediaRange::parse(value).unwrap();
            assert_eq!(range.kind(), Some(kind), "{value}");
        }
    }
}
