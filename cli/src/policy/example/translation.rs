//! A document with its schemas in JSON Schema 2020-12 (OpenAPI 3.0.3 §4.7.24 says
//! what is different in 3.0).

use serde_json::{Map, Number, Value as Json};

use super::super::document::{Member, Node, Value};
use super::super::grammar::{Kind, Part};

/// The document, without notes.
#[must_use]
pub fn document(document: &Node, is_30: bool) -> Json {
    Translator { document, is_30 }.object(document, Kind::Document)
}

/// A value as it is.
#[must_use]
pub fn data(node: &Node) -> Json {
    match &node.value {
        Value::Null => Json::Null,
        Value::Bool(flag) => Json::Bool(*flag),
        Value::Number(text) => number(text),
        Value::Text(text) => Json::String(text.clone()),
        Value::List(items) => Json::Array(items.iter().map(data).collect()),
        Value::Map(members) => members
            .iter()
            .map(|Member { name, value, .. }| (name.clone(), data(value)))
            .collect(),
    }
}

/// The nearest number there is: only bounds of that size can tell it from its own.
fn number(text: &str) -> Json {
    let exact = serde_json::from_str::<Number>(text);
    let nearest = || {
        let limit = match text.starts_with('-') {
            true => f64::MIN,
            false => f64::MAX,
        };
        Number::from_f64(limit).map_or(Json::Null, Json::Number)
    };
    exact.map_or_else(|_| nearest(), Json::Number)
}

struct Translator<'n> {
    document: &'n Node,
    is_30: bool,
}

// === impl Translator ===

impl Translator<'_> {
    fn object(&self, node: &Node, kind: Kind) -> Json {
        let Value::Map(members) = &node.value else {
            return data(node);
        };
        let members = members.iter().filter_map(|Member { name, value, .. }| {
            let value = self.member(value, kind.part(name))?;
            Some((name.clone(), value))
        });
        let mut object: Map<String, Json> = members.collect();
        if kind == Kind::Schema {
            self.schema(node, &mut object);
        }
        Json::Object(object)
    }

    fn member(&self, node: &Node, part: Part) -> Option<Json> {
        Some(match (part, &node.value) {
            (Part::Note, _) => return None,
            (Part::One(kind), _) => self.object(node, kind),
            (Part::List(kind), Value::List(items)) => {
                items.iter().map(|item| self.object(item, kind)).collect()
            }
            (Part::Map(kind) | Part::Patterned(kind), Value::Map(members)) => members
                .iter()
                .map(|Member { name, value, .. }| (name.clone(), self.object(value, kind)))
                .collect(),
            (_, _) => data(node),
        })
    }

    fn schema(&self, node: &Node, object: &mut Map<String, Json>) {
        object.retain(|name, value| match name.as_str() {
            // Others annotate.
            "format" => value.as_str().is_some_and(|name| FORMATS.contains(&name)),
            _ => !self.is_30 || KEYWORDS_30.contains(&name.as_str()),
        });
        self.spare_one_way(node, object);
        if !self.is_30 {
            return;
        }
        if let Some(reference) = object.get("$ref").cloned() {
            object.clear();
            object.insert("$ref".to_owned(), reference);
            return;
        }
        let is_nullable = object.remove("nullable") == Some(Json::Bool(true));
        if let Some(name) = object.get_mut("type").filter(|_| is_nullable) {
            *name = Json::Array(vec![name.take(), Json::String("null".to_owned())]);
        }
        exclude(object, "minimum", "exclusiveMinimum");
        exclude(object, "maximum", "exclusiveMaximum");
    }

    /// An example may be of a request or of a response: what only one of them has
    /// isn't required.
    fn spare_one_way(&self, node: &Node, object: &mut Map<String, Json>) {
        let Some(Json::Array(required)) = object.get_mut("required") else {
            return;
        };
        let properties = node.get("properties");
        required.retain(|name| {
            let schema = name.as_str().and_then(|name| properties?.get(name));
            !schema.is_some_and(|schema| self.is_one_way(schema))
        });
    }

    fn is_one_way(&self, schema: &Node) -> bool {
        let is_set = |node: &Node, name: &str| {
            matches!(
                node.get(name).map(|node| &node.value),
                Some(Value::Bool(true))
            )
        };
        let reference = schema.get("$ref").and_then(Node::as_text);
        let target = reference.and_then(|text| self.document.pointer(text.strip_prefix('#')?));
        let parts = std::iter::once(schema).chain(target);
        parts
            .into_iter()
            .any(|node| is_set(node, "readOnly") || is_set(node, "writeOnly"))
    }
}

/// Makes 3.0's flag beside a bound the bound that 2020-12 has.
fn exclude(object: &mut Map<String, Json>, bound: &str, flag: &str) {
    if object.remove(flag) == Some(Json::Bool(true))
        && let Some(value) = object.remove(bound)
    {
        object.insert(flag.to_owned(), value);
    }
}

/// Those that the filter asserts.
const FORMATS: &[&str] = &[
    "date",
    "time",
    "date-time",
    "duration",
    "uuid",
    "email",
    "hostname",
    "ipv4",
    "ipv6",
    "uri",
    "uri-reference",
    "json-pointer",
    "regex",
];

const KEYWORDS_30: &[&str] = &[
    "$ref",
    "type",
    "nullable",
    "enum",
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
    "maxProperties",
    "minProperties",
    "required",
    "allOf",
    "oneOf",
    "anyOf",
    "not",
    "items",
    "properties",
    "additionalProperties",
];
