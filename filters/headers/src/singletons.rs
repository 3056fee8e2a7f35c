//! Request fields that may come only once, and how a second copy shows: as a
//! field of its own, or behind a comma where the proxy has joined the two
//! (RFC 9110 §5.3). Who acts on the first and who acts on the last are then
//! told different things.

use tollgate_kit::config::is_token;
use tollgate_kit::fields::{Fields, has_byte};

/// The name of the first field that came more than once.
#[must_use]
pub fn duplicate(fields: &Fields) -> Option<&'static str> {
    let mut seen = 0u16;
    for (name, value) in fields.iter() {
        let Some(singleton) = singleton(name) else {
            continue;
        };
        if seen & singleton.bit != 0 || singleton.joined.is_in(value) {
            return Some(singleton.name);
        }
        seen |= singleton.bit;
    }
    None
}

struct Singleton {
    name: &'static str,
    bit: u16,
    joined: Joined,
}

/// Which comma stands between two copies.
#[derive(Clone, Copy)]
enum Joined {
    /// None that could be told from one of the value's own.
    Unseen,
    /// Any: the field's grammar has none.
    ByAnyComma,
    /// One outside of quotes.
    ByCommaOutsideQuotes,
    /// One before a second scheme.
    BeforeScheme,
}

/// `Host` reaches a filter as `:authority`.
fn singleton(name: &[u8]) -> Option<Singleton> {
    let (name, at, joined) = match name {
        b":authority" | b"host" => ("host", 0, Joined::ByAnyComma),
        b"authorization" => ("authorization", 1, Joined::BeforeScheme),
        b"proxy-authorization" => ("proxy-authorization", 2, Joined::Unseen),
        b"content-type" => ("content-type", 3, Joined::ByCommaOutsideQuotes),
        b"content-length" => ("content-length", 4, Joined::Unseen),
        b"origin" => ("origin", 5, Joined::ByAnyComma),
        b"referer" => ("referer", 6, Joined::Unseen),
        b"user-agent" => ("user-agent", 7, Joined::Unseen),
        b"if-modified-since" => ("if-modified-since", 8, Joined::Unseen),
        b"if-unmodified-since" => ("if-unmodified-since", 9, Joined::Unseen),
        b"if-range" => ("if-range", 10, Joined::Unseen),
        b"max-forwards" => ("max-forwards", 11, Joined::Unseen),
        _ => return None,
    };
    let bit = 1u16.rotate_left(at);
    Some(Singleton { name, bit, joined })
}

// === impl Joined ===

impl Joined {
    fn is_in(self, value: &[u8]) -> bool {
        match self {
            Self::Unseen => false,
            Self::ByAnyComma => value.contains(&b','),
            Self::ByCommaOutsideQuotes => split(value).is_some(),
            Self::BeforeScheme => has_second_scheme(value),
        }
    }
}

/// Behind a comma, RFC 9110 §11.4 allows a parameter or nothing; all else
/// begins other credentials.
fn has_second_scheme(mut value: &[u8]) -> bool {
    // Most tokens are long, and have none.
    if !has_byte(value, b',') {
        return false;
    }
    while let Some(rest) = split(value) {
        let element = rest.trim_ascii_start();
        if !matches!(element.first(), None | Some(b',')) && !is_parameter(element) {
            return true;
        }
        value = rest;
    }
    false
}

/// `token BWS "="`, RFC 9110 §11.2.
fn is_parameter(element: &[u8]) -> bool {
    let length = element.iter().take_while(|byte| is_token(**byte)).count();
    let rest = element.get(length..).unwrap_or_default();
    length > 0 && rest.trim_ascii_start().starts_with(b"=")
}

/// What follows the first comma outside of quotes. A quoted-string opens behind
/// `=` only, so that a stray quote doesn't hide a comma.
fn split(value: &[u8]) -> Option<&[u8]> {
    let mut place = Place::Outside;
    let mut before = b' ';
    for (at, byte) in value.iter().enumerate() {
        place = match (place, *byte) {
            (Place::Outside, b',') => return value.get(at.saturating_add(1)..),
            (Place::Outside, b'"') if before == b'=' => Place::Quoted,
            (Place::Quoted, b'"') => Place::Outside,
            (Place::Quoted, b'\\') => Place::Escaped,
            (Place::Escaped, _) => Place::Quoted,
            (Place::Outside | Place::Quoted, _) => place,
        };
        if !matches!(*byte, b' ' | b'\t') {
            before = *byte;
        }
    }
    None
}

#[derive(Clone, Copy)]
enum Place {
    Outside,
    Quoted,
    Escaped,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(pairs: &[(&str, &str)]) -> Option<&'static str> {
        duplicate(&Fields::from_pairs(pairs.iter().copied()))
    }

    #[test]
    fn a_second_field_is_a_duplicate() {
        for name in [
            "host",
            "authorization",
            "proxy-authorization",
            "content-type",
            "content-length",
            "origin",
            "referer",
            "user-agent",
            "if-modified-since",
            "if-unmodified-since",
            "if-range",
            "max-forwards",
        ] {
            assert_eq!(of(&[(name, "1"), ("x", ""), (name, "1")]), Some(name));
            assert_eq!(of(&[(name, "1"), ("x", "")]), None);
        }
        assert_eq!(of(&[(":authority", "a"), ("host", "a")]), Some("host"));
        assert_eq!(of(&[("accept", "a"), ("accept", "b")]), None);
    }

    #[test]
    fn a_comma_joins_two_where_the_grammar_has_none() {
        for (name, value, joined) in [
            (":authority", "a.example,b.example", true),
            (":authority", "a.example:443", false),
            ("origin", "https://a.example,https://b.example", true),
            ("origin", "null", false),
            ("content-type", "text/plain,text/html", true),
            ("content-type", "text/plain;a=\"b,c\"", false),
            ("content-type", "text/plain;a=\"b\\\",c\"", false),
            ("content-type", "text/plain;a=\"b\",text/html", true),
            ("content-type", "text/plain\", text/html\"", true),
            ("user-agent", "A (KHTML, like B)", false),
            ("if-range", "a,b", false),
        ] {
            assert_eq!(of(&[(name, value)]).is_some(), joined, "{name}: {value}");
        }
    }

    #[test]
    fn a_comma_before_a_second_scheme_joins_two_credentials() {
        for value in [
            "Bearer a,Bearer b",
            "Bearer a, basic Yjpj",
            "Basic YTpi==,Bearer b",
            "Digest username=\"a, b\", realm=\"r\", Bearer c",
            "Bearer a,,\tNegotiate",
            "Bearer a\", Bearer b\"",
            "Bearer a, \"b\"",
            "Bearer a, =b",
        ] {
            assert_eq!(
                of(&[("authorization", value)]),
                Some("authorization"),
                "{value}"
            );
        }
        for value in [
            "",
            "Bearer a",
            "Bearer a,",
            "Bearer a, ,",
            "Digest username=\"a\", realm=\"r, Bearer s\", nc=00000001",
            "Digest username=\"a\\\", b\" , qop = auth",
            "AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=c;d,Signature=e",
        ] {
            assert_eq!(of(&[("authorization", value)]), None, "{value}");
        }
    }
}
