//! `if`, `then` and `else` (2020-12 applicator §10.2.2): one schema chooses which
//! of two others is applied.

use super::Keyword;
use crate::budget::Exhausted;
use crate::document::{Compiler, Dialect};
use crate::validator::{Check, Evaluated, Report, Rule, Run, SchemaId, Trail, Types};
use tollgate_kit::config::Members;
use tollgate_kit::json::Node;

struct Conditional {
    condition: SchemaId,
    then: Option<SchemaId>,
    otherwise: Option<SchemaId>,
    /// All of them.
    schemas: Vec<SchemaId>,
}

/// The three keywords; the choices mean nothing without `if`.
pub fn family<'a>(members: &mut Members<'a>, compiler: &mut Compiler<'a>, rules: &mut Vec<Rule>) {
    if compiler.dialect == Dialect::V30 {
        return;
    }
    let [condition, then, otherwise] = ["if", "then", "else"].map(|name| members.optional(name));
    let Some(condition) = condition else {
        return;
    };
    let condition = compiler.schema(condition);
    let [then, otherwise] =
        [then, otherwise].map(|setting| setting.map(|setting| compiler.schema(setting)));
    let schemas = [Some(condition), then, otherwise];
    let keyword = Conditional {
        condition,
        then,
        otherwise,
        schemas: schemas.into_iter().flatten().collect(),
    };
    rules.push(Rule::on(Types::ALL, keyword));
}

impl Conditional {
    fn chosen(&self, value: Node<'_>, run: &mut Run<'_>) -> Result<Option<SchemaId>, Exhausted> {
        if self.then.is_none() && self.otherwise.is_none() {
            return Ok(None);
        }
        Ok(match run.apply(self.condition, value)? {
            true => self.then,
            false => self.otherwise,
        })
    }
}

impl Keyword for Conditional {
    fn name(&self) -> &'static str {
        "if"
    }

    fn message(&self) -> String {
        "must match the schema that its condition chooses".to_owned()
    }

    fn check(&self, value: Node<'_>, run: &mut Run<'_>) -> Check {
        match self.chosen(value, run)? {
            Some(schema) => run.apply(schema, value),
            None => Ok(true),
        }
    }

    fn explain(
        &self,
        value: Node<'_>,
        trail: &Trail<'_>,
        run: &mut Run<'_>,
        report: &mut Report,
    ) -> Result<(), Exhausted> {
        match self.chosen(value, run)? {
            Some(schema) => run.explain(schema, value, trail, report),
            None => Ok(()),
        }
    }

    fn collect(&self, value: Node<'_>, run: &mut Run<'_>, seen: &mut Evaluated) -> Check {
        let chosen = match run.collect_if_valid(self.condition, value, seen)? {
            true => self.then,
            false => self.otherwise,
        };
        match chosen {
            Some(schema) => run.collect(schema, value, seen),
            None => Ok(true),
        }
    }

    fn in_place(&self) -> &[SchemaId] {
        &self.schemas
    }
}
