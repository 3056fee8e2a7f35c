//! What an operator reads of a section that doesn't compile, whole.

use crate::filter::{self, Filter};
use tollgate_kit::config::Setting;
use tollgate_kit::faults::Faults;
use tollgate_kit::json::OwnedDocument;

fn check(section: &str, expected: &str) {
    let faults = Filter::of(section).err().unwrap_or_default();
    let lines: Vec<String> = faults.iter().map(ToString::to_string).collect();
    assert_eq!(lines.join("\n"), expected.trim());
}

fn document(members: &str) -> String {
    format!(r#"{{ "openapi": {{ "openapi": "3.1.0", "info": {{}}, {members} }} }}"#)
}

#[test]
fn every_mistake_of_a_section_is_named_at_once() {
    check(
        r#"{ "mode": "on", "modes": 1, "base_path": 5, "limits": { "depth": 129, "body": "1 MB" },
            "hold": "body", "response": { "mode": "enforce", "bodies": "ignore" },
            "request": { "unknown_query": true },
            "openapi": { "openapi": "2.0" } }"#,
        r##"
error: mode: expected one of `enforce`, `report`, found "on"
error: request.unknown_query: expected one of `deny`, `allow`, found `true`
error: response.bodies: unknown field
  hint: known here: body, mode, undocumented_status
error: limits.body: expected a size such as `64KiB`, `1MiB` or a number of bytes, found the text "1 MB"
error: modes: unknown field
  hint: did you mean `mode`?
error: response.mode: with `hold: body` responses can only be reported
  hint: set `hold: headers`, or `mode: report` here
error: limits.depth: expected at most 128, found the number 129
error: base_path: expected a path such as `/v1`, found the number 5
error: openapi.openapi: expected a version of OpenAPI 3.0 or 3.1, such as `3.0.3`, found the text "2.0"
"##,
    );
}

#[test]
fn an_override_that_means_nothing_is_a_mistake() {
    check(
        r#"{ "openapi": { "openapi": "3.1.0", "info": {}, "paths": { "/a": { "get": { "responses": {} } } } },
            "overrides": [
                { "match": { "path": "/a", "method": "GET" }, "mode": "report" },
                { "match": { "path": "/a" }, "request": { "read_only": "allow" } },
                { "mode": "report" },
                { "match": { "path": "/a/b" }, "mode": "report" },
                { "match": { "methods": ["GET"] }, "limits": { "depth": 500 } }
            ] }"#,
        r##"
error: overrides[0].match.method: unknown field
  hint: did you mean `methods`?
error: overrides[1].request.read_only: unknown field
  hint: known here: body, unknown_cookie, unknown_query
error: overrides[2].match: is required
error: overrides[4].limits.depth: expected at most 128, found the number 500
error: overrides[1]: applies to no operation of the document
  hint: write the path as the document does, with the base path in front, or `/path/**`; of several overrides for one operation the first applies
error: overrides[3]: applies to no operation of the document
  hint: write the path as the document does, with the base path in front, or `/path/**`; of several overrides for one operation the first applies
"##,
    );
}

#[test]
fn a_document_says_what_it_has_that_is_not_enforced() {
    check(
        &document(
            r##""servers": [{ "url": "https://x/{v}" }], "paths": {
            "orders": {},
            "/a/{x}": { "get": { "responses": { "20": {} }, "servers": [] } },
            "/a/{y}": { "post": { "parameters": [] }, "get": { "parameters": [{ "name": "y", "in": "path", "schema": {} }] } },
            "/d": { "servers": [{ "url": "/{p}" }], "get": { "servers": [{}] } },
            "/c": { "post": { "parameters": [
                { "name": "q", "in": "query", "style": "deepObject", "schema": { "type": "object" } },
                { "name": "r", "in": "query", "content": {} },
                { "name": "s", "in": "cookie", "schema": { "type": "array", "items": { "type": "string" } } }
            ], "requestBody": { "content": {
                "application/xml": { "schema": { "type": "object" } },
                "json": {},
                "application/json": { "schema": { "$ref": "#/components/schemas/S" } }
            } } } } },
            "components": { "schemas": { "S": {
                "type": "strin", "pattern": "(?=a)", "minLength": -1,
                "allOf": [{ "$ref": "other.json#/A" }, { "$ref": "#/components/schemas/S" }],
                "properties": { "a": { "$ref": "#/components/schemas/Gone" }, "b": 1 },
                "required": ["a", "a"], "multipleOf": 0
            } } }"##,
        ),
        r##"
error: openapi.servers[0].url: the variable "v" has no default
error: openapi.paths.orders: a path template begins with `/`
error: openapi.paths["/a/{x}"].get.responses.20: expected a status such as `200`, `4XX` or `default`
error: openapi.paths["/a/{x}"].get: the path parameter `x` is not declared
error: openapi.paths["/a/{y}"].get.parameters[0]: a path parameter is required, and says so with `required: true`
error: openapi.paths["/a/{y}"].post: the path parameter `y` is not declared
error: openapi.paths["/a/{y}"]: ambiguous: "/a/{x}" matches the same paths
error: openapi.paths["/d"].servers[0].url: the variable "p" has no default
error: openapi.paths["/d"].get.servers[0].url: is required
error: openapi.paths["/c"].post.parameters[1].content: expected one media type, found an object
error: openapi.paths["/c"].post.requestBody.content.json: expected a media type, `type/*` or `*/*`
error: openapi.components.schemas.S.type: expected one of `null`, `boolean`, `integer`, `number`, `string`, `array`, `object`, found "strin"
  hint: did you mean `string`?
error: openapi.components.schemas.S.multipleOf: expected a number greater than 0, found the number 0
error: openapi.components.schemas.S.minLength: expected a whole number, 0 or more, found the number -1
error: openapi.components.schemas.S.properties.a.$ref: "#/components/schemas/Gone" names nothing in the document
error: openapi.components.schemas.S.required[1]: "a" is in the list twice
error: openapi.components.schemas.S.allOf[0].$ref: "other.json#/A" lies outside of the document
  hint: put it below `components` of this document; other files are not read
error: openapi.components.schemas.S.properties.b: expected a schema object, found the number 1
error: openapi.components.schemas.S: leads back to itself without going into the value
"##,
    );
}

/// A schema says more than is known here, in a keyword to come or a misspelt one.
#[test]
fn an_unknown_keyword_of_a_schema_is_warned_of_and_refuses_nothing() {
    let (schema, faults) = (
        r#"{ "maxLenght": 3, "x-maxLenght": 3, "strange": {}, "default": { "maxLenght": 3 } }"#,
        Faults::new(),
    );
    let section = format!("{{\"openapi\":{}}}", filter::document("3.1.0", schema, ""));
    let document = OwnedDocument::parse(section.into(), &filter::WIDE).unwrap();
    let stage = tollgate_schema::stage(Setting::root(document.root(), "", &faults));
    assert!(stage.is_some() && faults.is_empty());
    let warnings = faults.take_warnings();
    let paths: Vec<(&str, &str)> = warnings
        .iter()
        .map(|warning| (warning.path.as_str(), warning.message.as_str()))
        .collect();
    let unknown = "unknown keyword: it is not enforced";
    assert_eq!(
        paths,
        [
            ("openapi.components.schemas.root.maxLenght", unknown),
            ("openapi.components.schemas.root.strange", unknown)
        ]
    );
    assert_eq!(
        warnings[0].hint.as_deref(),
        Some("did you mean `maxLength`?")
    );
}

#[test]
fn a_path_has_a_bounded_number_of_segments() {
    let path = |count: usize| "/a".repeat(count);
    let section = |count| document(&format!(r#""paths": {{ "{}": {{}} }}"#, path(count)));
    check(&section(100), "");
    check(
        &section(101),
        &format!(
            "error: openapi.paths[{:?}]: a path has at most 100 segments",
            path(101)
        ),
    );
}

#[test]
fn bodies_that_are_not_enforced_are_warned_of() {
    let form = |encoding: &str| {
        format!(
            r#"{{ "schema": {{ "type": "object", "properties": {{ "o": {{ "type": "object",
                "properties": {{ "n": {{ "type": "array", "items": {{ "type": "object" }} }} }} }} }} }},
                "encoding": {{ "o": {encoding} }} }}"#
        )
    };
    let section = document(&format!(
        r#""paths": {{ "/a": {{ "post": {{ "requestBody": {{ "content": {{
            "application/json": {{ "schema": {{}}, "encoding": {{ "a": 1 }} }},
            "application/xml": {{ "schema": {{ "type": "object" }} }},
            "text/csv": {{ "schema": {{ "type": "array" }} }},
            "text/plain": {{ "schema": {{ "type": "string", "minLength": 1 }} }},
            "text/event-stream": {{ "schema": {{ "type": "string", "minLength": 1 }} }},
            "application/x-ndjson": {{ "schema": {{ "type": "string" }} }},
            "image/*": {{ "schema": {{ "type": "string", "format": "binary" }} }},
            "*/*": {{ "schema": {{ "type": "object" }} }},
            "multipart/form-data": {},
            "application/x-www-form-urlencoded": {}
        }} }} }} }} }}"#,
        form(r#"{ "contentType": "application/xml; charset=utf-8" }"#),
        form(r#"{ "style": "form" }"#)
    ));
    let (warnings, faults) = Filter::findings(&section);
    assert_eq!(faults, Vec::new());
    let lines: Vec<String> = warnings
        .iter()
        .map(|warning| format!("{}: {}", warning.path, warning.message))
        .collect();
    assert_eq!(
        lines.join("\n"),
        r##"
openapi.paths["/a"].post.requestBody.content["application/xml"].schema: the schema of `application/xml` is not enforced: such a body passes unread
openapi.paths["/a"].post.requestBody.content["text/csv"].schema: the schema of `text/csv` is not enforced: such a body passes unread
openapi.paths["/a"].post.requestBody.content["text/event-stream"].schema: the schema of `text/event-stream` is not enforced: such a body passes unread
openapi.paths["/a"].post.requestBody.content["multipart/form-data"].encoding.o.contentType: an object that is not JSON can not be read: the form is not enforced
openapi.paths["/a"].post.requestBody.content["multipart/form-data"].schema: the schema of `multipart/form-data` is not enforced: such a body passes unread
openapi.paths["/a"].post.requestBody.content["application/x-www-form-urlencoded"].encoding.o: values of this property have no defined form in the style: the form is not enforced
openapi.paths["/a"].post.requestBody.content["application/x-www-form-urlencoded"].schema: the schema of `application/x-www-form-urlencoded` is not enforced: such a body passes unread
"##
        .trim()
    );
}
