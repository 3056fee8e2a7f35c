//! A policy of the cases, as the JSON of its sections.

use crate::case::Case;
use crate::tokens::Keys;
use serde_json::{Map, Value};
use std::path::Path;

/// The policy of a case.
pub fn of(case: &Case, keys: &Keys) -> Result<Map<String, Value>, String> {
    match &case.document {
        Some(document) => Ok(document.clone()),
        None => load(&case.policy, keys),
    }
}

/// The policy `name`, below `tests/cases/policies`: its document put in place,
/// `${jwks: …}` replaced by public keys.
fn load(name: &str, keys: &Keys) -> Result<Map<String, Value>, String> {
    let file = crate::case::folder().join("policies").join(name);
    let mut policy = yaml(&file)?;
    place_keys(&mut policy, keys)?;
    if let Some(openapi) = policy.pointer_mut("/schema/openapi")
        && let Some(path) = openapi.as_str()
    {
        *openapi = yaml(&file.with_file_name(path))?;
    }
    match policy {
        Value::Object(policy) => Ok(policy),
        _ => Err(format!("{name} is no mapping")),
    }
}

fn yaml(file: &Path) -> Result<Value, String> {
    let text =
        std::fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    serde_yaml_ng::from_str(&text).map_err(|error| format!("{}: {error}", file.display()))
}

fn place_keys(value: &mut Value, keys: &Keys) -> Result<(), String> {
    match value {
        Value::String(text) => {
            if let Some(names) = text
                .strip_prefix("${jwks:")
                .and_then(|rest| rest.strip_suffix('}'))
            {
                let names: Vec<&str> = names.split(',').map(str::trim).collect();
                *value = keys.jwks(&names)?;
            }
            Ok(())
        }
        Value::Array(list) => list
            .iter_mut()
            .try_for_each(|value| place_keys(value, keys)),
        Value::Object(members) => members
            .values_mut()
            .try_for_each(|value| place_keys(value, keys)),
        Value::Null | Value::Bool(_) | Value::Number(_) => Ok(()),
    }
}
