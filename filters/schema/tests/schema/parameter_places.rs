//! Parameters of paths, header fields and cookies beyond the table of styles.

use crate::filter::{Filter, Sent, slug};
use crate::parameters::{document, filter};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// What becomes of each `cookie` field.
fn expect_cookies(filter: &Filter, cases: &[(&str, bool)]) {
    for (cookies, passes) in cases {
        let expected = if *passes { "" } else { "schema_parameter" };
        let found = slug(&filter.request(&Sent::get("/").with("cookie", cookies)));
        assert_eq!(found, expected, "{cookies}");
    }
}

#[test]
fn a_header_field_may_be_an_object() {
    let header = json!({ "explode": true, "schema": { "type": "object",
        "required": ["limit"], "properties": { "limit": { "type": "integer" } } } });
    let document = json!({ "openapi": "3.1.1", "info": {}, "paths": { "/": { "get": {
        "responses": { "200": { "description": "", "headers": { "X-Rate": header } } } } } } });
    let filter = Filter::with_options(
        &document.to_string(),
        r#""response": { "mode": "enforce" }"#,
    );
    for (lines, expected) in [
        (&["limit=1,window=60"][..], ""),
        (&["window=60", " limit=1 "], ""),
        (&["limit=x"], "schema_response"),
        (&["limit"], "schema_response"),
        (&["limit=1", "limit=2"], "schema_response"),
    ] {
        let answer = lines.iter().fold(Sent::status(200), |answer, line| {
            answer.with("x-rate", line)
        });
        let found = slug(&filter.exchange(&Sent::get("/"), &answer));
        assert_eq!(found, expected, "{lines:?}");
    }
}

#[test]
fn a_cookie_is_not_cut_at_what_may_be_data() {
    let cookie = |schema: Value| {
        filter(
            "/",
            &json!([{ "name": "x", "in": "cookie", "schema": schema }]),
        )
    };
    let array = cookie(json!({ "type": "array", "items": { "enum": ["a", "b", "a&b"] } }));
    expect_cookies(
        &array,
        &[
            ("x=a; x=b", true),
            ("x=a&x=b", true),
            ("x=a&b", true),
            ("x=a&c", false),
            ("x=a&y=b", false),
        ],
    );
    let object = cookie(json!({ "type": "object", "properties": {
        "r": { "type": "integer" }, "g": { "type": "integer" } } }));
    expect_cookies(
        &object,
        &[
            ("r=1; g=2", true),
            ("r=1&g=2", true),
            ("r=1&g=x", false),
            ("r=1&b=2", false),
            ("r=1; session=&g=x", true),
        ],
    );
}

#[test]
fn a_cookie_is_named_by_its_bytes() {
    let parameter = json!({ "name": "x", "in": "cookie", "required": true, "explode": false,
        "schema": { "type": "array", "items": { "type": "integer" } } });
    let exploded = json!({ "name": "y", "in": "cookie", "schema": {
        "type": "array", "items": { "type": "integer" } } });
    let filter = Filter::with_options(
        &document("/", &json!([parameter, exploded])).to_string(),
        r#""request": { "unknown_cookie": "deny" }"#,
    );
    expect_cookies(
        &filter,
        &[
            ("x=1", true),
            ("%78=1", false),
            ("x=1; %78=1", false),
            ("x=1; y=2", true),
            ("x=1; %79=2", false),
        ],
    );
}

/// The template `/a/{m}/{id}`, of which `m` is in the style `matrix`.
fn matrix(schema: &Value, explode: bool) -> Value {
    document(
        "/a/{m}/{id}",
        &json!([
            { "name": "m", "in": "path", "required": true, "style": "matrix", "explode": explode,
              "schema": schema },
            { "name": "id", "in": "path", "required": true, "schema": { "type": "string" } },
        ]),
    )
}

#[test]
fn a_semicolon_is_allowed_only_where_the_parameter_stands() {
    let mut document = matrix(&json!({ "type": "string" }), false);
    document["paths"]["/b/{id}"] = json!({ "get": { "responses": {}, "parameters": [
        { "name": "id", "in": "path", "required": true, "schema": { "type": "string" } }] } });
    let options = r#""request": { "unknown_path": "allow" }, "preflight": "allow""#;
    let filter = Filter::with_options(&document.to_string(), options);
    for (path, expected) in [
        ("/a/;m=1/2", ""),
        ("/a/;m=1;n=2/2", "schema_parameter"),
        ("/a/;m=1/2;x", "kit_path"),
        ("/a;x/;m=1/2", "kit_path"),
        ("/b/;m=1", "kit_path"),
        ("/b/1", ""),
        ("/c/;m=1", "kit_path"),
        ("/c/1", ""),
    ] {
        assert_eq!(slug(&filter.request(&Sent::get(path))), expected, "{path}");
    }
    let preflight = Sent {
        path: b"/b/;m=1".to_vec(),
        ..Sent::default()
    }
    .with(":method", "OPTIONS")
    .with("origin", "https://a.example")
    .with("access-control-request-method", "GET");
    assert_eq!(slug(&filter.request(&preflight)), "kit_path");
}

#[test]
fn a_matrix_is_taken_apart_before_it_is_decoded() {
    let ask = |document: &Value, path: &str| {
        slug(&Filter::with_document(&document.to_string()).request(&Sent::get(path)))
    };
    let array = matrix(
        &json!({ "type": "array", "items": { "enum": ["a", "b;c"] } }),
        true,
    );
    assert_eq!(ask(&array, "/a/;m=a;m=b%3Bc/1"), "");
    assert_eq!(ask(&array, "/a/;m=a;n=b/1"), "schema_parameter");
    let mut named = matrix(&json!({ "type": "integer" }), false);
    named["paths"] = json!({ "/a/{größe}": { "get": { "responses": {}, "parameters": [
        { "name": "größe", "in": "path", "required": true, "style": "matrix",
          "schema": { "type": "integer" } }] } } });
    assert_eq!(ask(&named, "/a/;gr%C3%B6%C3%9Fe=1"), "");
    assert_eq!(ask(&named, "/a/;gr%C3%B6%C3%9Fe=x"), "schema_parameter");
}

#[test]
fn a_label_with_commas_is_split_there_whatever_the_version() {
    let path = "/{x}";
    let schema = json!({ "type": "array", "maxItems": 2, "items": { "type": "number" } });
    let parameter =
        json!({ "name": "x", "in": "path", "required": true, "style": "label", "schema": schema });
    for version in ["3.0.3", "3.1.0", "3.1.1"] {
        let mut document = document(path, &json!([parameter]));
        document["openapi"] = version.into();
        let filter = Filter::with_document(&document.to_string());
        let ask = |path: &str| slug(&filter.request(&Sent::get(path)));
        assert_eq!(ask("/.1.5,2.5"), "", "{version}");
        assert_eq!(ask("/.1,2,3"), "schema_parameter", "{version}");
        assert_eq!(ask("/.1.2"), "", "{version}");
        assert_eq!(ask("/.1.2.3"), "schema_parameter", "{version}");
        assert_eq!(ask("/.a.b"), "schema_parameter", "{version}");
    }
}

#[test]
fn many_members_take_time_in_proportion() {
    let any = json!({ "type": "object", "additionalProperties": { "type": "integer" } });
    let cookie = filter(
        "/",
        &json!([{ "name": "x", "in": "cookie", "schema": any }]),
    );
    let cookies: Vec<String> = (0..50_000).map(|at| format!("c{at}=1")).collect();
    let sent = Sent::get("/").with("cookie", &cookies.join("; "));
    let begin = Instant::now();
    assert_eq!(slug(&cookie.request(&sent)), "schema_limit");
    // Half of what it takes to compare each with all, and ten times what it takes.
    assert!(
        begin.elapsed() < Duration::from_secs(10),
        "{:?}",
        begin.elapsed()
    );
}
