//! From what a text says to the value that it is of the schema's types, as JSON.

use super::reading::Raw;
use super::shape::{SCALARS, Shape};
use crate::validator::Types;
use std::borrow::Cow;
use tollgate_kit::json::{Number, escape_into};

/// How texts are read where the types leave a choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Interpretation {
    /// A number, truth value or `null` where it looks like one and may be one.
    Typed,
    /// A string always.
    Text,
}

/// Appends the value as JSON. No deeper than the text, which is bounded.
pub fn write(raw: &Raw<'_>, shape: &Shape, interpretation: Interpretation, json: &mut String) {
    match raw {
        // One element of a list that libraries write without brackets.
        Raw::Text(text) => match (&shape.items, shape.is_scalar()) {
            (Some(items), false) => {
                json.push('[');
                scalar(text, items.scalar, interpretation, json);
                json.push(']');
            }
            (_, _) => scalar(text, shape.scalar, interpretation, json),
        },
        Raw::List(elements) => {
            let items = shape.items.as_deref().unwrap_or(&ELEMENT);
            list(elements.iter(), items, interpretation, json);
        }
        Raw::Members(members) => match elements(members, shape) {
            Some((elements, items)) => list(elements.into_iter(), items, interpretation, json),
            None => object(members, shape, interpretation, json),
        },
    }
}

fn object(
    members: &[(Cow<'_, str>, Raw<'_>)],
    shape: &Shape,
    interpretation: Interpretation,
    json: &mut String,
) {
    let known = shape.members.as_deref();
    json.push('{');
    for (at, (name, member)) in members.iter().enumerate() {
        separate(at, json);
        quoted(name, json);
        json.push(':');
        let shape = known.and_then(|known| known.get(name));
        write(member, shape.unwrap_or(&UNDOCUMENTED), interpretation, json);
    }
    json.push('}');
}

fn list<'r, 'm: 'r>(
    elements: impl Iterator<Item = &'r Raw<'m>>,
    items: &Shape,
    interpretation: Interpretation,
    json: &mut String,
) {
    json.push('[');
    for (at, element) in elements.enumerate() {
        separate(at, json);
        write(element, items, interpretation, json);
    }
    json.push(']');
}

/// What is in brackets as the elements of an array, where it may be one: behind 0, 1,
/// 2 and so on, or behind none (`[]`). Members behind none are no elements: nothing
/// says to which of them they belong.
fn elements<'r, 'm>(
    members: &'r [(Cow<'m, str>, Raw<'m>)],
    shape: &'r Shape,
) -> Option<(Vec<&'r Raw<'m>>, &'r Shape)> {
    let items = shape.items.as_deref()?;
    let (first, raw) = members.first()?;
    let documented = shape.members.as_ref();
    if documented.is_some_and(|members| members.names(first)) {
        return None;
    }
    if first.is_empty() && members.len() == 1 {
        return match raw {
            Raw::Text(_) => Some((vec![raw], items)),
            Raw::List(elements) => Some((elements.iter().collect(), items)),
            Raw::Members(_) => None,
        };
    }
    let is_number = |name: &str, at: usize| {
        name.parse() == Ok(at) && (name.len() == 1 || !name.starts_with(['0', '+']))
    };
    let mut names = members.iter().enumerate();
    let are_numbers = names.all(|(at, (name, _))| is_number(name, at));
    are_numbers.then(|| (members.iter().map(|(_, raw)| raw).collect(), items))
}

fn scalar(text: &str, types: Types, interpretation: Interpretation, json: &mut String) {
    let number = || types.meet(Types::NUMBER.or(Types::INTEGER)) && Number::parse(text).is_some();
    let flag = || types.meet(Types::BOOLEAN) && matches!(text, "true" | "false");
    let null = || types.meet(Types::NULL) && text == "null";
    if interpretation == Interpretation::Typed && (number() || flag() || null()) {
        json.push_str(text);
        return;
    }
    quoted(text, json);
}

/// Appends a text as a string.
pub fn quoted(text: &str, json: &mut String) {
    json.push('"');
    escape_into(text, json);
    json.push('"');
}

/// A member that isn't documented is a text.
static UNDOCUMENTED: Shape = Shape::TEXT;
/// An element of which nothing is said is what it looks like.
static ELEMENT: Shape = Shape::ANY_SCALAR;

/// Appends what stands in front of the element or member at `at`.
pub fn separate(at: usize, json: &mut String) {
    if at > 0 {
        json.push(',');
    }
}

// === impl Shape ===

impl Shape {
    /// The readings to try, the most specific first.
    #[must_use]
    pub fn interpretations(&self) -> &'static [Interpretation] {
        if self.items.is_none() && self.members.is_none() {
            let others = SCALARS.without(Types::STRING);
            return match (self.scalar.meet(Types::STRING), self.scalar.meet(others)) {
                (true, true) => &[Interpretation::Typed, Interpretation::Text],
                (true, false) => &[Interpretation::Text],
                (false, true | false) => &[Interpretation::Typed],
            };
        }
        &[Interpretation::Typed, Interpretation::Text]
    }
}
