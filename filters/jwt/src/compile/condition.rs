//! `require.claims`: what claims must be.

use crate::claims::ClaimPath;
use crate::condition::{Condition, Literal, Test};
use tollgate_kit::config::Setting;
use tollgate_kit::json::{Limits, OwnedDocument, Value};

/// A claim's name, or where a part of one stands.
pub(super) fn claim_path(setting: Setting<'_>) -> Option<ClaimPath> {
    let here = setting.clone();
    let text = setting.text()?;
    let is_escaped = |rest: &str| rest.starts_with(['0', '1']);
    // What names nothing is never there, and some conditions hold then.
    if text.starts_with('/') && !text.split('~').skip(1).all(is_escaped) {
        return here
            .expected("a JSON pointer, in which `~` is written `~0`, and `/` within a name `~1`");
    }
    Some(ClaimPath::new(text))
}

/// How the right side of a test is read.
type Read = fn(Setting<'_>) -> Option<Test>;

/// Reads the list.
pub(super) fn conditions(setting: Setting<'_>) -> Vec<Condition> {
    let list = setting.non_empty_list().unwrap_or_default();
    list.into_iter().filter_map(condition).collect()
}

fn condition(setting: Setting<'_>) -> Option<Condition> {
    let mut members = setting.object()?;
    let claim = members.required("claim").and_then(claim_path);
    let tests: [(&'static str, Read); 5] = [
        ("equals", |setting| literal(setting).map(Test::Equals)),
        ("one_of", |setting| literals(setting).map(Test::OneOf)),
        ("contains", |setting| literal(setting).map(Test::Contains)),
        ("prefix", |setting| setting.text().map(Test::Prefix)),
        ("present", |setting| setting.flag().map(Test::Present)),
    ];
    let mut given = Vec::new();
    for (name, read) in tests {
        given.extend(members.optional(name).map(|setting| (name, read(setting))));
    }
    let names: Vec<&str> = given.iter().map(|(name, _)| *name).collect();
    match names.as_slice() {
        [_] => {}
        [] => {
            members.fault("one of `equals`, `one_of`, `contains`, `prefix` and `present` is needed")
        }
        more => members.fault_with_hint(
            format!("`{}` are both there; keep one", more.join("` and `")),
            "write a claim twice for two conditions on it",
        ),
    }
    members.finish();
    let (_, test) = given.pop()?;
    Some(Condition {
        claim: claim?,
        test: test?,
    })
}

fn literals(setting: Setting<'_>) -> Option<Vec<Literal>> {
    let mut literals: Vec<Literal> = Vec::new();
    for setting in setting.non_empty_list()? {
        let here = setting.clone();
        let Some(literal) = literal(setting) else {
            continue;
        };
        if literals.iter().any(|known| known.is(here.node)) {
            here.fault("the value is in the list twice");
        }
        literals.push(literal);
    }
    Some(literals)
}

/// A text, a number, `true` or `false`: what else a claim can be has no one
/// spelling that people mean.
fn literal(setting: Setting<'_>) -> Option<Literal> {
    match setting.node.value() {
        Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        Value::Null | Value::Array(_) | Value::Object(_) => {
            return setting.expected("a text, a number, `true` or `false`");
        }
    }
    let source = setting.node.source().as_bytes().to_vec();
    OwnedDocument::parse(source, &Limits::DEFAULT)
        .map(Literal::new)
        .map_err(|error| setting.fault(error.to_string()))
        .ok()
}
