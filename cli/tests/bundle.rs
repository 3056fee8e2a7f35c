//! What a document refers to in other files is in the document that the filter gets.

use std::path::{Path, PathBuf};

use serde_json::Value as Json;
use tollgate::policy::{Filter, Policy};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bundle")
}

fn document() -> Json {
    let text = "version: 1\nschema: { openapi: files/openapi.yaml }\n";
    let policy = Policy::from_text(text, &folder()).unwrap_or_else(|report| panic!("{report}"));
    let section = &policy.section(Filter::Schema).unwrap().json;
    let mut section: Json = serde_json::from_str(section).unwrap();
    section["openapi"].take()
}

#[test]
fn files_of_files_are_one_document() {
    let found = serde_json::to_string_pretty(&document()).unwrap() + "\n";
    let file = folder().join("expected.json");
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&file, &found).unwrap();
    }
    assert_eq!(found, std::fs::read_to_string(&file).unwrap());
}

#[test]
fn every_reference_that_is_left_leads_somewhere_in_the_document() {
    let document = document();
    let mut references = Vec::new();
    collect(&document, &mut references);
    assert!(references.len() > 10, "{references:?}");
    for reference in references {
        let pointer = reference.strip_prefix('#').unwrap_or_default();
        assert!(document.pointer(pointer).is_some(), "{reference}");
    }
}

#[test]
fn files_outside_of_the_folder_are_read_and_none_is_followed_for_ever() {
    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str| folder.path().join(name);
    std::fs::create_dir(place("policy")).unwrap();
    std::fs::write(place("shared.yaml"), "A: { type: string }").unwrap();
    std::os::unix::fs::symlink("loop.yaml", place("policy/loop.yaml")).unwrap();
    std::os::unix::fs::symlink("/dev/zero", place("policy/endless.yaml")).unwrap();
    let load = |reference: &str| {
        let text = format!(
            "version: 1\nschema: {{ openapi: {{ openapi: 3.1.0, paths: {{}}, components: {{ schemas: {{ A: {{ $ref: {reference:?} }} }} }} }} }}"
        );
        let loaded = Policy::from_text(&text, &place("policy"));
        let found = loaded.map_err(|report| report.findings().to_vec()).err();
        found.map(|findings| {
            let [finding] = &findings[..] else {
                panic!("{findings:#?}");
            };
            (finding.path.clone(), finding.message.clone())
        })
    };
    assert_eq!(load("../shared.yaml#/A"), None);
    for file in ["loop.yaml", "endless.yaml", "../shared.yaml#/B"] {
        let (path, _) = load(file).unwrap();
        assert_eq!(path, "schema.openapi.components.schemas.A.$ref", "{file}");
    }
    let (_, message) = load("endless.yaml").unwrap();
    assert_eq!(
        message,
        "`endless.yaml` cannot be read: it is no file, or there is too much"
    );
}

fn collect(node: &Json, references: &mut Vec<String>) {
    match node {
        Json::Object(members) => {
            for (name, value) in members {
                match (name.as_str(), value) {
                    // What is listed is data.
                    ("enum", Json::Array(_)) => {}
                    ("$ref", Json::String(text)) => references.push(text.clone()),
                    _ => collect(value, references),
                }
            }
        }
        Json::Array(items) => items.iter().for_each(|item| collect(item, references)),
        _ => {}
    }
}
