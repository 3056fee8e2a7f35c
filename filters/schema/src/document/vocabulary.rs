//! Vocabularies (2020-12 core §8.1): a meta-schema of the document's own can leave
//! out that of validation, so that the keywords of it only look like assertions.

use tollgate_kit::json::Node;

/// Whether schemas of a meta-schema validate; `Err` with the vocabulary that it
/// requires and that isn't known.
pub(super) fn validates(meta_schema: Node<'_>) -> Result<bool, &str> {
    let Some(vocabularies) = meta_schema.get("$vocabulary").and_then(Node::as_object) else {
        return Ok(true);
    };
    let mut validates = false;
    for (uri, required) in vocabularies {
        match uri.strip_prefix(PREFIX) {
            Some("validation") => validates = true,
            Some(name) if KNOWN.contains(&name) => {}
            Some(_) | None if required.as_bool() == Some(false) => {}
            Some(_) | None => return Err(uri),
        }
    }
    Ok(validates)
}

const PREFIX: &str = "https://json-schema.org/draft/2020-12/vocab/";
const KNOWN: &[&str] = &[
    "core",
    "applicator",
    "unevaluated",
    "meta-data",
    "format-annotation",
    "format-assertion",
    "content",
];

/// The keywords of the vocabulary of validation.
pub(super) const VALIDATION: &[&str] = &[
    "type",
    "enum",
    "const",
    "multipleOf",
    "maximum",
    "exclusiveMaximum",
    "minimum",
    "exclusiveMinimum",
    "maxLength",
    "minLength",
    "pattern",
    "maxItems",
    "minItems",
    "uniqueItems",
    "maxContains",
    "minContains",
    "maxProperties",
    "minProperties",
    "required",
    "dependentRequired",
];
