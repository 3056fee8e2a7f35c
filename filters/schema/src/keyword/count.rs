//! How many characters, elements or members there may be: `minLength`,
//! `maxLength`, `minItems`, `maxItems`, `minProperties`, `maxProperties`
//! (2020-12 validation §6.3, §6.4, §6.5).

use super::Keyword;
use crate::document::Compiler;
use crate::validator::{Check, Rule, Run, Types};
use std::cmp::Ordering;
use tollgate_kit::config::{Members, Setting};
use tollgate_kit::json::{Node, Number, Value};

struct Count {
    keyword: &'static Bounded,
    limit: usize,
}

struct Bounded {
    name: &'static str,
    what: &'static str,
    one: &'static str,
    applies: Types,
    side: Side,
}

#[derive(Clone, Copy)]
enum Side {
    AtLeast,
    AtMost,
}

const fn bounded(
    name: &'static str,
    what: &'static str,
    one: &'static str,
    applies: Types,
    side: Side,
) -> Bounded {
    Bounded {
        name,
        what,
        one,
        applies,
        side,
    }
}

static KEYWORDS: &[Bounded] = &[
    bounded(
        "minLength",
        "characters",
        "character",
        Types::STRING,
        Side::AtLeast,
    ),
    bounded(
        "maxLength",
        "characters",
        "character",
        Types::STRING,
        Side::AtMost,
    ),
    bounded(
        "minItems",
        "elements",
        "element",
        Types::ARRAY,
        Side::AtLeast,
    ),
    bounded(
        "maxItems",
        "elements",
        "element",
        Types::ARRAY,
        Side::AtMost,
    ),
    bounded(
        "minProperties",
        "members",
        "member",
        Types::OBJECT,
        Side::AtLeast,
    ),
    bounded(
        "maxProperties",
        "members",
        "member",
        Types::OBJECT,
        Side::AtMost,
    ),
];

/// The six bounds.
pub fn family<'a>(members: &mut Members<'a>, _compiler: &mut Compiler<'a>, rules: &mut Vec<Rule>) {
    for keyword in KEYWORDS {
        if let Some(limit) = members
            .optional(keyword.name)
            .and_then(|setting| limit(&setting))
        {
            rules.push(Rule::on(keyword.applies, Count { keyword, limit }));
        }
    }
}

/// A whole number, 0 or more; one beyond all memory is as good as the largest.
pub(super) fn limit(setting: &Setting<'_>) -> Option<usize> {
    let zero = Number::parse("0")?;
    let whole = |number: &Number<'_>| number.is_integer() && number.compare(zero) != Ordering::Less;
    let Some(number) = setting.node.as_number().filter(whole) else {
        return setting.expected("a whole number, 0 or more");
    };
    let value = number
        .as_u64()
        .and_then(|value| usize::try_from(value).ok());
    Some(value.unwrap_or(usize::MAX))
}

impl Keyword for Count {
    fn name(&self) -> &'static str {
        self.keyword.name
    }

    fn message(&self) -> String {
        let relation = match self.keyword.side {
            Side::AtLeast => "at least",
            Side::AtMost => "at most",
        };
        let noun = if self.limit == 1 {
            self.keyword.one
        } else {
            self.keyword.what
        };
        format!("must have {relation} {} {noun}", self.limit)
    }

    fn check(&self, value: Node<'_>, run: &mut Run<'_>) -> Check {
        let count = match value.value() {
            Value::Array(array) => array.len(),
            Value::Object(object) => object.len(),
            Value::String(text) => match self.known_by_bytes(text.len()) {
                Some(valid) => return Ok(valid),
                None => {
                    run.budget.spend_on_text(text.len())?;
                    characters(text)
                }
            },
            Value::Null | Value::Bool(_) | Value::Number(_) => return Ok(true),
        };
        Ok(match self.keyword.side {
            Side::AtLeast => count >= self.limit,
            Side::AtMost => count <= self.limit,
        })
    }
}

impl Count {
    /// A character takes one to four bytes, which often settles it.
    const fn known_by_bytes(&self, bytes: usize) -> Option<bool> {
        match self.keyword.side {
            Side::AtLeast if bytes < self.limit => Some(false),
            Side::AtLeast if bytes / 4 >= self.limit => Some(true),
            Side::AtMost if bytes <= self.limit => Some(true),
            Side::AtMost if bytes / 4 > self.limit => Some(false),
            Side::AtLeast | Side::AtMost => None,
        }
    }
}

/// Code points: every byte but those that continue one.
fn characters(text: &str) -> usize {
    text.bytes().filter(|byte| byte & 0xC0 != 0x80).count()
}
