//! Forms: what their fields and parts are, and by what they are judged.

use crate::posting::{FILE, filter, form, form_of, found, multipart, part, post, urlencoded};

#[test]
fn fields_are_values_of_their_schemas_types() {
    let filter = form(
        r#"{"i":{"type":"integer","minimum":5},"b":{"type":"boolean"},"s":{"type":"string","maxLength":3},
        "e":{"type":["string","integer"],"enum":["7",8]},"n":{"type":"string","enum":["1"]},
        "l":{"type":"array","items":{"type":"integer"},"maxItems":2}}"#,
    );
    for (name, value, expected) in [
        ("i", "5", ""),
        ("i", "4", "/i minimum"),
        ("i", "x", "/i type"),
        ("i", "", "/i type"),
        ("b", "true", ""),
        ("b", "1", "/b type"),
        ("s", "123", ""),
        ("s", "1234", "/s maxLength"),
        ("e", "7", ""),
        ("e", "8", ""),
        ("e", "9", "/e enum"),
        ("n", "1", ""),
        ("l", "1", ""),
        ("l", "x", "/l/0 type"),
        ("z", "1", "/z additionalProperties"),
    ] {
        assert_eq!(
            urlencoded(&filter, &format!("{name}={value}")),
            expected,
            "{name}={value}"
        );
        assert_eq!(
            multipart(&filter, &[part(name, "", value)]),
            expected,
            "{name}={value}"
        );
    }
    for (body, expected) in [
        ("l=1&i=5&l=2", ""),
        ("l=1&l=2&l=3", "/l maxItems"),
        ("i=5&i=5", "/i explode"),
        ("i=4&b=x&i=4", "/b type, /i explode, /i minimum"),
        ("s=%C3%A9%e2%82%ac+", ""),
        ("s=a%20b", ""),
        ("%73=1234", "/s maxLength"),
        ("s", ""),
        ("&&s=1&", ""),
        ("s=%", "schema_body_syntax"),
        ("s=%FF", "schema_body_syntax"),
        ("s%zz=1", "schema_body_syntax"),
    ] {
        assert_eq!(urlencoded(&filter, body), expected, "{body}");
    }
}

/// Each field of several types is read as what it is valid as.
#[test]
fn choices_of_types_are_tried() {
    let filter = form(
        r#"{"a":{"anyOf":[{"type":"integer","maximum":5},{"type":"string","pattern":"^9"}]},
        "i":{"type":"integer"}}"#,
    );
    for (body, expected) in [
        ("a=5&i=1", ""),
        ("a=99&i=1", ""),
        ("a=88&i=1", "/a anyOf"),
        ("a=99&i=x", "/i type"),
    ] {
        assert_eq!(urlencoded(&filter, body), expected, "{body}");
    }
}

#[test]
fn objects_are_json_by_default() {
    let filter = form(
        r#"{"o":{"type":"object","properties":{"a":{"type":"integer"}}},
        "l":{"type":"array","items":{"type":"object","required":["a"]}}}"#,
    );
    for (name, value, expected) in [
        ("o", "{\"a\":1}", ""),
        ("o", "{\"a\":\"1\"}", "/o/a type"),
        ("o", "[]", "/o type"),
        ("o", "{\"a\":1", "schema_body_syntax"),
        ("o", "{\"a\":1,\"a\":2}", "schema_body_syntax"),
        ("o", "{},\"l\":[]", "schema_body_syntax"),
        ("o", "", "schema_body_syntax"),
        ("l", "{\"a\":1}", ""),
        ("l", "{}", "/l/0 required"),
        ("l", "[{\"a\":1},{\"a\":2}]", ""),
        ("l", "[{\"a\":1},{}]", "/l/1 required"),
    ] {
        assert_eq!(
            urlencoded(&filter, &format!("{name}={value}")),
            expected,
            "{name}={value}"
        );
        for more in [
            "",
            "\r\nContent-Type: application/json",
            "\r\nContent-Type: text/plain",
        ] {
            assert_eq!(
                multipart(&filter, &[part(name, more, value)]),
                expected,
                "{value}"
            );
        }
    }
    let xml = "\r\nContent-Type: application/xml";
    assert_eq!(multipart(&filter, &[part("o", xml, "{}")]), "/o encoding");
}

#[test]
fn files_are_judged_by_their_length_in_bytes() {
    let binary = r#"{"type":"string","format":"binary","maxLength":4}"#;
    let filter = form(&format!(
        r#"{{"f":{binary},"l":{{"type":"array","items":{binary},"maxItems":2}},
        "m":{{"type":"string","contentMediaType":"image/png","minLength":2}},
        "o":{{"anyOf":[{binary},{{"type":"null"}}]}}}}"#
    ));
    for (name, content, expected) in [
        ("f", "\u{e9}\u{e9}", ""),
        ("f", "\u{e9}\u{e9}\0", "/f maxLength"),
        ("m", "\n\"", ""),
        ("m", "\\", "/m minLength"),
        ("l", "12345", "/l/0 maxLength"),
        ("o", "\\\"\r\n", ""),
        ("o", "12345", "/o anyOf"),
    ] {
        assert_eq!(
            multipart(&filter, &[part(name, FILE, content)]),
            expected,
            "{name} {content:?}"
        );
    }
    let body = b"--b\r\nContent-Disposition: form-data; name=f\r\n\r\n\xff\xfe\x00\x80\r\n--b--";
    assert_eq!(
        found(post(
            &filter,
            "multipart/form-data; boundary=b",
            body.to_vec()
        )),
        ""
    );
    let two = [part("l", FILE, "1"), part("l", FILE, "12345")];
    assert_eq!(multipart(&filter, &two), "/l/1 maxLength");
}

#[test]
fn a_part_is_of_the_media_type_that_its_encoding_names() {
    let filter = filter(
        r#"{"multipart/form-data":{"schema":{"type":"object","properties":{
            "image":{"type":"string","format":"binary"},
            "data":{"type":"object","properties":{"a":{"type":"integer"}}},
            "note":{"type":"string","maxLength":5},
            "any":{},
            "images":{"type":"array","items":{"type":"string","format":"binary"}}
        }},"encoding":{
            "image":{"contentType":"image/png, image/jpeg","headers":{
                "X-Rate":{"required":true,"schema":{"type":"integer","maximum":9}}}},
            "images":{"contentType":"image/*"},
            "data":{"contentType":"application/json"},
            "note":{"contentType":"application/json, text/*"}
        }}}"#,
    );
    let typed = |media_type: &str| format!("\r\nContent-Type: {media_type}");
    for (name, more, content, expected) in [
        ("image", "\r\nContent-Type: image/png\r\nX-Rate: 1", "x", ""),
        (
            "image",
            "\r\ncontent-type: IMAGE/JPEG\r\nx-rate: 9",
            "x",
            "",
        ),
        (
            "image",
            "\r\nContent-Type: image/png\r\nX-Rate: 10",
            "x",
            "/image maximum",
        ),
        (
            "image",
            "\r\nContent-Type: image/png",
            "x",
            "/image required",
        ),
        (
            "image",
            "\r\nContent-Type: image/gif\r\nX-Rate: 1",
            "x",
            "/image encoding",
        ),
        ("image", "\r\nX-Rate: 1", "x", "/image encoding"),
        ("images", &typed("image/gif"), "x", ""),
        ("images", &typed("text/plain"), "x", "/images/0 encoding"),
        ("data", &typed("application/json"), "{}", ""),
        (
            "data",
            &typed("application/json;charset=utf-16"),
            "{}",
            "/data encoding",
        ),
        ("data", "", "{}", "/data encoding"),
        ("note", &typed("application/json"), "\"12345\"", ""),
        ("note", &typed("application/json"), "123", "/note type"),
        ("note", &typed("text/csv; charset=us-ascii"), "12345", ""),
        ("note", "", "123456", "/note maxLength"),
        (
            "note",
            &typed("text/plain; charset=latin1"),
            "1",
            "/note encoding",
        ),
        ("any", &typed("image/png"), "x", ""),
        ("any", &typed("application/json"), "{", "schema_body_syntax"),
        ("any", &typed("application/json"), "{}", ""),
        ("any", "", "{", ""),
    ] {
        assert_eq!(
            multipart(&filter, &[part(name, more, content)]),
            expected,
            "{name}{more}"
        );
    }
}

#[test]
fn a_style_that_is_named_holds_for_urlencoded_forms() {
    let filter = filter(
        r#"{"application/x-www-form-urlencoded":{"schema":{"type":"object","required":["p"],
            "additionalProperties":false,"properties":{
            "p":{"type":"array","items":{"type":"integer"},"maxItems":3},
            "d":{"type":"object","properties":{"a":{"type":"integer"},"b":{"type":"string"}},"additionalProperties":false},
            "e":{"type":"object","properties":{"x":{"type":"integer"}},"additionalProperties":false},
            "s":{"type":"string"}
        }},"encoding":{
            "p":{"style":"pipeDelimited","explode":false},
            "d":{"style":"deepObject","explode":true},
            "e":{"explode":false}
        }}}"#,
    );
    for (body, expected) in [
        ("p=1%7C2|3&s=t", ""),
        ("p=1|2|3|4", "/p maxItems"),
        ("p=1&p=2", "/p explode"),
        ("p=1&d[a]=1&d%5Bb%5D=x", ""),
        ("p=1&d[a]=x", "/d/a type"),
        ("p=1&d[z]=1", "/d/z additionalProperties"),
        ("p=1&e=x,1", ""),
        ("p=1&e=x,y", "/e/x type"),
        ("p=1&x=1", "/x additionalProperties"),
        ("d[a]=1", " required"),
        ("p=1&d[a]=1&d=1", "/d style"),
        ("p=%zz", "schema_body_syntax"),
    ] {
        assert_eq!(urlencoded(&filter, body), expected, "{body}");
    }
}

/// Members of an exploded object stand among the other fields, and what is documented
/// by itself is no member.
#[test]
fn no_field_is_left_out_beside_an_exploded_object() {
    let filter = filter(
        r#"{"application/x-www-form-urlencoded":{"schema":{"type":"object",
            "properties":{
            "e":{"type":"object","properties":{"x":{"type":"integer"},"y":{"type":"integer"}},"additionalProperties":false},
            "x":{"type":"string","maxLength":1}
        },"additionalProperties":false},"encoding":{"e":{"style":"form","explode":true}}}}"#,
    );
    for (body, expected) in [
        ("y=1&x=a", ""),
        ("y=z", "/e/y type"),
        ("x=ab", "/x maxLength"),
        ("y=1&y=2", "/e explode"),
        ("e=1", "/e type"),
        ("y=1&e={}", "/e explode"),
        ("z=1", "/z additionalProperties"),
    ] {
        assert_eq!(urlencoded(&filter, body), expected, "{body}");
    }
}

#[test]
fn json_is_asked_for_by_content_type() {
    let filter = filter(
        r#"{"application/x-www-form-urlencoded":{"schema":{"type":"object","properties":{
            "s":{"type":"string","maxLength":2},"o":{"type":"object"}}},
            "encoding":{"s":{"contentType":"application/json"},"o":{"contentType":"text/plain"}}}}"#,
    );
    for (body, expected) in [
        ("s=%22ab%22", ""),
        ("s=%22abc%22", "/s maxLength"),
        ("s=ab", "schema_body_syntax"),
        ("o={}", ""),
    ] {
        assert_eq!(urlencoded(&filter, body), expected, "{body}");
    }
}

#[test]
fn undeclared_fields_are_what_additional_properties_says() {
    let schema = r#"{"type":"object","additionalProperties":{"type":"integer"},
        "properties":{"a":{"type":"string"}},"minProperties":2,"maxProperties":3}"#;
    let filter = filter(&format!(
        r#"{{"application/x-www-form-urlencoded":{{"schema":{schema}}}}}"#
    ));
    for (body, expected) in [
        ("a=x&b=1", ""),
        ("a=x&b=x", "/b type"),
        ("a=x&b=1&b=2", "/b explode"),
        ("a=x", " minProperties"),
        ("a=x&b=1&c=1&d=1", " maxProperties"),
    ] {
        assert_eq!(urlencoded(&filter, body), expected, "{body}");
    }
    let open = form_of(r#"{"type":"object","required":["a"]}"#);
    assert_eq!(urlencoded(&open, "a=1&b=2&b=3&b="), "");
}

#[test]
fn schemas_put_together_describe_fields_too() {
    let filter = form_of(
        r#"{"allOf":[{"properties":{"i":{"minimum":2}}},{"type":"object","properties":{"i":{"type":"integer"},
            "l":{"type":"array","items":{"type":"integer"}}}},{"properties":{"l":{"maxItems":1}}}],
            "oneOf":[{"required":["k"],"properties":{"k":{"type":"integer"}}},{"not":{"required":["k"]}}]}"#,
    );
    for (body, expected) in [
        ("i=2&l=1", ""),
        ("i=1", "/i minimum"),
        ("l=1&l=2", "/l maxItems"),
        ("k=1", ""),
        ("k=x", " oneOf"),
    ] {
        assert_eq!(urlencoded(&filter, body), expected, "{body}");
    }
}

#[test]
fn a_form_that_names_another_charset_is_refused() {
    let filter = form(r#"{"_charset_":{"type":"string"},"a":{"type":"string"}}"#);
    for (value, expected) in [("UTF-8", ""), ("iso-8859-1", "schema_body_syntax")] {
        assert_eq!(
            urlencoded(&filter, &format!("_charset_={value}&a=1")),
            expected
        );
        assert_eq!(
            multipart(&filter, &[part("_charset_", "", value)]),
            expected
        );
    }
}

#[test]
fn members_go_only_the_way_they_may() {
    let filter = form(r#"{"id":{"type":"integer","readOnly":true},"a":{"type":"string"}}"#);
    assert_eq!(urlencoded(&filter, "a=1"), "");
    assert_eq!(urlencoded(&filter, "id=1"), "/id readOnly");
}
