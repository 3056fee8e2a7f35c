//! How the raw text of a parameter becomes a value, case by case of a table made
//! from the OpenAPI specifications. That it became the right one shows in a schema
//! that takes this value only, and in one that takes all but this.

use crate::filter::{self, Filter, Sent, slug};
use serde_json::{Value, json};

/// Cases in the table.
const CASES: usize = 159;

/// Where the filter differs on purpose, and why.
const DIFFERENT: &[(&str, &str)] = &[
    (
        "path-label-plain-06",
        "a segment of one dot is a dot segment",
    ),
    (
        "path-label-explode-04",
        "a segment of one dot is a dot segment",
    ),
    (
        "path-simple-plain-25",
        "an encoded slash in a path is ambiguous",
    ),
    ("path-simple-plain-26", "so is one that is encoded twice"),
    (
        "query-form-explode-34",
        "an empty value that is allowed is not judged",
    ),
];

/// What the faults of refused cases say, and of how many cases.
const OUTSIDE: &[(&str, usize)] = &[];

#[test]
fn the_style_matrix_is_met() {
    let file = filter::data().join("openapi-params/style-matrix.json");
    let Ok(text) = std::fs::read(file) else {
        println!("suite style-matrix: 0 passed, 0 failed, {CASES} skipped");
        return;
    };
    let table: Value = serde_json::from_slice(&text).unwrap();
    let cases = table["cases"].as_array().unwrap();
    let mut outside = vec![0; OUTSIDE.len()];
    let (mut passed, mut different, mut failed) = (0, Vec::new(), Vec::new());
    for case in cases {
        let id = case["id"].as_str().unwrap();
        match judge(case) {
            Ok(()) => passed += 1,
            Err(Missed::Refused(message)) => {
                match OUTSIDE.iter().position(|(part, _)| message.contains(part)) {
                    Some(at) => outside[at] += 1,
                    None => failed.push(format!("{id}: {message}")),
                }
            }
            Err(Missed::Judged(what)) => match DIFFERENT.iter().find(|(known, _)| *known == id) {
                Some((id, why)) => different.push(format!("{id}: {why}")),
                None => failed.push(format!("{id}: {what}: {case}")),
            },
        }
    }
    for ((part, _), cases) in OUTSIDE.iter().zip(&outside) {
        println!("style-matrix: refused: {part}: {cases} cases");
    }
    for case in &different {
        println!("style-matrix: different: {case}");
    }
    for case in &failed {
        println!("FAILED style-matrix {case}");
    }
    println!(
        "suite style-matrix: {passed} passed, {} failed, 0 skipped",
        failed.len()
    );
    assert_eq!(failed, Vec::<String>::new());
    assert_eq!(
        different.len(),
        DIFFERENT.len(),
        "one of them is met: take it off the list"
    );
    assert_eq!(
        outside,
        OUTSIDE.iter().map(|(_, cases)| *cases).collect::<Vec<_>>()
    );
    assert_eq!(cases.len(), CASES, "the table is whole");
}

enum Missed {
    Refused(String),
    Judged(String),
}

fn judge(case: &Value) -> Result<(), Missed> {
    let schema = &case["schema"];
    let expected = match (case.get("expected_error"), &case["expected"]) {
        (Some(_), _) => vec![(schema.clone(), "schema_parameter")],
        (None, Value::Null) => vec![(schema.clone(), "")],
        (None, value) => vec![
            (json!({ "allOf": [schema, { "enum": [value] }] }), ""),
            (
                json!({ "allOf": [schema, { "not": { "enum": [value] } }] }),
                "schema_parameter",
            ),
        ],
    };
    for (schema, expected) in expected {
        let filter = compile(case, &schema).map_err(Missed::Refused)?;
        let found = slug(&filter.request(&sent(case)));
        // What the kit refuses in a path never comes to a parameter.
        let refused = expected == "schema_parameter" && found == "kit_path";
        if found != expected && !refused {
            return Err(Missed::Judged(format!("{schema}: found {found:?}")));
        }
    }
    Ok(())
}

fn compile(case: &Value, schema: &Value) -> Result<Filter, String> {
    let name = case["name"].as_str().unwrap();
    let mut parameter = json!({
        "name": name,
        "in": case["location"],
        "required": case["required"],
        "allowEmptyValue": case.get("allow_empty_value").unwrap_or(&json!(false)),
        "allowReserved": case.get("allow_reserved").unwrap_or(&json!(false)),
        "explode": case["explode"],
    });
    if case["style"] == "content" {
        parameter["content"] =
            json!({ case["media_type"].as_str().unwrap(): { "schema": schema } });
    } else {
        parameter["style"] = case["style"].clone();
        parameter["schema"] = schema.clone();
    }
    let path = match case["location"].as_str() {
        Some("path") => format!("/{{{name}}}"),
        _ => "/".to_owned(),
    };
    // The one that the case is about, or any.
    let version = case["versions"][0].as_str().unwrap_or("3.1.1");
    let openapi = json!({
        "openapi": version,
        "info": {},
        "paths": { path: { "get": { "parameters": [parameter], "responses": {} } } },
    });
    let filter = Filter::of(&json!({ "openapi": openapi }).to_string());
    filter.map_err(|faults| faults[0].to_string())
}

fn sent(case: &Value) -> Sent {
    let raw = case["raw"].as_str().unwrap_or_default();
    let lines = case["raw"].as_array();
    let name = case["name"].as_str().unwrap().to_ascii_lowercase();
    match case["location"].as_str() {
        Some("path") => Sent::get(&format!("/{raw}")),
        Some("query") => Sent::get(&format!("/?{raw}")),
        Some("cookie") => Sent::get("/").with("cookie", raw),
        _ => match lines {
            Some(lines) => lines.iter().fold(Sent::get("/"), |sent, line| {
                sent.with(&name, line.as_str().unwrap())
            }),
            None => Sent::get("/").with(&name, raw),
        },
    }
}
