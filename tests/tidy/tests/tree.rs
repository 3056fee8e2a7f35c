//! The shape of the tree: who may depend on whom, how large a file may be, and
//! that the documents name what is there.

use std::collections::BTreeSet;
use tollgate_tidy::{files, root, text};
use toml::Table;

/// Which of the project's crates each may use.
const ARROWS: &[(&str, &[&str])] = &[
    ("filters/kit", &[]),
    ("filters/headers", &["tollgate-kit"]),
    ("filters/jwt", &["tollgate-kit"]),
    ("filters/schema", &["tollgate-kit"]),
    ("filters/bundle", FILTERS),
    ("cli", FILTERS),
    ("scripts/trim", &[]),
    ("tests/cores", FILTERS),
    ("tests/emulator", &[]),
    ("tests/observatory", &[]),
    ("tests/rig", &[]),
];
/// They may use everything: nothing is built on them but tests.
const ABOVE: &[&str] = &["tests/conformance", "tests/gateway", "tests/tidy"];
const FILTERS: &[&str] = &[
    "tollgate-headers",
    "tollgate-jwt",
    "tollgate-kit",
    "tollgate-schema",
];

#[test]
fn crates_use_only_what_stands_below_them() {
    for (folder, allowed) in ARROWS {
        let manifest = manifest(folder);
        let used = ours(&manifest, "dependencies");
        let beyond: Vec<_> = used
            .iter()
            .filter(|name| !allowed.contains(&name.as_str()))
            .collect();
        assert!(beyond.is_empty(), "{folder} uses {beyond:?}");
    }
}

#[test]
fn every_crate_has_its_place() {
    let workspace: Table = text("Cargo.toml").parse().unwrap();
    let members = workspace["workspace"]["members"].as_array().unwrap();
    for member in members.iter().filter_map(|member| member.as_str()) {
        let placed = ARROWS.iter().any(|(folder, _)| *folder == member);
        assert!(placed || ABOVE.contains(&member), "{member} is in no list");
    }
}

#[test]
fn only_the_kit_knows_the_sdk() {
    let knows = |file: &String| {
        text(file)
            .lines()
            .any(|line| line.starts_with("proxy-wasm"))
    };
    let manifests = files(".", "toml").into_iter().filter(knows);
    assert_eq!(manifests.collect::<Vec<_>>(), ["./filters/kit/Cargo.toml"]);
}

#[test]
fn every_dependency_has_its_reason() {
    for file in files(".", "toml") {
        let text = text(&file);
        let (mut section, mut above) = ("", "");
        for line in text.lines() {
            if line.starts_with('[') {
                section = line;
            }
            if section.ends_with("dependencies]") && is_foreign(line) {
                let explained = above.starts_with('#') || is_foreign(above);
                assert!(explained, "{file}: `{line}` has no reason above it");
            }
            above = line;
        }
    }
}

/// Whether a line of a manifest names a dependency from elsewhere.
fn is_foreign(line: &str) -> bool {
    line.starts_with(|first: char| first.is_ascii_lowercase())
        && line.contains('=')
        && !line.starts_with("tollgate")
}

#[test]
fn no_file_is_longer_than_one_can_read() {
    let mut long = Vec::new();
    for folder in ["filters", "cli", "scripts", "tests"] {
        for file in files(folder, "rs") {
            let text = text(&file);
            let code = text.lines().take_while(|line| *line != "#[cfg(test)]");
            let lines = code.count();
            if lines > 400 {
                long.push(format!("{file}: {lines} lines"));
            }
        }
    }
    assert_eq!(long, Vec::<String>::new());
}

#[test]
fn documents_name_paths_that_are_there() {
    let mut missing = BTreeSet::new();
    for file in documents() {
        for path in text(&file).split('`').skip(1).step_by(2) {
            let named = [
                "filters/", "cli/", "tests/", "docs/", "envoy/", "istio/", "scripts/",
            ];
            let is_path = named.iter().any(|start| path.starts_with(start))
                && path
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"._/-".contains(&byte));
            if is_path && !root().join(path).exists() {
                missing.insert(format!("{file}: {path}"));
            }
        }
    }
    assert_eq!(missing, BTreeSet::new());
}

#[test]
fn links_of_documents_lead_somewhere() {
    let mut broken = BTreeSet::new();
    for file in documents() {
        let folder = root().join(&file);
        let folder = folder.parent().unwrap_or(&folder).to_owned();
        for rest in text(&file).split("](").skip(1) {
            let target = rest.split([')', '#']).next().unwrap_or_default();
            let outside = target.contains("://") || target.is_empty();
            if !outside && !folder.join(target).exists() {
                broken.insert(format!("{file}: {target}"));
            }
        }
    }
    assert_eq!(broken, BTreeSet::new());
}

#[test]
fn nothing_is_left_for_later() {
    // In halves, so that this file is none of them.
    let marks =
        [["TO", "DO"], ["FIX", "ME"], ["XX", "X"], ["todo", "!("]].map(|halves| halves.concat());
    let mut found = Vec::new();
    for extension in ["rs", "md", "toml", "yaml"] {
        for file in files(".", extension) {
            let text = text(&file);
            for mark in &marks {
                if text.contains(mark.as_str()) {
                    found.push(format!("{file}: {mark}"));
                }
            }
        }
    }
    assert_eq!(found, Vec::<String>::new());
}

fn documents() -> Vec<String> {
    files(".", "md")
}

fn manifest(folder: &str) -> Table {
    text(&format!("{folder}/Cargo.toml"))
        .parse()
        .unwrap_or_else(|error| panic!("{folder}: {error}"))
}

/// The project's own crates in a section of a manifest.
fn ours(manifest: &Table, section: &str) -> Vec<String> {
    let section = manifest.get(section).and_then(|section| section.as_table());
    let names = section.into_iter().flat_map(Table::keys);
    names
        .filter(|name| name.starts_with("tollgate"))
        .cloned()
        .collect()
}
