//! Forms in parts: what is refused because readers differ on it, and that another
//! reader finds in the rest what this one does.

use crate::filter::cases;
use multer::bytes::Bytes;
use proptest::collection::vec;
use proptest::prelude::*;
use std::convert::Infallible;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use tollgate_schema::body::multipart::{Boundary, Malformed, Parts};
use tollgate_schema::media_type::MediaType;

const TYPE: &[u8] = b"multipart/form-data; boundary=b";

/// Names and contents, in order.
type Fields = Vec<(String, Vec<u8>)>;

fn read(body: &[u8]) -> Result<Fields, Malformed> {
    let boundary = Boundary::of(&MediaType::parse(TYPE).unwrap()).unwrap();
    let fields = Parts::new(body, boundary)
        .map(|part| part.map(|part| (part.name.to_owned(), part.content.to_owned())));
    fields.collect()
}

/// The same by another reader; `None` where it finds none.
fn read_by_another(body: &[u8]) -> Option<Fields> {
    let chunks = [Ok::<_, Infallible>(Bytes::copy_from_slice(body))];
    let reading = async {
        let mut parts = multer::Multipart::new(futures_util::stream::iter(chunks), "b");
        let mut fields = Fields::new();
        while let Some(part) = parts.next_field().await.ok()? {
            let name = part.name()?.to_owned();
            fields.push((name, part.bytes().await.ok()?.to_vec()));
        }
        Some(fields)
    };
    let mut reading = pin!(reading);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(fields) = reading.as_mut().poll(&mut context) {
            return fields;
        }
    }
}

/// The body with these header fields of its only part.
fn with_fields(fields: &str) -> Result<Fields, Malformed> {
    read(format!("--b\r\n{fields}\r\n\r\nx\r\n--b--").as_bytes())
}

const NAMED: &str = "Content-Disposition: form-data; name=a";

#[test]
fn what_stands_around_the_parts_is_passed_over() {
    let one = || Ok(vec![("a".to_owned(), b"x".to_vec())]);
    let part = format!("--b\r\n{NAMED}\r\n\r\nx\r\n--b--");
    for (before, after) in [
        ("", ""),
        ("", "\r\n"),
        ("\r\n", "\r\n\r\n"),
        ("preamble --\r\n\r\n", "\r\nepilogue --b--"),
    ] {
        assert_eq!(read(format!("{before}{part}{after}").as_bytes()), one());
    }
    assert_eq!(read(b"--b--"), Ok(Vec::new()));
    assert_eq!(read(b"\r\n--b--\r\n"), Ok(Vec::new()));
}

#[test]
fn what_readers_take_differently_is_refused() {
    let named = format!("{NAMED}\r\n\r\n");
    for (body, fault) in [
        (String::new(), Malformed::Unfinished),
        ("--b".to_owned(), Malformed::Delimiter),
        ("--b-".to_owned(), Malformed::Delimiter),
        ("--b\r\n".to_owned(), Malformed::Unfinished),
        ("--b--x".to_owned(), Malformed::Delimiter),
        ("--b--\n".to_owned(), Malformed::Delimiter),
        ("--b-- \r\n".to_owned(), Malformed::Delimiter),
        ("x--b--\r\n--b--".to_owned(), Malformed::Preamble),
        (
            format!("{}\r\n--b--", "x".repeat(1025)),
            Malformed::Preamble,
        ),
        ("--b--\r\n--b--".to_owned(), Malformed::Delimiter),
        ("--b--\r\n\n--b".to_owned(), Malformed::Delimiter),
        (format!("--b \r\n{named}x\r\n--b--"), Malformed::Delimiter),
        (format!("--b\n{named}x\r\n--b--"), Malformed::Delimiter),
        (format!("\n--b\r\n{named}x\r\n--b--"), Malformed::LineEnd),
        (format!("--b\r\n{named}x"), Malformed::Unfinished),
        (format!("--b\r\n{named}x\r\n--b"), Malformed::Delimiter),
        (
            format!("--b\r\n{named}x\r\n--bc\r\n--b--"),
            Malformed::Delimiter,
        ),
        (format!("--b\r\n{named}x\n--b--"), Malformed::LineEnd),
        (format!("--b\r\n{named}x\r--b--"), Malformed::LineEnd),
        (format!("--b\r\n{named}--b--"), Malformed::NoContent),
        (format!("--b\r\n{NAMED}\r\n--b--"), Malformed::NoContent),
        (format!("--b\r\n{NAMED}\n\nx\r\n--b--"), Malformed::LineEnd),
        (
            format!("--b\r\n{NAMED}\r\n\nx\r\n--b--"),
            Malformed::LineEnd,
        ),
        ("--b\r\n\r\nx\r\n--b--".to_owned(), Malformed::Disposition),
    ] {
        assert_eq!(read(body.as_bytes()), Err(fault), "{body:?}");
    }
    for (fields, fault) in [
        ("X: 1".to_owned(), Malformed::Disposition),
        (format!("{NAMED}\r\n{NAMED}"), Malformed::RepeatedField),
        (format!("{NAMED}\r\n;filename=x"), Malformed::Field),
        (format!("{NAMED}\r\n folded: 1"), Malformed::Field),
        (format!("{NAMED}\r\nx : 1"), Malformed::Field),
        (format!("{NAMED}\r\n: 1"), Malformed::Field),
        (format!("{NAMED}\r\nx: \u{0}"), Malformed::Field),
        (format!("{NAMED}\r\nx: \u{c}"), Malformed::Field),
        (
            format!("{NAMED}\r\nContent-Type: text"),
            Malformed::MediaType,
        ),
        (
            format!("{NAMED}\r\nContent-Type: multipart/mixed; boundary=c"),
            Malformed::MediaType,
        ),
        (
            format!("{NAMED}\r\nContent-Type: a/b\r\ncontent-type: a/b"),
            Malformed::RepeatedField,
        ),
        (
            format!("{NAMED}\r\nContent-Transfer-Encoding: base64"),
            Malformed::TransferEncoding,
        ),
    ] {
        assert_eq!(with_fields(&fields), Err(fault), "{fields:?}");
    }
    for fields in [
        format!("{NAMED}\r\nContent-Transfer-Encoding: 8BIT\r\nContent-Type: a/b"),
        format!("X: 1\r\n{NAMED}\r\nX: 1\r\nx:"),
    ] {
        assert!(with_fields(&fields).is_ok(), "{fields:?}");
    }
}

#[test]
fn header_fields_of_a_part_are_bounded() {
    let many = |count: usize| format!("{NAMED}{}", "\r\nX: 1".repeat(count));
    assert!(with_fields(&many(31)).is_ok());
    assert_eq!(with_fields(&many(32)), Err(Malformed::TooManyFields));
    let long = |length: usize| format!("{NAMED}\r\nX: {}", "x".repeat(length));
    assert!(with_fields(&long(8000)).is_ok());
    assert_eq!(with_fields(&long(9000)), Err(Malformed::TooManyFields));
}

/// Pieces that forms are made of, and that break them.
fn piece() -> impl Strategy<Value = Vec<u8>> {
    let known = prop::sample::select(vec![
        "--b",
        "--",
        "\r\n",
        "\r",
        "\n",
        "--b--",
        "--b\r\n",
        "\r\n--b",
        "\r\n--b\r\n",
        "\r\n--b--",
        "\r\n\r\n",
        "Content-Disposition: form-data; name=\"a\"",
        "Content-Disposition: form-data; name=b",
        "; filename=\"x\"",
        "Content-Type: text/plain",
        "Content-Transfer-Encoding: binary",
        "x: y",
        " ",
        "\t",
        ":",
        "b",
        "",
    ]);
    prop_oneof![
        8 => known.prop_map(|text| text.as_bytes().to_vec()),
        1 => vec(any::<u8>(), 0..4),
    ]
}

/// Parts in order, each with what a client may write.
fn form() -> impl Strategy<Value = Vec<u8>> {
    let part = (
        prop::sample::select(vec![
            "a",
            "\"b\"",
            "\"a b\"",
            "\"\u{e9}\"",
            "\"x[0]\"",
            "\"\"",
        ]),
        prop::sample::select(vec![
            "",
            "; filename=\"f.txt\"",
            "\r\nContent-Type: text/plain",
            "; filename=\"f\"\r\nContent-Type: application/octet-stream\r\nX-Y: z",
        ]),
        vec(piece(), 0..4).prop_map(|pieces| pieces.concat()),
    );
    vec(part, 0..5).prop_map(|parts| {
        let mut body = Vec::new();
        for (name, more, content) in parts {
            body.extend(
                format!("--b\r\nContent-Disposition: form-data; name={name}{more}\r\n\r\n").bytes(),
            );
            body.extend(content);
            body.extend(b"\r\n");
        }
        body.extend(b"--b--\r\n");
        body
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases(512)))]

    #[test]
    fn any_bytes_are_a_form_or_a_fault(body in vec(piece(), 0..24).prop_map(|pieces| pieces.concat())) {
        if let Ok(fields) = read(&body) {
            prop_assert_eq!(read_by_another(&body), Some(fields));
        }
    }

    #[test]
    fn another_reader_finds_the_same_fields(body in form()) {
        if let Ok(fields) = read(&body) {
            prop_assert_eq!(read_by_another(&body), Some(fields));
        }
    }

    #[test]
    fn what_was_written_is_read(
        fields in vec(("[a-z \u{e9}\\[\\]%]{0,8}", vec(any::<u8>(), 0..64)), 0..8)
    ) {
        let mut body = Vec::new();
        for (name, content) in &fields {
            body.extend(format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n").bytes());
            body.extend(content);
            body.extend(b"\r\n");
        }
        body.extend(b"--b--\r\n");
        prop_assert_eq!(read(&body), Ok(fields));
    }
}
