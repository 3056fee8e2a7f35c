//! The table of styles of the schema filter's own tests, in the other executors: how
//! a parameter's raw text becomes a value does not depend on what is around the
//! filter. One document has all cases, each twice: with a schema that takes the
//! expected value only, and with one that takes all but that.

use serde_json::{Map, Value, json};
use tollgate_conformance::artefacts;
use tollgate_conformance::case::Case;
use tollgate_conformance::check::differences;
use tollgate_conformance::envoy::Gateway;
use tollgate_conformance::observe::Observation;
use tollgate_conformance::run::{Executor, Layout, run};
use tollgate_conformance::tokens::Keys;
use tollgate_rig::Envoy;

/// Cases in the table.
const CASES: usize = 159;

/// Cases that end elsewhere than at the parameter, and why.
const ELSEWHERE: &[(&str, &str)] = &[
    (
        "path-simple-plain-25",
        "an encoded slash in a path is ambiguous",
    ),
    ("path-simple-plain-26", "so is one that is encoded twice"),
    (
        "path-label-plain-06",
        "a segment of one dot is a dot segment",
    ),
    (
        "path-label-explode-04",
        "a segment of one dot is a dot segment",
    ),
    (
        "query-form-explode-34",
        "an empty value that is allowed is not judged",
    ),
];

/// Cases that cannot be sent to Envoy, and why.
const UNSENDABLE: &[(&str, &str)] = &[(
    "path-simple-plain-15",
    "a request line has no blanks in its path",
)];

/// The cases, of which each has a name and is sent twice; `None` without the table.
fn cases() -> Option<Vec<(String, Case)>> {
    let text = std::fs::read(artefacts::data().join("openapi-params/style-matrix.json")).ok()?;
    let table: Value = serde_json::from_slice(&text).unwrap();
    let table = table["cases"].as_array().unwrap();
    assert_eq!(table.len(), CASES, "the table is whole");
    let judged = |case: &&Value| !ELSEWHERE.iter().any(|(id, _)| case["id"] == *id);
    let mut sent = Vec::new();
    for version in ["3.1.1", "3.0.3"] {
        let of_version = table
            .iter()
            .filter(judged)
            .filter(|case| of(case) == version);
        let trials: Vec<Trial<'_>> = of_version.flat_map(trials).collect();
        let document = document(version, &trials);
        sent.extend(trials.iter().map(|trial| trial.case(version, &document)));
    }
    Some(sent)
}

/// A version of OpenAPI that a case is about.
fn of(case: &Value) -> &'static str {
    let versions = case["versions"].as_array();
    match versions.is_some_and(|versions| versions.contains(&json!("3.0.3"))) {
        true => "3.0.3",
        false => "3.1.1",
    }
}

/// A case with one of its schemas.
struct Trial<'t> {
    case: &'t Value,
    schema: Value,
    is_allowed: bool,
    place: &'static str,
}

fn trials(case: &Value) -> Vec<Trial<'_>> {
    let schema = &case["schema"];
    let trial = |schema, is_allowed, place| Trial {
        case,
        schema,
        is_allowed,
        place,
    };
    match (case.get("expected_error"), &case["expected"]) {
        (Some(_), _) => vec![trial(schema.clone(), false, "error")],
        (None, Value::Null) => vec![trial(schema.clone(), true, "absent")],
        (None, value) => vec![
            trial(
                json!({ "allOf": [schema, { "enum": [value] }] }),
                true,
                "this",
            ),
            trial(
                json!({ "allOf": [schema, { "not": { "enum": [value] } }] }),
                false,
                "other",
            ),
        ],
    }
}

fn document(version: &str, trials: &[Trial<'_>]) -> Map<String, Value> {
    let paths: Map<String, Value> = trials
        .iter()
        .map(|trial| (trial.template(), trial.operation()))
        .collect();
    let info = json!({ "title": "Styles", "version": "1" });
    let openapi = json!({ "openapi": version, "info": info, "paths": paths });
    let policy = json!({ "version": 1, "schema": { "openapi": openapi } });
    policy.as_object().cloned().unwrap()
}

// === impl Trial ===

impl Trial<'_> {
    fn text(&self, name: &str) -> &str {
        self.case[name].as_str().unwrap_or_default()
    }

    fn prefix(&self) -> String {
        format!("/{}/{}", self.text("id"), self.place)
    }

    fn template(&self) -> String {
        match self.text("location") {
            "path" => format!("{}/{{{}}}", self.prefix(), self.text("name")),
            _ => self.prefix(),
        }
    }

    fn operation(&self) -> Value {
        let case = self.case;
        let flag = |name: &str| case.get(name).cloned().unwrap_or(json!(false));
        let mut parameter = json!({
            "name": case["name"],
            "in": case["location"],
            "required": case["required"],
            "allowEmptyValue": flag("allow_empty_value"),
            "allowReserved": flag("allow_reserved"),
        });
        if case["style"] == "content" {
            parameter["content"] = json!({ self.text("media_type"): { "schema": self.schema } });
        } else {
            parameter["style"] = case["style"].clone();
            parameter["explode"] = case["explode"].clone();
            parameter["schema"] = self.schema.clone();
        }
        json!({ "get": { "parameters": [parameter], "responses": { "default": { "description": "Any." } } } })
    }

    fn case(&self, version: &str, document: &Map<String, Value>) -> (String, Case) {
        let raw = self.text("raw");
        let path = match self.text("location") {
            "path" => format!("{}/{raw}", self.prefix()),
            "query" => format!("{}?{raw}", self.prefix()),
            _ => self.prefix(),
        };
        let name = self.text("name").to_lowercase();
        let headers = match (self.text("location"), self.case["raw"].as_array()) {
            ("header", Some(lines)) => lines.iter().map(|line| json!([name, line])).collect(),
            ("header", None) => vec![json!([name, raw])],
            ("cookie", _) => vec![json!(["cookie", raw])],
            _ => Vec::new(),
        };
        let expect = match self.is_allowed {
            true => json!({ "outcome": "allow", "status": 204 }),
            false => json!({ "outcome": "deny", "reason": "schema_parameter", "status": 400 }),
        };
        let case = json!({
            "source": "OpenAPI 3.1 §4.8.12.3",
            "policy": format!("styles of {version}"),
            "request": { "path": path, "headers": headers },
            "upstream": { "status": 204 },
            "expect": expect,
        });
        let mut case: Case = serde_json::from_value(case).unwrap();
        case.document = Some(document.clone());
        (self.prefix(), case)
    }
}

/// Judges every trial in an executor. A path that the kit refuses never comes to its
/// parameter.
fn judge(
    name: &str,
    cases: &[(String, Case)],
    run: impl Fn(&str, &Case) -> Result<Observation, String>,
) {
    let mut failed = Vec::new();
    for (trial, case) in cases {
        let ambiguous = |seen: &Observation| format!("{seen:?}").contains("kit_path");
        let differences = match run(trial, case) {
            Ok(seen) if case.expect.status == 400 && ambiguous(&seen) => Vec::new(),
            Ok(seen) => differences(case, &seen),
            Err(error) => vec![error],
        };
        if !differences.is_empty() {
            failed.push(format!("{trial}: {}", differences.join("; ")));
        }
    }
    for case in &failed {
        println!("FAILED {name} {case}");
    }
    let (passed, failures) = (cases.len() - failed.len(), failed.len());
    println!("suite {name}: {passed} passed, {failures} failed, 0 skipped");
    assert_eq!(failed, [""; 0]);
}

fn skip(name: &str) {
    println!("suite {name}: 0 passed, 0 failed, {CASES} skipped");
}

#[test]
fn styles_are_read_in_the_emulator_as_natively() {
    let name = "style-matrix-emulator";
    let (Some(cases), Some(modules)) = (cases(), artefacts::modules()) else {
        return skip(name);
    };
    let keys = Keys::load().unwrap();
    judge(name, &cases, |_, case| {
        run(case, &keys, Executor::Emulator(&modules), Layout::Separate)
    });
}

#[test]
fn styles_are_read_in_envoy_as_natively() {
    let name = "style-matrix-envoy";
    let modules = artefacts::modules().filter(|_| Envoy::binary().is_some());
    let (Some(mut cases), Some(modules)) = (cases(), modules) else {
        return skip(name);
    };
    cases.retain(|(trial, _)| {
        let mut unsendable = UNSENDABLE.iter();
        !unsendable.any(|(id, _)| trial.starts_with(&format!("/{id}/")))
    });
    let keys = Keys::load().unwrap();
    let gateway = Gateway::start(&cases, &keys, Layout::Separate, &modules).unwrap();
    judge(name, &cases, |trial, case| gateway.run(trial, case, &keys));
}
