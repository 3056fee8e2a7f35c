//! Examples and defaults that aren't what their schemas say: one of the two is
//! wrong, and clients believe the example.
//!
//! Another validator than the filter's judges them, so that a mistake of either
//! shows. It gets the schemas in the dialect that it has, 2020-12.

mod place;
mod translation;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use jsonschema::{Draft, Registry, Validator};
use serde_json::{Value as Json, json};
use tollgate_kit::faults::Fault;

use self::place::{Example, Place};
use super::document::Node;
use super::grammar::Kind;

/// The name of the document among those that references can lead to.
const DOCUMENT: &str = "urn:tollgate:openapi";
/// Documents of megabytes have tens of thousands of examples.
const TIME: Duration = Duration::from_secs(2);
const HINT: &str = "mend the example or the schema; requests are judged by the schema";

/// What is wrong with the examples of the document at `path`.
#[must_use]
pub fn examine(document: &Node, path: &str) -> Vec<Fault> {
    let begun = Instant::now();
    let version = document.get("openapi").and_then(Node::as_text);
    let is_30 = version.is_some_and(|version| version.starts_with("3.0"));
    let mut examples = Vec::new();
    Place::root(document, path, is_30).collect(Kind::Document, &mut examples);
    let mut by_schema: BTreeMap<&str, Vec<&Example<'_>>> = BTreeMap::new();
    for example in &examples {
        by_schema.entry(&example.schema).or_default().push(example);
    }
    if by_schema.is_empty() {
        return Vec::new();
    }
    let Some(registry) = registry(translation::document(document, is_30)) else {
        return Vec::new();
    };
    judge(by_schema, &registry, path, begun)
}

fn judge(
    by_schema: BTreeMap<&str, Vec<&Example<'_>>>,
    registry: &Registry<'_>,
    path: &str,
    begun: Instant,
) -> Vec<Fault> {
    let mut faults = Vec::new();
    let number = by_schema.len();
    for (at, (schema, examples)) in by_schema.into_iter().enumerate() {
        if begun.elapsed() > TIME {
            faults.push(Fault {
                path: path.to_owned(),
                message: format!(
                    "examples of {at} of {number} schemas were judged: it takes too long"
                ),
                hint: Some("the others may be wrong; nothing is decided by them".to_owned()),
            });
            break;
        }
        // A schema that this validator doesn't take is the filter's business.
        if let Some(validator) = validator(schema, registry) {
            let wrong = examples
                .into_iter()
                .filter_map(|example| wrong(example, &validator));
            faults.extend(wrong);
        }
    }
    faults
}

fn registry(document: Json) -> Option<Registry<'static>> {
    let registry = Registry::new().draft(Draft::Draft202012);
    registry.add(DOCUMENT, document).ok()?.prepare().ok()
}

fn validator(schema: &str, registry: &Registry<'_>) -> Option<Validator> {
    let options = jsonschema::options()
        .with_draft(Draft::Draft202012)
        .should_validate_formats(true)
        .offline();
    let reference = format!("{DOCUMENT}#{schema}");
    options
        .with_registry(registry)
        .build(&json!({ "$ref": reference }))
        .ok()
}

fn wrong(example: &Example<'_>, validator: &Validator) -> Option<Fault> {
    let value = translation::data(example.node);
    let error = validator.validate(&value).err()?;
    let place = error.instance_path().as_str();
    let place = match place {
        "" => String::new(),
        _ => format!(" at {place}"),
    };
    Some(Fault {
        path: example.path.clone(),
        message: format!("its schema refuses it: `{}`{place}", error.kind().keyword()),
        hint: Some(HINT.to_owned()),
    })
}
