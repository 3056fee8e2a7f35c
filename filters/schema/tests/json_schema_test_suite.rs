//! The JSON Schema test suite through the filter's own path: a schema becomes
//! that of a request body, an instance the body. Draft 4 stands for `OpenAPI`
//! 3.0, 2020-12 for 3.1. Groups that use keywords which are no part of what the
//! filter enforces must be refused when compiled; they are counted apart.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "tests; `scripts/test` reads the totals"
)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tollgate_kit::config::Setting;
use tollgate_kit::faults::{Fault, Faults};
use tollgate_kit::fields::Fields;
use tollgate_kit::host::{Digest, HostError};
use tollgate_kit::json::{Limits, Node, OwnedDocument};
use tollgate_kit::path::{Semicolon, Target};
use tollgate_kit::stage::{Body, Env, Request, Stage, Verifier};
use tollgate_kit::verdict::{Need, Verdict};

/// Where the filter differs from the suite on purpose: part of the test's name,
/// and why.
const DIFFERENT: &[(&str, &str)] = &[
    (
        "draft2020-12/format/",
        "formats are asserted, not only annotated",
    ),
    (
        "optional/zeroTerminatedFloats/",
        "1.0 is an integer in both dialects, as it is in 2020-12",
    ),
    (
        "(punycode) host names/",
        "labels that begin with xn-- are not decoded",
    ),
    ("format/idn-email/", "the format annotates"),
    ("format/idn-hostname/", "the format annotates"),
    ("format/iri/", "the format annotates"),
    ("format/iri-reference/", "the format annotates"),
    ("format/relative-json-pointer/", "the format annotates"),
    ("format/uri-template/", "the format annotates"),
];

#[derive(Default)]
struct Totals {
    passed: usize,
    different: BTreeMap<&'static str, usize>,
    failed: Vec<String>,
    /// Groups that don't compile, by what their faults say.
    outside: BTreeMap<String, usize>,
}

#[test]
fn the_json_schema_suite_is_met() {
    let folder = data().join("json-schema-test-suite/tests");
    let mut totals = Totals::default();
    for (draft, version) in [("draft4", "3.0.3"), ("draft2020-12", "3.1.0")] {
        for part in ["", "optional", "optional/format"] {
            for file in files(&folder.join(draft).join(part)) {
                let stem = file.file_stem().unwrap().to_string_lossy().into_owned();
                let name = Path::new(draft)
                    .join(part)
                    .join(stem)
                    .to_string_lossy()
                    .into_owned();
                run(&name, &file, version, &mut totals);
            }
        }
    }
    for (why, groups) in &totals.outside {
        println!("json-schema: outside of the filter's keywords: {groups} groups: {why}");
    }
    totals
        .failed
        .iter()
        .for_each(|test| println!("FAILED json-schema {test}"));
    println!(
        "suite json-schema: {} passed, {} failed, {} skipped",
        totals.passed,
        totals.failed.len(),
        if folder.exists() {
            totals.different.values().sum()
        } else {
            TESTS
        }
    );
    assert_eq!(totals.failed, Vec::<String>::new());
    for (part, why) in DIFFERENT.iter().filter(|_| folder.exists()) {
        println!(
            "json-schema: different: {} tests of {part}: {why}",
            totals.different.get(part).unwrap_or(&0)
        );
        assert!(
            totals.different.contains_key(part),
            "{part} is met: take it off the list"
        );
    }
}

fn run(name: &str, file: &Path, version: &str, totals: &mut Totals) {
    let suite = OwnedDocument::parse(
        std::fs::read(file).unwrap(),
        &Limits {
            keys: 1_000_000,
            ..Limits::DEFAULT
        },
    )
    .unwrap();
    for group in suite.root().as_array().unwrap() {
        let text =
            |node: Node<'_>, member: &str| node.get(member).unwrap().as_str().unwrap().to_owned();
        let group_name = format!("{name}/{}", text(group, "description"));
        let stage = match compile(group.get("schema").unwrap().source(), version) {
            Ok(stage) => stage,
            Err(faults) => {
                match faults.iter().find(|fault| is_outside(fault)) {
                    None => totals.failed.push(format!("{group_name}: {}", faults[0])),
                    Some(fault) => *totals.outside.entry(outside(fault)).or_default() += 1,
                }
                continue;
            }
        };
        for test in group.get("tests").unwrap().as_array().unwrap() {
            let test_name = format!("{group_name}/{}", text(test, "description"));
            let expected = test.get("valid").unwrap().as_bool().unwrap();
            let found = accepts(stage.as_ref(), &moved(test.get("data").unwrap().source()));
            let different = DIFFERENT.iter().find(|(part, _)| test_name.contains(part));
            match (found == expected, different) {
                (true, _) => totals.passed += 1,
                (false, Some((part, _))) => *totals.different.entry(part).or_default() += 1,
                (false, None) => totals
                    .failed
                    .push(format!("{test_name}: valid should be {expected}")),
            }
        }
    }
}

/// Whether a fault says that a keyword, a reference or a pattern is none that the
/// filter has.
fn is_outside(fault: &Fault) -> bool {
    OUTSIDE.iter().any(|part| fault.message.contains(part))
        || (fault.path.ends_with(".type") || fault.path.ends_with(".items"))
}

fn outside(fault: &Fault) -> String {
    let keyword = fault.path.rsplit('.').next().unwrap_or_default();
    match keyword {
        "$ref" => "$ref to other documents or anchors".to_owned(),
        keyword if fault.message.contains("Unicode property") => {
            format!("Unicode properties ({keyword})")
        }
        keyword => keyword.to_owned(),
    }
}

const OUTSIDE: &[&str] = &[
    "unknown field",
    "not enforced",
    "lies outside",
    "anchors are not followed",
    "would not run in linear time",
];

/// The filter with this schema for the body of its one operation.
fn compile(schema: &str, version: &str) -> Result<Box<dyn Stage>, Vec<Fault>> {
    let schema = moved(schema);
    let section = format!(
        r##"{{ "openapi": {{ "openapi": "{version}", "info": {{}},
            "paths": {{ "/": {{ "post": {{ "responses": {{}}, "requestBody": {{ "required": true, "content": {{
                "application/json": {{ "schema": {{ "$ref": "#/components/schemas/root" }} }} }} }} }} }} }},
            "components": {{ "schemas": {{ "root": {schema} }} }} }},
            "limits": {{ "number_digits": 1000, "exponent": 100000 }} }}"##
    );
    let limits = Limits {
        number_digits: 1000,
        exponent: 100_000,
        ..Limits::DEFAULT
    };
    let document = OwnedDocument::parse(section.into_bytes(), &limits).unwrap();
    let faults = Faults::new();
    let stage = tollgate_schema::stage(Setting::root(document.root(), "", &faults));
    faults.finish(stage).map_err(Faults::into_vec)
}

/// References to the schema's root, which stands among the components.
fn moved(text: &str) -> String {
    text.replace("\"$ref\": \"#/", "\"$ref\": \"#/components/schemas/root/")
        .replace("\"$ref\": \"#\"", "\"$ref\": \"#/components/schemas/root\"")
}

fn accepts(stage: &dyn Stage, body: &str) -> bool {
    let fields = Fields::from_pairs([
        (":method", "POST"),
        (":path", "/"),
        ("content-type", "application/json"),
    ]);
    let target = Target::parse(Some(b"/"), Semicolon::Deny).unwrap();
    let request = Request {
        fields: &fields,
        target: Some(&target),
        tls: false,
        end_of_stream: false,
    };
    let env = Env {
        now: 0,
        waited: Duration::ZERO,
        remotes: &[],
        verifier: &NoVerifier,
    };
    let Verdict::Await(Need::Body { memo, .. }) = stage.request(&request, &env) else {
        return false;
    };
    matches!(
        stage.request_body(&request, memo, Body::Whole(body.as_bytes())),
        Verdict::Allow(_)
    )
}

struct NoVerifier;

impl Verifier for NoVerifier {
    fn verify(
        &self,
        _digest: Digest,
        _spki: &[u8],
        _signature: &[u8],
        _text: &[u8],
    ) -> Result<bool, HostError> {
        Err(HostError(0))
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = folder.read_dir().into_iter().flatten();
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "json")
        })
        .collect();
    files.sort();
    files
}

fn data() -> PathBuf {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    std::env::var_os("TOLLGATE_DATA").map_or_else(beside, PathBuf::from)
}

/// What is skipped where the suite isn't there.
const TESTS: usize = 3162;
