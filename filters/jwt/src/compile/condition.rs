//! `require.claims`: what claims must be.

use crate::claims::ClaimPath;
use crate::condition::{Condition, Literal, Test};
use tollgate_kit::config::Setting;
use tollgate_kit::json::{Limits, OwnedDocument, Value};

/// How the right side of a test is read.
type Read = fn(Setting<'_>) -> Option<Test>;

/// Reads the list.
pub(super) fn conditions(setting: Setting<'_>) -> Vec<Condition> {
    let list = setting.non_empty_list().unwrap_or_default();
    list.into_iter().filter_map(condition).collect()
}

fn condition(setting: Setting<'_>) -> Option<Condition> {
    let mut members = setting.object()?;
    let claim = members.required("claim").and_then(Setting::text);
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
        claim: ClaimPath::new(claim?),
        test: test?,
    })
}

fn literals(setting: Setting<'_>) -> Option<Vec<Literal>> {
    let list = setting.non_empty_list()?;
    Some(list.into_iter().filter_map(literal).collect())
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
