//! Schemas of the keywords that the filter enforces, and instances that often
//! match them: at random, in both dialects, and as another validator takes them.

use crate::filter::{self, Filter};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Map, Value, json};

/// Schemas beside the root.
const SHARED: [&str; 3] = ["s0", "s1", "s2"];
const NAMES: &[&str] = &["a", "b", "c", "ab", "a/b~"];
const PATTERNS: &[&str] = &[
    "^a", "b$", "^[ab]*$", "a|c", "^.{2}$", "^$", "\\d", "(ab)+", "^\\w+$",
];
/// Formats that both read by the same grammar; the suite has the others.
const FORMATS: &[&str] = &["date", "ipv4", "uuid", "json-pointer"];
const TEXTS: &[&str] = &[
    "",
    "a",
    "b",
    "ab",
    "aab",
    "é🙂",
    "7",
    "2024-02-30",
    "2024-02-29",
    "1.2.3.4",
    "/a~0",
    "a\nb",
];

// === Instances ===

/// Quarters, because `jsonschema` reads numbers as doubles: what a double can't
/// hold exactly it judges wrongly (`maximum: 0.1` takes 0.10000000000000000000001).
/// The filter's own arithmetic is tested in the kit.
fn quarters() -> impl Strategy<Value = String> {
    (-14_i32..15)
        .prop_map(|quarters| f64::from(quarters) / 4.0)
        .prop_map(|number| number.to_string())
}

/// The same value in another spelling.
fn number() -> impl Strategy<Value = String> {
    (quarters(), 0..4).prop_map(|(text, spelling)| match (spelling, text.contains('.')) {
        (1, false) => format!("{text}.0"),
        (1, true) => format!("{text}0"),
        (2, _) => format!("{text}e0"),
        (3, false) if text != "0" && text != "-0" => format!("{text}0E-1"),
        (_, _) => text,
    })
}

/// The text of an instance.
pub fn instance() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        2 => select(&["null", "true", "false"][..]).prop_map(str::to_owned),
        3 => number(),
        3 => select(TEXTS).prop_map(|text| json!(text).to_string()),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        let object = btree_map(select(NAMES), inner.clone(), 0..4).prop_map(|members| {
            let members = members
                .iter()
                .map(|(name, value)| format!("{}:{value}", json!(name)));
            format!("{{{}}}", members.collect::<Vec<_>>().join(","))
        });
        let array = vec(inner, 0..5).prop_map(|elements| format!("[{}]", elements.join(" , ")));
        prop_oneof![2 => object, 1 => array]
    })
}

// === Schemas ===

fn parsed(text: impl Strategy<Value = String>) -> impl Strategy<Value = Value> {
    text.prop_map(|text| serde_json::from_str(&text).unwrap())
}

fn types() -> impl Strategy<Value = Value> {
    let all = &[
        "null", "boolean", "integer", "number", "string", "array", "object",
    ];
    prop_oneof![
        3 => select(&all[..]).prop_map(Value::from),
        1 => subsequence(all.to_vec(), 1..4).prop_map(|types| json!(types)),
    ]
}

/// One keyword that says nothing of other schemas.
fn assertion() -> impl Strategy<Value = (&'static str, Value)> {
    let bound = &["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"][..];
    let count = &[
        "minLength",
        "maxLength",
        "minItems",
        "maxItems",
        "minProperties",
        "maxProperties",
    ][..];
    let positive = (1..7_i32).prop_map(|quarters| json!(f64::from(quarters) / 4.0));
    prop_oneof![
        4 => types().prop_map(|types| ("type", types)),
        2 => vec(parsed(instance()), 1..4).prop_map(|values| ("enum", Value::from(values))),
        1 => parsed(instance()).prop_map(|value| ("const", value)),
        3 => (select(bound), parsed(number())),
        1 => positive.prop_map(|divisor| ("multipleOf", divisor)),
        3 => (select(count), (0..4).prop_map(Value::from)),
        1 => select(PATTERNS).prop_map(|pattern| ("pattern", pattern.into())),
        1 => select(FORMATS).prop_map(|format| ("format", format.into())),
        1 => any::<bool>().prop_map(|unique| ("uniqueItems", unique.into())),
        2 => subsequence(NAMES.to_vec(), 1..3).prop_map(|names| ("required", json!(names))),
        1 => dependents().prop_map(|names| ("dependentRequired", names)),
    ]
}

fn dependents() -> impl Strategy<Value = Value> {
    let names = subsequence(NAMES.to_vec(), 1..3).prop_map(|names| json!(names));
    named(NAMES, names.boxed())
}

/// An object of one to three of the names.
fn named(
    names: &'static [&'static str],
    inner: BoxedStrategy<Value>,
) -> impl Strategy<Value = Value> {
    btree_map(select(names).prop_map(str::to_owned), inner, 1..4)
        .prop_map(|schemas| Value::Object(schemas.into_iter().collect()))
}

/// A keyword that applies `inner`, with those that mean something only beside it.
fn applicator(inner: BoxedStrategy<Value>) -> impl Strategy<Value = Vec<Keyword>> {
    let one = |(name, value)| vec![(name, value)];
    let several = &["allOf", "anyOf", "oneOf", "prefixItems"][..];
    let single = &[
        "items",
        "not",
        "additionalProperties",
        "unevaluatedProperties",
        "unevaluatedItems",
    ][..];
    // Behind a reference the crate forgets where a name is.
    let of_names = vec(assertion(), 1..3).prop_map(object);
    let flags = &[
        "additionalProperties",
        "unevaluatedProperties",
        "unevaluatedItems",
    ][..];
    prop_oneof![
        4 => named(NAMES, inner.clone()).prop_map(|schemas| vec![("properties", schemas)]),
        1 => named(PATTERNS, inner.clone()).prop_map(|schemas| vec![("patternProperties", schemas)]),
        1 => named(NAMES, inner.clone()).prop_map(|schemas| vec![("dependentSchemas", schemas)]),
        4 => (select(several), vec(inner.clone(), 1..4).prop_map(Value::from)).prop_map(one),
        4 => (select(single), inner.clone()).prop_map(one),
        2 => (select(flags), any::<bool>().prop_map(Value::from)).prop_map(one),
        1 => select(&SHARED[..]).prop_map(|name| vec![("$ref", reference(name))]),
        1 => of_names.prop_map(|schema| vec![("propertyNames", schema)]),
        1 => contains(inner.clone()),
        2 => conditional(inner),
    ]
}

type Keyword = (&'static str, Value);

fn contains(inner: BoxedStrategy<Value>) -> impl Strategy<Value = Vec<Keyword>> {
    let bound = || proptest::option::of(0..3);
    (inner, bound(), bound()).prop_map(|(schema, least, most)| {
        let least = least.map(|least: i32| ("minContains", least.into()));
        let most = most.map(|most: i32| ("maxContains", most.into()));
        let bounds = least.into_iter().chain(most);
        bounds.chain([("contains", schema)]).collect()
    })
}

fn conditional(inner: BoxedStrategy<Value>) -> impl Strategy<Value = Vec<Keyword>> {
    let choice = proptest::option::of(inner.clone());
    (inner, choice.clone(), choice).prop_map(|(condition, then, otherwise)| {
        let then = then.map(|schema| ("then", schema));
        let otherwise = otherwise.map(|schema| ("else", schema));
        let choices = then.into_iter().chain(otherwise);
        choices.chain([("if", condition)]).collect()
    })
}

fn reference(name: &str) -> Value {
    format!("#/components/schemas/{name}").into()
}

fn object(keywords: Vec<Keyword>) -> Value {
    let members = keywords.into_iter();
    Value::Object(
        members
            .map(|(name, value)| (name.to_owned(), value))
            .collect(),
    )
}

fn schema() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        8 => vec(assertion(), 0..3).prop_map(object),
        1 => any::<bool>().prop_map(Value::Bool),
        2 => select(&SHARED[..]).prop_map(|name| json!({"$ref": reference(name)})),
    ];
    leaf.prop_recursive(3, 16, 3, move |inner| {
        (vec(assertion(), 0..3), vec(applicator(inner.boxed()), 1..3)).prop_map(
            move |(assertions, applicators)| object([assertions, applicators.concat()].concat()),
        )
    })
}

/// A schema, and those that it can refer to.
#[derive(Debug, Clone)]
pub struct Schemas {
    root: Value,
    shared: Vec<Value>,
}

pub fn schemas() -> impl Strategy<Value = Schemas> {
    (schema(), vec(schema(), SHARED.len())).prop_map(|(root, shared)| Schemas { root, shared })
}

// === impl Schemas ===

impl Schemas {
    /// The filter, unless a schema applies itself to the same value, which only
    /// the filter tells.
    pub fn filter(&self, version: &str) -> Option<Filter> {
        let others: Vec<String> = SHARED
            .iter()
            .zip(&self.shared)
            .map(|(name, schema)| format!("\"{name}\":{schema}"))
            .collect();
        let openapi = filter::document(version, &self.root.to_string(), &others.join(","));
        match Filter::of(&format!("{{\"openapi\":{openapi}}}")) {
            Ok(filter) => Some(filter),
            Err(faults) => {
                let cycle = |message: &str| message.contains("leads back to itself");
                assert!(
                    faults.iter().all(|fault| cycle(&fault.message)),
                    "{faults:#?}"
                );
                None
            }
        }
    }

    pub fn opinion(&self) -> jsonschema::Validator {
        let mut shared: Map<String, Value> = SHARED
            .iter()
            .zip(&self.shared)
            .map(|(name, schema)| ((*name).to_owned(), schema.clone()))
            .collect();
        shared.insert("root".to_owned(), self.root.clone());
        let document = json!({
            "$ref": "#/components/schemas/root",
            "components": { "schemas": shared },
        });
        jsonschema::options()
            .with_draft(jsonschema::Draft::Draft202012)
            .should_validate_formats(true)
            .build(&document)
            .unwrap()
    }

    /// The same in 3.0's dialect, where that can say it.
    pub fn in_30(&self) -> Option<Self> {
        Some(Self {
            root: in_30(&self.root)?,
            shared: self.shared.iter().map(in_30).collect::<Option<_>>()?,
        })
    }
}

/// What 3.0 has no keyword for moves into an `allOf`, where draft 4 can say it.
fn in_30(schema: &Value) -> Option<Value> {
    let object = match schema.as_bool() {
        Some(true) => return Some(json!({})),
        Some(false) => return Some(json!({"not": {}})),
        None => schema.as_object()?,
    };
    let mut out = Map::new();
    let mut also = Vec::new();
    let alone = object.len() == 1;
    for (name, value) in object {
        let mut put = |value: Value| out.insert(name.clone(), value);
        match name.as_str() {
            "contains"
            | "minContains"
            | "maxContains"
            | "propertyNames"
            | "if"
            | "then"
            | "else"
            | "unevaluatedItems"
            | "unevaluatedProperties" => return None,
            // Both at once may be there, and in `dependencies` a name is once.
            "dependentRequired" => also.push(json!({"dependencies": value})),
            "dependentSchemas" => also.push(json!({"dependencies": named_in_30(value)?})),
            "prefixItems" => {
                put(Value::from(all_in_30(value)?));
                let list = out.remove("prefixItems")?;
                out.insert("items".to_owned(), list);
            }
            "items" if object.contains_key("prefixItems") => {
                out.insert("additionalItems".to_owned(), in_30(value)?);
            }
            "$ref" if alone => drop(put(value.clone())),
            "$ref" => also.push(json!({"$ref": value})),
            "const" => also.push(json!({"enum": [value]})),
            "exclusiveMinimum" => also.push(json!({"minimum": value, name: true})),
            "exclusiveMaximum" => also.push(json!({"maximum": value, name: true})),
            "allOf" => also.extend(all_in_30(value)?),
            "anyOf" | "oneOf" => drop(put(Value::from(all_in_30(value)?))),
            "additionalProperties" if value.is_boolean() => drop(put(value.clone())),
            "items" | "not" | "additionalProperties" => drop(put(in_30(value)?)),
            "properties" | "patternProperties" => drop(put(named_in_30(value)?)),
            "type" if value.is_array() && object.len() % 2 == 0 => drop(put(value.clone())),
            "type" => {
                let null_alone = json!({"enum": [null]});
                let types = value.as_array().cloned().unwrap_or(vec![value.clone()]);
                match types.as_slice() {
                    [null, one] | [one, null] if null == "null" => {
                        put(one.clone());
                        out.insert("nullable".to_owned(), true.into());
                    }
                    types => {
                        let types = types.iter().map(|name| match name.as_str() {
                            Some("null") => null_alone.clone(),
                            _ => json!({"type": name}),
                        });
                        also.push(json!({"anyOf": types.collect::<Vec<_>>()}));
                    }
                }
            }
            _ => drop(put(value.clone())),
        }
    }
    if !also.is_empty() {
        out.insert("allOf".to_owned(), Value::from(also));
    }
    Some(Value::Object(out))
}

fn named_in_30(schemas: &Value) -> Option<Value> {
    let schemas = schemas.as_object()?.iter();
    let schemas = schemas.map(|(name, schema)| Some((name.clone(), in_30(schema)?)));
    Some(Value::Object(schemas.collect::<Option<_>>()?))
}

fn all_in_30(schemas: &Value) -> Option<Vec<Value>> {
    schemas.as_array()?.iter().map(in_30).collect()
}
