//! Bodies that are neither JSON nor forms, ranges that may be all of them, and what
//! bounds forms.

use crate::posting::{FILE, filter, found, multipart, part, post, urlencoded, with_options};

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

#[test]
fn fields_and_parts_are_counted() {
    let content =
        |media_type: &str| format!(r#"{{"{media_type}":{{"schema":{{"type":"object"}}}}}}"#);
    let options = r#""limits":{"fields":3,"string":4}"#;
    let form = with_options(&content("application/x-www-form-urlencoded"), options);
    for (body, expected) in [
        ("a=1&a=2&a=3", ""),
        ("a=1&a=2&a=3&a=4", "schema_limit"),
        ("a=1234", ""),
        ("a=12345", "schema_limit"),
        ("12345=1", "schema_limit"),
    ] {
        assert_eq!(urlencoded(&form, body), expected, "{body}");
    }
    let parts = with_options(&content("multipart/form-data"), options);
    let three = vec![part("a", "", "1"); 3];
    assert_eq!(multipart(&parts, &three), "");
    assert_eq!(
        multipart(&parts, &vec![part("a", "", "1"); 4]),
        "schema_limit"
    );
    assert_eq!(multipart(&parts, &[part("a", "", "12345")]), "schema_limit");
    assert_eq!(multipart(&parts, &[part("a", FILE, "12345")]), "");
}

/// However many parts there are, their header fields share the budget of the body.
#[test]
fn the_work_of_a_form_is_bounded() {
    let items = r#"{"type":"array","items":{"type":"integer"}}"#;
    let content = format!(
        r#"{{"multipart/form-data":{{"schema":{{"type":"object"}},
            "encoding":{{"a":{{"headers":{{"X":{{"schema":{items}}}}}}}}}}},
        "application/x-www-form-urlencoded":{{"schema":{{"type":"object",
            "additionalProperties":{items}}}}}}}"#
    );
    let filter = with_options(&content, r#""limits":{"work":200}"#);
    let header = format!("\r\nX: 1{}", ",1".repeat(15));
    assert_eq!(multipart(&filter, &vec![part("a", &header, "x"); 8]), "");
    assert_eq!(
        multipart(&filter, &vec![part("a", &header, "x"); 16]),
        "schema_limit"
    );
    assert_eq!(urlencoded(&filter, &"a=1&".repeat(60)), "");
    assert_eq!(urlencoded(&filter, &"a=1&".repeat(150)), "schema_limit");
}
