//! `anyOf` (2020-12 applicator §10.2.1.2). Which of the schemas was meant is not
//! known, so that a violation names the choice and not their faults.

use super::Keyword;
use crate::document::Compiler;
use crate::validator::{Check, Evaluated, Rule, Run, SchemaId, Types};
use tollgate_kit::config::{Members, Setting};
use tollgate_kit::json::Node;

struct AnyOf {
    schemas: Vec<SchemaId>,
}

/// `anyOf`.
pub fn family<'a>(members: &mut Members<'a>, compiler: &mut Compiler<'a>, rules: &mut Vec<Rule>) {
    let list = members.optional("anyOf").and_then(Setting::non_empty_list);
    if let Some(list) = list {
        let schemas = list
            .into_iter()
            .map(|setting| compiler.schema(setting))
            .collect();
        rules.push(Rule::on(Types::ALL, AnyOf { schemas }));
    }
}

impl Keyword for AnyOf {
    fn name(&self) -> &'static str {
        "anyOf"
    }

    fn message(&self) -> String {
        format!("must match at least one of {} schemas", self.schemas.len())
    }

    fn check(&self, value: Node<'_>, run: &mut Run<'_>) -> Check {
        for schema in &self.schemas {
            if run.apply(*schema, value)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn collect(&self, value: Node<'_>, run: &mut Run<'_>, seen: &mut Evaluated) -> Check {
        let mut valid = false;
        for schema in &self.schemas {
            valid |= run.collect_if_valid(*schema, value, seen)?;
        }
        Ok(valid)
    }

    fn in_place(&self) -> &[SchemaId] {
        &self.schemas
    }
}
