//! From texts to a value: as JSON, so that the tape and the validator take it
//! like a body, exact numbers and limits included.

use super::Shape;
use crate::validator::Types;
use std::borrow::Cow;
use tollgate_kit::json::{Number, escape_into};

/// How texts are read where the types leave a choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Interpretation {
    /// A number or truth value where it looks like one and may be one.
    Typed,
    /// A string always.
    Text,
}

/// Writes the value that `texts` are as JSON.
pub fn write(
    texts: &[Cow<'_, str>],
    shape: Shape,
    interpretation: Interpretation,
    json: &mut String,
) {
    json.clear();
    match shape {
        Shape::Primitive(types) => {
            for text in texts.iter().take(1) {
                scalar(text, types, interpretation, json);
            }
        }
        Shape::Array(types) => {
            json.push('[');
            for (at, text) in texts.iter().enumerate() {
                if at > 0 {
                    json.push(',');
                }
                scalar(text, types, interpretation, json);
            }
            json.push(']');
        }
    }
}

fn scalar(text: &str, types: Types, interpretation: Interpretation, json: &mut String) {
    let number = || types.meet(Types::NUMBER.or(Types::INTEGER)) && Number::parse(text).is_some();
    let flag = || types.meet(Types::BOOLEAN) && matches!(text, "true" | "false");
    if interpretation == Interpretation::Typed && (number() || flag()) {
        json.push_str(text);
        return;
    }
    json.push('"');
    escape_into(text, json);
    json.push('"');
}

// === impl Shape ===

impl Shape {
    /// The readings to try, the most specific first.
    #[must_use]
    pub const fn interpretations(self) -> &'static [Interpretation] {
        let (Self::Primitive(types) | Self::Array(types)) = self;
        let others = types.meet(Types::BOOLEAN.or(Types::NUMBER).or(Types::INTEGER));
        match (types.meet(Types::STRING), others) {
            (true, true) => &[Interpretation::Typed, Interpretation::Text],
            (true, false) => &[Interpretation::Text],
            (false, true | false) => &[Interpretation::Typed],
        }
    }
}
