//! Forms against the JSON that they stand for: both are judged the same.

use crate::filter::{Filter, Judged, Sent, cases, places, slug};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// One field, with a value that can be written in a form and as JSON.
#[derive(Debug, Clone)]
enum Given {
    Text(String),
    Integer(i32),
    Flag(bool),
    Texts(Vec<String>),
    Object(Map<String, Value>),
}

type Form = BTreeMap<&'static str, Given>;

fn filter() -> Filter {
    let schema = json!({
        "type": "object",
        "properties": {
            "text": { "type": "string", "maxLength": 4 },
            "integer": { "type": "integer", "minimum": 0 },
            "flag": { "type": "boolean" },
            "texts": { "type": "array", "items": { "type": "string", "pattern": "^[^%]*$" }, "maxItems": 2 },
            "object": { "type": "object", "properties": { "a": { "type": "integer" } }, "maxProperties": 2 },
        },
        "required": ["text"],
        "maxProperties": 4,
        "additionalProperties": false,
    });
    let media = json!({ "schema": schema });
    let openapi = json!({
        "openapi": "3.1.0",
        "info": {},
        "paths": { "/": { "post": { "responses": {}, "requestBody": { "required": true, "content": {
            "application/json": media,
            "application/x-www-form-urlencoded": media,
            "multipart/form-data": media,
        } } } } },
    });
    Filter::with_document(&openapi.to_string())
}

fn judge(filter: &Filter, content_type: &str, body: impl Into<Vec<u8>>) -> Judged {
    let head = Sent::default()
        .to("POST", "/")
        .with("content-type", content_type);
    filter.request(&Sent {
        body: Some(body.into()),
        ..head
    })
}

fn verdict(judged: &Judged) -> (&'static str, Vec<(String, &'static str)>) {
    let places = judged.as_ref().err().map(|denial| places(denial));
    (slug(judged), places.unwrap_or_default())
}

fn form() -> impl Strategy<Value = Form> {
    let text = || "[a\u{e9}\u{1f600} %&=+\"\\\\\r\n\u{0}]{0,6}";
    let object = btree_map(
        "[ab]",
        prop_oneof![any::<i8>().prop_map(Value::from), Just(Value::Null)],
        0..4,
    );
    let value = move |name: &'static str| match name {
        "integer" => any::<i32>().prop_map(Given::Integer).boxed(),
        "flag" => any::<bool>().prop_map(Given::Flag).boxed(),
        "texts" => vec(text(), 1..4).prop_map(Given::Texts).boxed(),
        "object" => object
            .clone()
            .prop_map(|members| Given::Object(members.into_iter().collect()))
            .boxed(),
        _ => text().prop_map(Given::Text).boxed(),
    };
    let names = vec!["text", "integer", "flag", "texts", "object", "other"];
    prop::sample::subsequence(names, 0..=6).prop_flat_map(move |names| {
        let fields: Vec<_> = names
            .into_iter()
            .map(|name| (Just(name), value(name)))
            .collect();
        fields.prop_map(|fields| fields.into_iter().collect())
    })
}

// === impl Given ===

impl Given {
    fn json(&self) -> Value {
        match self {
            Self::Text(text) => json!(text),
            Self::Integer(number) => json!(number),
            Self::Flag(flag) => json!(flag),
            Self::Texts(texts) => json!(texts),
            Self::Object(members) => json!(members),
        }
    }

    /// The text of each field.
    fn texts(&self) -> Vec<String> {
        match self {
            Self::Text(text) => vec![text.clone()],
            Self::Texts(texts) => texts.clone(),
            Self::Integer(_) | Self::Flag(_) | Self::Object(_) => vec![self.json().to_string()],
        }
    }
}

fn fields(form: &Form) -> impl Iterator<Item = (&'static str, String)> {
    form.iter()
        .flat_map(|(name, given)| given.texts().into_iter().map(|text| (*name, text)))
}

fn urlencoded(form: &Form) -> String {
    let escaped =
        |text: &str| -> String { text.bytes().map(|byte| format!("%{byte:02x}")).collect() };
    let pairs: Vec<String> = fields(form)
        .map(|(name, text)| format!("{name}={}", escaped(&text)))
        .collect();
    pairs.join("&")
}

fn multipart(form: &Form) -> String {
    let parts: String = fields(form)
        .map(|(name, text)| {
            format!("--b\r\nContent-Disposition: form-data; name={name}\r\n\r\n{text}\r\n")
        })
        .collect();
    format!("{parts}--b--")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases(256)))]

    #[test]
    fn a_form_is_judged_as_the_json_that_it_stands_for(form in form()) {
        let filter = filter();
        let json: Map<String, Value> =
            form.iter().map(|(name, given)| ((*name).to_owned(), given.json())).collect();
        let expected = verdict(&judge(&filter, "application/json", Value::from(json).to_string()));
        let parts = judge(&filter, "multipart/form-data; boundary=b", multipart(&form));
        prop_assert_eq!(verdict(&parts), expected.clone());
        if !form.is_empty() {
            let pairs = judge(&filter, "application/x-www-form-urlencoded", urlencoded(&form));
            prop_assert_eq!(verdict(&pairs), expected);
        }
    }

    #[test]
    fn any_text_is_a_form_or_refused(
        body in vec(prop::sample::select(vec!["text", "integer", "object", "a", "1", "=", "&", "%", "%41", "%ff", "+", "{", "}", "\"", "[", "\u{e9}", ";", "\0"]), 0..16),
    ) {
        let judged = judge(&filter(), "application/x-www-form-urlencoded", body.concat());
        let expected = ["", "schema_body", "schema_body_syntax", "schema_body_missing"];
        prop_assert!(expected.contains(&slug(&judged)));
    }
}
