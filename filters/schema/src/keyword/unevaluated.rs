//! `unevaluatedProperties` and `unevaluatedItems` (2020-12 unevaluated §11): a
//! schema for the members or elements that no other keyword of the schema, or of
//! those that it applies to the same value, was applied to.

use super::Keyword;
use crate::budget::Exhausted;
use crate::document::{Compiler, Dialect};
use crate::validator::{Check, Evaluated, Report, Rule, Run, SchemaId, Step, Trail, Types};
use tollgate_kit::config::Members;
use tollgate_kit::json::{Node, Value};

struct Unevaluated {
    name: &'static str,
    /// The schema that the keyword stands in, whose other keywords come first.
    owner: SchemaId,
    schema: SchemaId,
    /// Whether `schema` takes nothing.
    is_false: bool,
}

/// The two keywords.
pub fn family<'a>(members: &mut Members<'a>, compiler: &mut Compiler<'a>, rules: &mut Vec<Rule>) {
    if compiler.dialect == Dialect::V30 {
        return;
    }
    for (name, applies) in [
        ("unevaluatedItems", Types::ARRAY),
        ("unevaluatedProperties", Types::OBJECT),
    ] {
        if let Some(setting) = members.optional(name) {
            let keyword = Unevaluated {
                name,
                owner: compiler.owner(),
                is_false: setting.node.as_bool() == Some(false),
                schema: compiler.schema(setting),
            };
            rules.push(Rule::collecting(applies, keyword));
        }
    }
}

/// The members or elements, with the step that leads to each.
fn parts(value: Node<'_>) -> impl Iterator<Item = (Step<'_>, Node<'_>)> {
    let (object, array) = match value.value() {
        Value::Object(object) => (Some(object), None),
        Value::Array(array) => (None, Some(array)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => (None, None),
    };
    let members = object.into_iter().flatten();
    let elements = array.into_iter().flatten().enumerate();
    members
        .map(|(name, member)| (Step::Member(name), member))
        .chain(elements.map(|(at, element)| (Step::Element(at), element)))
}

impl Keyword for Unevaluated {
    fn name(&self) -> &'static str {
        self.name
    }

    fn message(&self) -> String {
        match self.name {
            "unevaluatedItems" => "is an element that no schema describes".to_owned(),
            _ => "is a member that no schema describes".to_owned(),
        }
    }

    fn check(&self, value: Node<'_>, run: &mut Run<'_>) -> Check {
        let mut seen = run.collect_until(self.name, self.owner, value)?;
        self.collect(value, run, &mut seen)
    }

    fn explain(
        &self,
        value: Node<'_>,
        trail: &Trail<'_>,
        run: &mut Run<'_>,
        report: &mut Report,
    ) -> Result<(), Exhausted> {
        let seen = run.collect_until(self.name, self.owner, value)?;
        for (at, (step, part)) in parts(value).enumerate() {
            run.budget.spend(1)?;
            match (seen.has(at), self.is_false) {
                (true, _) => {}
                (false, true) => report.add(&trail.then(step), self.name, self.message()),
                (false, false) => run.explain(self.schema, part, &trail.then(step), report)?,
            }
        }
        Ok(())
    }

    fn collect(&self, value: Node<'_>, run: &mut Run<'_>, seen: &mut Evaluated) -> Check {
        let mut valid = true;
        for (at, (_, part)) in parts(value).enumerate() {
            run.budget.spend(1)?;
            valid &= seen.has(at) || run.apply(self.schema, part)?;
        }
        seen.add_all();
        Ok(valid)
    }
}
