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
