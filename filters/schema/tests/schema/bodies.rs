//! Bodies that are neither JSON nor forms, and ranges that may be all of them.

use crate::posting::{filter, found, post};

#[test]
fn a_range_is_what_the_request_says() {
    let any =
        filter(r#"{"*/*":{"schema":{"type":"object","properties":{"a":{"type":"integer"}}}}}"#);
    for (content_type, body, expected) in [
        ("application/json", "{\"a\":1}", ""),
        ("application/json", "{\"a\":\"1\"}", "/a type"),
        ("application/x-www-form-urlencoded", "a=1", ""),
        ("application/x-www-form-urlencoded", "a=x", "/a type"),
        ("multipart/form-data; boundary=b", "--b--", ""),
        (
            "multipart/form-data; boundary=b",
            "--b",
            "schema_body_syntax",
        ),
        ("multipart/form-data", "--b--", "schema_content_type"),
        (
            "multipart/mixed; boundary=b",
            "--b--",
            "schema_content_type",
        ),
        ("text/plain", "x", "schema_content_type"),
        ("application/xml", "<a/>", "schema_content_type"),
        ("image/png", "x", "schema_content_type"),
    ] {
        assert_eq!(
            found(post(&any, content_type, body)),
            expected,
            "{content_type} {body}"
        );
    }
    let texts = filter(r#"{"*/*":{"schema":{"type":"string","maxLength":3}},"image/*":{}}"#);
    for (content_type, body, expected) in [
        ("application/json", "\"123\"", ""),
        ("application/json", "123", " type"),
        ("text/plain", "\u{20ac}\u{20ac}\u{20ac}", ""),
        ("text/plain", "1234", " maxLength"),
        ("application/octet-stream", "\u{20ac}", ""),
        ("application/octet-stream", "\u{20ac}1", " maxLength"),
        (
            "application/x-www-form-urlencoded",
            "a=1",
            "schema_content_type",
        ),
        ("image/png", "1234", ""),
    ] {
        assert_eq!(
            found(post(&texts, content_type, body)),
            expected,
            "{content_type} {body}"
        );
    }
}

#[test]
fn text_is_judged_as_utf8_and_bytes_as_bytes() {
    let filter = filter(
        r#"{"text/plain":{"schema":{"type":"string","pattern":"^[a-z\u00e9\\n]+$"}},
        "text/csv":{"schema":{"type":"integer","maximum":9}},
        "application/xml":{"schema":{"type":"string","minLength":4}},
        "application/octet-stream":{"schema":{"type":"string","format":"binary","maxLength":3}},
        "application/pgp":{"schema":{"format":"binary","pattern":"^\\x99"}}}"#,
    );
    for (content_type, body, expected) in [
        ("text/plain", &b"a\n\xc3\xa9"[..], ""),
        ("text/plain; charset=UTF-8", b"a", ""),
        ("text/plain; charset=us-ascii", b"a", ""),
        (
            "text/plain; charset=iso-8859-1",
            b"a",
            "schema_content_type",
        ),
        ("text/plain", b"A", " pattern"),
        ("text/plain", b"a\xe9", "schema_body_syntax"),
        ("text/plain", b"", "schema_body_missing"),
        ("text/csv", b"9", ""),
        ("text/csv", b"10", " maximum"),
        ("text/csv", b"x", " type"),
        ("application/xml", b"<a/>", ""),
        ("application/xml", b"<a>", " minLength"),
        ("application/octet-stream; charset=x", b"\xff\x00\"", ""),
        (
            "application/octet-stream",
            b"\xff\xff\xff\xff",
            " maxLength",
        ),
        ("application/pgp", b"\x99\xff", ""),
        ("application/pgp", b"\x98", " pattern"),
    ] {
        let judged = post(&filter, content_type, body);
        assert_eq!(found(judged), expected, "{content_type} {body:?}");
    }
}

#[test]
fn what_is_not_said_passes_unread() {
    let filter = filter(
        r#"{"text/plain":{"schema":{"type":"string"}},"application/xml":{"schema":{"type":"object"}},
        "application/x-www-form-urlencoded":{},"multipart/form-data":{"schema":{}},
        "multipart/mixed":{"schema":{"type":"object"}},
        "image/png":{"schema":{"type":"string","format":"binary"}}}"#,
    );
    for content_type in [
        "text/plain; charset=utf-16",
        "application/xml",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "multipart/mixed",
        "image/png",
    ] {
        assert_eq!(
            found(post(&filter, content_type, b"\xff%")),
            "",
            "{content_type}"
        );
    }
}
