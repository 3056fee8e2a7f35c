//! Tokens that are too long to keep: how they are built from a good one.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};
use tollgate_conformance::signing::sign;
use tollgate_conformance::tokens::encode;

/// What the recipes start from: a good token and the key that signed it.
pub struct Start {
    header: Map<String, Value>,
    claims: Map<String, Value>,
    key: Map<String, Value>,
}

// === impl Start ===

impl Start {
    pub fn new(token: &str, key: &Value) -> Self {
        let parts: Vec<&str> = token.split('.').collect();
        let part = |at: usize| {
            let text = URL_SAFE_NO_PAD.decode(parts[at]).unwrap();
            serde_json::from_slice(&text).unwrap()
        };
        Self {
            header: part(0),
            claims: part(1),
            key: key.as_object().unwrap().clone(),
        }
    }

    /// The token of a recipe.
    pub fn token(&self, recipe: &Value) -> String {
        if let Some(text) = recipe.get("text") {
            return text_of(text);
        }
        let mut claims = with(&self.claims, recipe.get("claims"));
        if let Some(many) = recipe.get("claims_many") {
            let name = many["name"].as_str().unwrap();
            for at in 0..times(many) {
                claims.insert(name.replace("{i}", &at.to_string()), many["value"].clone());
            }
        }
        let header = raw(
            &with(&self.header, recipe.get("header")),
            recipe.get("header_raw"),
        );
        let claims = raw(&claims, recipe.get("claims_raw"));
        let input = format!(
            "{}.{}",
            encode(header.as_bytes()),
            encode(claims.as_bytes())
        );
        let signature = sign(&self.key, "", &input).unwrap();
        format!("{input}.{}", encode(&signature))
    }
}

/// Members put in, or in place of others.
fn with(object: &Map<String, Value>, members: Option<&Value>) -> Map<String, Value> {
    let mut object = object.clone();
    for (name, value) in members.and_then(Value::as_object).into_iter().flatten() {
        object.insert(name.clone(), value_of(value));
    }
    object
}

fn value_of(recipe: &Value) -> Value {
    match recipe["array_of"].as_str() {
        None => text_of(recipe).into(),
        Some(element) => {
            let elements = 0..times(recipe);
            let elements = elements.map(|at| element.replace("{i}", &at.to_string()));
            let last = recipe["then"].as_str().map(str::to_owned);
            elements.chain(last).collect()
        }
    }
}

fn text_of(recipe: &Value) -> String {
    recipe["repeat"].as_str().unwrap().repeat(times(recipe))
}

fn times(recipe: &Value) -> usize {
    recipe["times"].as_u64().unwrap().try_into().unwrap()
}

/// The text of an object, with members of values that are nested too deeply for a
/// document.
fn raw(object: &Map<String, Value>, members: Option<&Value>) -> String {
    let mut text = Value::Object(object.clone()).to_string();
    for (name, recipe) in members.and_then(Value::as_object).into_iter().flatten() {
        let piece = |member: &str| recipe[member].as_str().unwrap_or_default();
        let (open, close) = (
            piece("open").repeat(times(recipe)),
            piece("close").repeat(times(recipe)),
        );
        text.pop();
        text.push_str(&format!(",\"{name}\":{open}{}{close}}}", piece("middle")));
    }
    text
}
