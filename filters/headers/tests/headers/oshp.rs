//! The lists of the OWASP Secure Headers Project against the built tables: what
//! is to be removed is removed, and `web` adds what is to be added.

use crate::section::{Connection, responded, stage, values};
use std::path::PathBuf;
use tollgate_kit::json::{Limits, OwnedDocument};

/// Names in both lists, for the line where they aren't there.
const NAMES: usize = 100;

/// Ends a session: part of the answer to a logout, not of every answer.
const NOT_ADDED: &str = "clear-site-data";

#[test]
fn the_owasp_lists_are_met() {
    let (Some(add), Some(remove)) = (read("headers_add.json"), read("headers_remove.json")) else {
        println!("suite oshp: 0 passed, 0 failed, {NAMES} skipped");
        return;
    };
    let removed = names(&remove)
        .into_iter()
        .map(|name| (is_removed(&name), name));
    let added = fields(&add)
        .into_iter()
        .filter(|(name, _)| name != NOT_ADDED)
        .map(|(name, value)| (is_added(&name, &value), name));
    let (passed, failed): (Vec<_>, Vec<_>) = removed.chain(added).partition(|(met, _)| *met);
    println!(
        "suite oshp: {} passed, {} failed, 0 skipped",
        passed.len(),
        failed.len()
    );
    assert!(failed.is_empty(), "{failed:?}");
}

fn is_removed(name: &str) -> bool {
    ["api", "web"].iter().all(|profile| {
        let stage = stage(&format!(r#"{{"profile": "{profile}"}}"#));
        let pairs = responded(
            stage.as_ref(),
            Connection::Plain,
            &[(name.as_bytes(), b"1"), (b"x-other", b"2")],
        );
        values(&pairs, name).is_empty() && values(&pairs, "x-other") == [b"2"]
    })
}

fn is_added(name: &str, value: &str) -> bool {
    let stage = stage(r#"{"profile": "web"}"#);
    let pairs = responded(stage.as_ref(), Connection::Tls, &[]);
    values(&pairs, name) == [value.as_bytes()]
}

fn names(document: &OwnedDocument) -> Vec<String> {
    let list = document.root().as_object().unwrap().get("headers").unwrap();
    let list = list.as_array().unwrap();
    list.iter()
        .map(|name| name.as_str().unwrap().to_ascii_lowercase())
        .collect()
}

fn fields(document: &OwnedDocument) -> Vec<(String, String)> {
    let list = document.root().as_object().unwrap().get("headers").unwrap();
    let list = list.as_array().unwrap();
    let text = |field: tollgate_kit::json::Node<'_>, name| {
        let field = field.as_object().unwrap();
        field.get(name).unwrap().as_str().unwrap().to_owned()
    };
    list.iter()
        .map(|field| {
            (
                text(field, "name").to_ascii_lowercase(),
                text(field, "value"),
            )
        })
        .collect()
}

fn read(file: &str) -> Option<OwnedDocument> {
    let bytes = std::fs::read(data().join("oshp").join(file)).ok()?;
    Some(OwnedDocument::parse(bytes, &Limits::DEFAULT).unwrap())
}

fn data() -> PathBuf {
    match std::env::var_os("TOLLGATE_DATA") {
        Some(folder) => folder.into(),
        None => PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
    }
}
