//! Whatever the configuration is, it compiles or has faults; whatever a message
//! is, it is judged. A panic would take a worker's VM down, and every stream in it.

use crate::filter::{self, Filter, Sent};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Map, Value, json};
use std::sync::LazyLock;
use tollgate_kit::stage::Body;

const SHOP: &str = include_str!("shop.json");

const OPTIONS: &str = r#""request": { "unknown_query": "allow" },
    "response": { "mode": "enforce" }, "limits": { "work": 10000, "body": 4096 }"#;

/// Names that mean something, and a few that don't.
static NAMES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let mut names = vec!["x-y".to_owned(), String::new(), "~1/".to_owned()];
    collect(&serde_json::from_str(SHOP).unwrap(), &mut names);
    let more = "$id $anchor $schema $defs if then else prefixItems contains nullable style content
        $dynamicAnchor $dynamicRef $ref # #a urn:a id definitions dependencies dependentSchemas
        dependentRequired propertyNames unevaluatedProperties unevaluatedItems additionalItems
        minContains maxContains patternProperties $vocabulary
        encoding mode hold limits depth overrides base_path duplicate_keys preflight detail work";
    names.extend(more.split_whitespace().map(str::to_owned));
    names.sort_unstable();
    names.dedup();
    names
});

fn collect(value: &Value, names: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                names.push(name.clone());
                collect(member, names);
            }
        }
        Value::Array(elements) => elements.iter().for_each(|element| collect(element, names)),
        Value::String(text) => names.push(text.clone()),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (-3..200_i64).prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        select(NAMES.as_slice()).prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        let name = prop_oneof![4 => select(NAMES.as_slice()), 1 => any::<String>()];
        let member = (name, inner.clone());
        prop_oneof![
            2 => vec(member, 0..5).prop_map(|members| Value::Object(Map::from_iter(members))),
            1 => vec(inner, 0..4).prop_map(Value::from),
        ]
    })
}

/// A change to a document: where, and what comes there.
#[derive(Debug, Clone)]
enum Change {
    Replace(Index, Value),
    Remove(Index),
    /// One place of the document into another.
    Copy(Index, Index),
    Rename(Index, String),
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        (any::<Index>(), json()).prop_map(|(at, value)| Change::Replace(at, value)),
        any::<Index>().prop_map(Change::Remove),
        (any::<Index>(), any::<Index>()).prop_map(|(from, to)| Change::Copy(from, to)),
        (any::<Index>(), select(NAMES.as_slice())).prop_map(|(at, name)| Change::Rename(at, name)),
    ]
}

fn pointers(value: &Value, here: &str, all: &mut Vec<String>) {
    all.push(here.to_owned());
    let mut go = |name: &str, value: &Value| {
        let name = name.replace('~', "~0").replace('/', "~1");
        pointers(value, &format!("{here}/{name}"), all);
    };
    match value {
        Value::Object(members) => members.iter().for_each(|(name, member)| go(name, member)),
        Value::Array(elements) => {
            for (at, element) in elements.iter().enumerate() {
                go(&at.to_string(), element);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn changed(document: &mut Value, change: &Change) {
    let mut all = Vec::new();
    pointers(document, "", &mut all);
    let place = |at: &Index| all[at.index(all.len())].as_str();
    match change {
        Change::Replace(at, value) => *document.pointer_mut(place(at)).unwrap() = value.clone(),
        Change::Copy(from, to) => {
            let copy = document.pointer(place(from)).unwrap().clone();
            *document.pointer_mut(place(to)).unwrap() = copy;
        }
        Change::Remove(at) => drop(taken(document, place(at))),
        Change::Rename(at, name) => {
            if let Some((members, value)) = taken(document, place(at)) {
                members.insert(name.clone(), value);
            }
        }
    }
}

/// A member taken out of its object.
fn taken<'d>(
    document: &'d mut Value,
    pointer: &str,
) -> Option<(&'d mut Map<String, Value>, Value)> {
    let (parent, name) = pointer.rsplit_once('/')?;
    let name = name.replace("~1", "/").replace("~0", "~");
    let members = document.pointer_mut(parent)?.as_object_mut()?;
    let value = members.remove(&name)?;
    Some((members, value))
}

fn one_of(texts: &'static str) -> impl Strategy<Value = Vec<u8>> {
    let texts: Vec<&str> = texts.split_whitespace().collect();
    select(texts).prop_map(|text| text.as_bytes().to_vec())
}

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        4 => select(NAMES.as_slice()).prop_map(String::into_bytes),
        2 => one_of("= & ; , % %2 %41 %C3 + \" / { [ ] [] [0] [gte]= | %7C . - 1 1e400 true null {}"),
        1 => vec(any::<u8>(), 0..6),
    ];
    vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

fn message() -> impl Strategy<Value = Sent> {
    let paths = one_of(
        "/v1/orders /v1/orders/ /v1/orders/7 /v1/files/a.pdf:print /v1/maps/;x=1/.a.b /v1/maps/;x/; /v1/ / x",
    );
    let path = (paths, any::<bool>(), bytes()).prop_map(|(path, query, bytes)| {
        let between = if query { &b"?"[..] } else { b"" };
        [&path, between, &bytes].concat()
    });
    let names = one_of(
        "content-type content-length content-encoding x-trace cookie x-total :status origin te",
    );
    let values = one_of(
        "application/json application/problem+json;charset=utf-8 text/plain image/png 0 200 404 sid= 12 r=1&g=2;r=1 pick=",
    );
    let fields = vec((names, prop_oneof![2 => values, 1 => bytes()]), 0..5);
    let method = prop_oneof![8 => one_of("GET POST PUT HEAD OPTIONS DELETE"), 1 => bytes()];
    let body = prop_oneof![
        bytes(),
        json().prop_map(|value| value.to_string().into_bytes())
    ];
    (path, method, fields, proptest::option::of(body)).prop_map(
        |(path, method, mut fields, body)| {
            fields.insert(0, (b":method".to_vec(), method));
            Sent { fields, path, body }
        },
    )
}

/// A memo that never was given out must not be a trap either.
fn judge(filter: &Filter, request: &Sent, response: &Sent, memo: u64) {
    let _ = filter.exchange(request, response);
    let fields = tollgate_kit::fields::Fields::from_pairs(request.fields.iter().cloned());
    let head = filter::head(&fields, None, request);
    for body in [
        Body::TooLarge,
        Body::Whole(request.body.as_deref().unwrap_or_default()),
    ] {
        let _ = filter.stage().request_body(&head, memo, body);
    }
    let _ = filter.stage().request(&head, &filter::env());
}

const CASES: u32 = 1000;

fn config() -> ProptestConfig {
    ProptestConfig {
        cases: filter::cases(CASES),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn any_json_is_a_section_or_has_faults(section in json()) {
        let _ = Filter::of(&section.to_string());
    }

    #[test]
    fn any_json_is_a_document_or_has_faults(openapi in json(), version in select(&["3.0.3", "3.1.0"][..])) {
        let mut openapi = openapi;
        if let Value::Object(members) = &mut openapi {
            members.insert("openapi".to_owned(), version.into());
        }
        let _ = Filter::of(&json!({ "openapi": openapi }).to_string());
    }

    #[test]
    fn a_changed_document_compiles_or_has_faults_and_judges_any_message(
        changes in vec(change(), 1..4),
        version in select(&["3.0.3", "3.1.0"][..]),
        messages in vec((message(), message()), 4),
    ) {
        let mut document: Value = serde_json::from_str(SHOP).unwrap();
        document["openapi"] = version.into();
        for change in &changes {
            changed(&mut document, change);
        }
        if let Ok(filter) = Filter::of(&format!("{{\"openapi\":{document},{OPTIONS}}}")) {
            for (request, response) in &messages {
                judge(&filter, request, response, 0);
            }
        }
    }

    #[test]
    fn any_message_is_judged(messages in vec((message(), message(), any::<u64>()), 8)) {
        thread_local!(static FILTER: Filter = Filter::with_options(SHOP, OPTIONS));
        FILTER.with(|filter| {
            for (request, response, memo) in &messages {
                judge(filter, request, response, *memo);
            }
        });
    }
}
