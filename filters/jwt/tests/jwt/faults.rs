//! What an operator reads of a `jwt` section that doesn't compile, whole.
//!
//! A file of `faults` has cases: a title, changes of a section that compiles, and
//! behind `=>` what is said then. `UPDATE_EXPECT=1 cargo test -p tollgate-jwt`
//! writes the files anew.

use crate::filter::Filter;
use crate::keys::Signer;
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::path::PathBuf;

/// Every member that a section can have.
fn section() -> Value {
    json!({
        "mode": "enforce", "detail": "full", "default": "deny",
        "trailing_slash": "ignore", "path_parameters": "deny",
        "providers": [
            {
                "name": "corp", "issuer": "https://idp.example.com/", "audiences": ["api"],
                "algorithms": ["ES256"], "types": ["JWT"],
                "jwks": { "inline": { "keys": [Signer::named("p256").jwk] } },
                "clock_skew": { "exp": "0s", "nbf": "30s", "iat": "30s" },
                "require": ["exp", "iat"], "max_age": "1h", "max_lifetime": "1h",
                "from": [
                    { "header": "authorization", "scheme": "Bearer" },
                    { "cookie": "sid" }, { "query": "token" },
                ],
                "sender": "none",
                "forward": {
                    "token": "remove", "payload_header": "x-payload",
                    "claims": [{ "claim": "sub", "header": "x-sub" }],
                    "filter_state": ["sub", "iss", "kid"],
                },
            },
            {
                "name": "partner", "issuer": "https://partner.example.com/",
                "audiences": ["api"], "algorithms": ["RS256"],
                "jwks": { "remote": {
                    "uri": "https://partner.example.com/jwks.json", "cluster": "partner",
                    "timeout": "200ms", "refresh": "10m", "max_stale": "1h",
                    "unknown_kid_interval": "30s",
                } },
            },
        ],
        "rules": [
            { "match": { "path": "/healthz", "methods": ["GET"] }, "allow": "anonymous" },
            {
                "match": { "hosts": ["api.example.com"], "path": "/user/{id}" }, "mode": "report",
                "require": {
                    "providers": ["corp"],
                    "scopes": { "all": ["read"], "any": ["a", "b"] },
                    "claims": [
                        { "claim": "email_verified", "equals": true },
                        { "claim": "level", "one_of": [1, "2"] },
                        { "claim": "groups", "contains": "dev" },
                        { "claim": "/realm/name", "prefix": "eu-" },
                        { "claim": "act", "present": false },
                    ],
                    "binding": [
                        { "claim": "sub", "equals": "path.id", "unless": { "scopes": ["admin"] } },
                        { "claim": "tenants", "contains": "header.x-tenant" },
                    ],
                },
            },
        ],
    })
}

#[test]
fn a_section_with_everything_compiles() {
    assert!(Filter::of(&section()).is_ok());
}

#[test]
fn every_case_says_what_it_is_expected_to() {
    let mut files: Vec<PathBuf> = folder()
        .read_dir()
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    files.retain(|file| !GENERATED.iter().any(|name| file.ends_with(name)));
    assert!(!files.is_empty());
    let mut accepted = Vec::new();
    for file in files {
        let expected = std::fs::read_to_string(&file).unwrap();
        let mut found = String::new();
        for case in expected.split("# ").skip(1) {
            let (title, changes) = case.split_once('\n').unwrap();
            let changes = changes
                .split_once("=>")
                .map_or(changes, |(changes, _)| changes);
            let mut section = section();
            changes.lines().for_each(|line| change(&mut section, line));
            let faults = faults(&section);
            if faults.is_empty() {
                accepted.push(title.to_owned());
            }
            writeln!(found, "# {title}\n{}\n=>\n{faults}", changes.trim_end()).unwrap();
        }
        expect(&file, &found);
    }
    assert_eq!(accepted, Vec::<String>::new());
}

#[test]
fn a_value_of_the_wrong_type_is_named_where_it_stands() {
    let everything = section();
    let mut found = String::new();
    // Keys are named as a whole.
    let mut places = pointers(&everything, "");
    places.retain(|pointer| !pointer.contains("/keys/0/"));
    for pointer in places {
        let with = |value: &Value| {
            let mut section = section();
            *section.pointer_mut(&pointer).unwrap() = value.clone();
            faults(&section)
        };
        let said = with(&Value::Null);
        let (place, _) = said
            .split_once(": expected")
            .unwrap_or_else(|| panic!("{pointer}"));
        write!(found, "{said}").unwrap();
        let right = everything.pointer(&pointer).unwrap();
        for wrong in [json!(7), json!("7"), json!([]), json!({})] {
            let is_literal = ["equals", "contains", "one_of/0", "one_of/1"]
                .iter()
                .any(|name| pointer.contains("/claims/") && pointer.ends_with(name));
            if kind(&wrong) != kind(right) && (!is_literal || wrong.is_array() || wrong.is_object())
            {
                let said = with(&wrong);
                assert!(said.starts_with(place), "{pointer} = {wrong}: {said}");
            }
        }
    }
    expect(&folder().join(GENERATED[0]), &found);
}

#[test]
fn a_member_that_nobody_knows_is_named_with_a_hint() {
    let mut found = String::new();
    let everything = section();
    let objects = pointers(&everything, "").into_iter().filter(|pointer| {
        // Keys have members that nobody minds (RFC 7517 §4).
        !pointer.contains("/keys/") && everything.pointer(pointer).unwrap().is_object()
    });
    for pointer in std::iter::once(String::new()).chain(objects) {
        let mut section = section();
        let members = section
            .pointer_mut(&pointer)
            .unwrap()
            .as_object_mut()
            .unwrap();
        let name = members.keys().next().unwrap().clone();
        members.insert("comment".into(), json!(1));
        members.insert(format!("{name}s"), json!(1));
        write!(found, "{}", faults(&section)).unwrap();
    }
    expect(&folder().join(GENERATED[1]), &found);
}

/// Files that are made from every member rather than from cases.
const GENERATED: [&str; 2] = ["wrong_types.txt", "unknown_members.txt"];

/// The faults of a section as they are printed; nothing where it compiles.
fn faults(section: &Value) -> String {
    let faults = Filter::of(section).err().unwrap_or_default();
    faults.iter().map(|fault| format!("{fault}\n")).collect()
}

fn kind(value: &Value) -> std::mem::Discriminant<Value> {
    std::mem::discriminant(value)
}

/// `POINTER = VALUE` puts a member there, `POINTER -` takes it away.
fn change(section: &mut Value, line: &str) {
    if let Some(pointer) = line.strip_suffix(" -") {
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        let parent = section.pointer_mut(parent).unwrap();
        parent.as_object_mut().unwrap().remove(name).unwrap();
        return;
    }
    let (pointer, value) = line.split_once(" = ").unwrap_or_else(|| panic!("{line}"));
    let value = serde_json::from_str(value).unwrap_or_else(|error| panic!("{line}: {error}"));
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    let parent = section
        .pointer_mut(parent)
        .unwrap_or_else(|| panic!("{line}"));
    if let Value::Array(list) = parent {
        match name.parse::<usize>() {
            Ok(at) => list[at] = value,
            Err(_) => list.push(value),
        }
    } else {
        parent[name] = value;
    }
}

/// Where every value of a document stands, but the document itself.
fn pointers(value: &Value, here: &str) -> Vec<String> {
    let members: Vec<(String, &Value)> = match value {
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| (name.clone(), value))
            .collect(),
        Value::Array(list) => list
            .iter()
            .enumerate()
            .map(|(at, value)| (at.to_string(), value))
            .collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    };
    let mut found = Vec::new();
    for (name, value) in members {
        let pointer = format!("{here}/{name}");
        found.push(pointer.clone());
        found.extend(pointers(value, &pointer));
    }
    found
}

fn expect(file: &PathBuf, found: &str) {
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(file, found).unwrap();
        return;
    }
    let expected = std::fs::read_to_string(file).unwrap_or_default();
    for (at, (expected, found)) in expected.lines().zip(found.lines()).enumerate() {
        assert_eq!(found, expected, "{}:{}", file.display(), at + 1);
    }
    assert_eq!(found, expected, "{}", file.display());
}

fn folder() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/jwt/faults"))
}
