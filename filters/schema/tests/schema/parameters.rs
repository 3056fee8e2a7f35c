//! Parameters of the query beyond the table of styles: who owns a name, what a document
//! leaves open, and what could be read in two ways.

use crate::filter::{self, Filter, Sent, slug};
use serde_json::{Value, json};

/// A document whose `GET` of one path has these parameters.
pub fn document(path: &str, parameters: &Value) -> Value {
    json!({
        "openapi": "3.1.1",
        "info": {},
        "paths": { path: { "get": { "parameters": parameters, "responses": {} } } },
    })
}

pub fn filter(path: &str, parameters: &Value) -> Filter {
    Filter::with_document(&document(path, parameters).to_string())
}

fn query(schema: &Value, style: &str) -> Filter {
    let parameter = json!({ "name": "x", "in": "query", "style": style, "schema": schema });
    filter("/", &json!([parameter]))
}

/// What becomes of each query: `true` passes, `false` is `schema_parameter`.
fn expect(filter: &Filter, cases: &[(&str, bool)]) {
    for (query, passes) in cases {
        let expected = if *passes { "" } else { "schema_parameter" };
        let found = slug(&filter.request(&Sent::get(&format!("/?{query}"))));
        assert_eq!(found, expected, "{query}");
    }
}

#[test]
fn an_exploded_object_owns_the_names_of_its_members() {
    let closed = json!({ "type": "object", "properties": { "a": { "type": "integer" } } });
    expect(
        &query(&closed, "form"),
        &[
            ("a=1", true),
            ("a=x", false),
            ("b=1", false),
            ("x=1", false),
            ("a=1&a=2", false),
        ],
    );
    let mut open = closed;
    open["additionalProperties"] = json!({ "type": "boolean" });
    expect(
        &query(&open, "form"),
        &[("a=1&b=true", true), ("b=1", false), ("x=false", true)],
    );
    let free = json!({ "type": "object" });
    expect(
        &query(&free, "form"),
        &[("a=1&b=true", true), ("a=1&a=2", false)],
    );
    let by_pattern = json!({
        "type": "object",
        "patternProperties": { "^f_": { "type": "integer" } },
        "additionalProperties": false,
    });
    expect(
        &query(&by_pattern, "form"),
        &[("f_a=1", true), ("f_a=x", false), ("b=1", false)],
    );
}

#[test]
fn a_parameter_keeps_its_name_beside_an_object_that_takes_any() {
    let any = |name: &str, kind: &str| {
        json!({ "name": name, "in": "query", "schema": {
            "type": "object", "additionalProperties": { "type": kind } } })
    };
    let limit = json!({ "name": "limit", "in": "query", "schema": { "type": "integer" } });
    let filter = filter("/", &json!([limit, any("x", "boolean")]));
    expect(
        &filter,
        &[
            ("limit=1&b=true", true),
            ("limit=x", false),
            ("limit=1&b=2", false),
        ],
    );
}

#[test]
fn what_is_documented_by_itself_is_no_member() {
    let parameters = |limit: &str| {
        json!([
            { "name": "limit", "in": "query", "schema": { "type": "integer" } },
            { "name": "x", "in": "query", "schema": { "type": "object",
                "properties": { "a": { "type": "integer" }, "limit": { "type": "boolean" } } } },
            { "name": "y", "in": "query", "schema": { "type": "object",
                "properties": { "a": { "type": limit }, "b": { "type": "integer" } } } },
        ])
    };
    let expected = [
        ("limit=1", true),
        ("limit=true", false),
        ("a=1&b=1", true),
        ("b=x", false),
    ];
    expect(&filter("/", &parameters("integer")), &expected);
    // What two name both are judged by.
    expect(
        &filter("/", &parameters("boolean")),
        &[("a=1", false), ("a=true", false)],
    );
}

#[test]
fn what_two_objects_may_take_both_are_judged_by() {
    let any = |name: &str, schema: Value| {
        json!({ "name": name, "in": "query", "schema": {
            "type": "object", "additionalProperties": schema } })
    };
    let filter = filter(
        "/",
        &json!([
            any("x", json!({ "type": "integer", "minimum": 3 })),
            any("y", json!({ "type": "integer", "maximum": 5 })),
        ]),
    );
    expect(
        &filter,
        &[
            ("a=4", true),
            ("a=2", false),
            ("a=6", false),
            ("a=x", false),
        ],
    );
}

#[test]
fn a_value_may_be_a_primitive_or_an_object() {
    let schema = json!({ "anyOf": [
        { "type": "integer" },
        { "type": "object", "properties": { "gte": { "type": "integer" } } },
    ] });
    expect(
        &query(&schema, "deepObject"),
        &[
            ("x=5", true),
            ("x[gte]=5", true),
            ("x=a", false),
            ("x[gte]=a", false),
            ("x=5&x[gte]=5", false),
        ],
    );
    expect(
        &query(&schema, "form"),
        &[
            ("x=5", true),
            ("gte=5", true),
            ("x=a", false),
            ("gte=a", false),
            ("x=5&gte=5", false),
        ],
    );
}

#[test]
fn arrays_in_brackets_come_as_libraries_write_them() {
    let array = json!({ "type": "array", "maxItems": 12, "items": { "type": "integer" } });
    let eleven: Vec<String> = (0..11).map(|at| format!("x[{at}]={at}")).collect();
    expect(
        &query(&array, "deepObject"),
        &[
            ("x[]=1&x[]=2", true),
            ("x[0]=1&x[1]=2", true),
            ("x[1]=1&x[0]=2", true),
            ("x=1&x=2", true),
            (&eleven.join("&"), true),
            ("x[]=a", false),
            ("x[0]=1&x[2]=2", false),
            ("x[00]=1", false),
            ("x[%2B0]=1", false),
            ("x[0]=1&x[]=2", false),
            ("x[a]=1", false),
            ("x[0]=1&x[0]=2", false),
        ],
    );
    let objects = json!({ "type": "array", "items": {
        "type": "object", "properties": { "a": { "type": "integer" } }, "required": ["a"] } });
    expect(
        &query(&objects, "deepObject"),
        &[
            ("x[0][a]=1&x[1][a]=2", true),
            ("x[0][a]=z", false),
            ("x[0][b]=1", false),
        ],
    );
}

#[test]
fn a_value_in_brackets_may_be_an_array_or_an_object() {
    let schema = json!({ "anyOf": [
        { "type": "array", "items": { "type": "integer" } },
        { "type": "object", "additionalProperties": false, "properties": {
            "a": { "type": "integer" } } },
    ] });
    expect(
        &query(&schema, "deepObject"),
        &[
            ("x[0]=1&x[1]=2", true),
            ("x[]=1&x[]=2", true),
            ("x[a]=1", true),
            ("x[b]=1", false),
            ("x[0]=a", false),
        ],
    );
}

#[test]
fn what_has_no_defined_form_is_warned_of_and_only_its_presence_judged() {
    let undefined = [
        (
            "form",
            true,
            json!({ "type": "array", "items": { "type": "array" } }),
        ),
        (
            "form",
            false,
            json!({ "type": "array", "items": { "type": "object" } }),
        ),
        (
            "form",
            true,
            json!({ "type": "object", "properties": { "x": { "type": "object" } } }),
        ),
        (
            "pipeDelimited",
            true,
            json!({ "type": "object", "properties": { "x": { "type": "integer" } } }),
        ),
        (
            "spaceDelimited",
            true,
            json!({ "type": "object", "properties": { "x": { "type": "integer" } } }),
        ),
    ];
    for (style, explode, schema) in undefined {
        let parameter = json!({ "name": "x", "in": "query", "style": style, "explode": explode,
            "required": true, "schema": schema });
        let section = json!({ "openapi": document("/", &json!([parameter])) });
        let (warnings, faults) = Filter::findings(&section.to_string());
        let expected = format!(
            "values of this schema have no defined form in the style `{style}`: the parameter \
             is not judged, only that it is there"
        );
        assert_eq!(warnings.len(), 1, "{section}");
        assert_eq!(warnings[0].message, expected);
        assert_eq!(
            warnings[0].path,
            "openapi.paths[\"/\"].get.parameters[0].schema"
        );
        assert!(faults.is_empty(), "{faults:?}");
        let filter = filter("/", &json!([parameter]));
        expect(&filter, &[("x=1", true), ("", false), ("y=1", false)]);
    }
}

/// The specification's list of combinations that are not defined: each is warned of,
/// or read in the one way that everyone reads it.
#[test]
fn no_undefined_combination_is_passed_over() {
    let file = filter::data().join("openapi-params/undefined-combinations.json");
    let Ok(text) = std::fs::read(file) else {
        return println!("suite undefined-combinations: 0 passed, 0 failed, 19 skipped");
    };
    let table: Value = serde_json::from_slice(&text).unwrap();
    let combinations = table["undefined"].as_array().unwrap();
    for case in combinations {
        let schema = match case["type"].as_str().unwrap() {
            "array" => json!({ "type": "array", "items": { "type": "integer" } }),
            "object" => json!({ "type": "object", "properties": { "a": { "type": "integer" } } }),
            _ => json!({ "type": "integer" }),
        };
        let parameter = json!({ "name": "x", "in": "query", "style": case["style"],
            "explode": case["explode"], "schema": schema });
        let section = json!({ "openapi": document("/", &json!([parameter])) });
        let (warnings, faults) = Filter::findings(&section.to_string());
        assert!(faults.is_empty(), "{case}: {faults:?}");
        let filter = filter("/", &json!([parameter]));
        let refused = |query: &str| slug(&filter.request(&Sent::get(query))) == "schema_parameter";
        let is_judged = refused("/?x=a") && (refused("/?x[a]=a") || refused("/?a=a"));
        assert!(is_judged || warnings.len() == 1, "{case}");
    }
    println!(
        "suite undefined-combinations: {} passed, 0 failed, 0 skipped",
        combinations.len()
    );
}

#[test]
fn brackets_are_closed_and_of_bounded_depth() {
    let object = json!({ "type": "object", "properties": { "a": { "type": "object" } } });
    let deep = |count: usize| format!("x[a]{}=1", "[b]".repeat(count));
    expect(
        &query(&object, "deepObject"),
        &[
            (&deep(15), true),
            (&deep(16), false),
            ("x[a=1", false),
            ("x[a]b=1", false),
            ("x[a][b]=1&x[a]=1", false),
            ("x[a][[b]]=1", false),
            ("xy[a]=1", false),
        ],
    );
}

#[test]
fn null_is_the_word_where_the_schema_has_it() {
    let schema = json!({ "type": ["integer", "null"] });
    expect(
        &query(&schema, "form"),
        &[
            ("x=null", true),
            ("x=1", true),
            ("x=", false),
            ("x=nil", false),
        ],
    );
    let schema = json!({ "type": "integer" });
    expect(&query(&schema, "form"), &[("x=null", false)]);
}

#[test]
fn properties_beside_a_reference_count() {
    let document = json!({
        "openapi": "3.1.1", "info": {},
        "paths": { "/": { "get": { "responses": {}, "parameters": [
            { "name": "x", "in": "query", "schema": {
                "$ref": "#/components/schemas/A", "properties": { "b": { "type": "integer" } } } },
        ] } } },
        "components": { "schemas": { "A": {
            "type": "object", "properties": { "a": { "type": "integer" } } } } },
    });
    let filter = Filter::with_document(&document.to_string());
    expect(
        &filter,
        &[
            ("a=1&b=2", true),
            ("a=x", false),
            ("b=x", false),
            ("c=1", false),
        ],
    );
}
