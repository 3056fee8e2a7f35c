//! `oneOf` (2020-12 applicator §10.2.1.3).

use super::Keyword;
use crate::document::Compiler;
use crate::validator::{Check, Evaluated, Rule, Run, SchemaId, Types};
use tollgate_kit::config::{Members, Setting};
use tollgate_kit::json::Node;

struct OneOf {
    schemas: Vec<SchemaId>,
}

/// `oneOf`.
pub fn family<'a>(members: &mut Members<'a>, compiler: &mut Compiler<'a>, rules: &mut Vec<Rule>) {
    let list = members.optional("oneOf").and_then(Setting::non_empty_list);
    if let Some(list) = list {
        let schemas = list
            .into_iter()
            .map(|setting| compiler.schema(setting))
            .collect();
        rules.push(Rule::on(Types::ALL, OneOf { schemas }));
    }
}

impl Keyword for OneOf {
    fn name(&self) -> &'static str {
        "oneOf"
    }

    fn message(&self) -> String {
        format!("must match exactly one of {} schemas", self.schemas.len())
    }

    fn check(&self, value: Node<'_>, run: &mut Run<'_>) -> Check {
        let mut matched = false;
        for schema in &self.schemas {
            if run.apply(*schema, value)? && std::mem::replace(&mut matched, true) {
                return Ok(false);
            }
        }
        Ok(matched)
    }

    fn collect(&self, value: Node<'_>, run: &mut Run<'_>, seen: &mut Evaluated) -> Check {
        let mut matches: usize = 0;
        for schema in &self.schemas {
            let valid = run.collect_if_valid(*schema, value, seen)?;
            matches = matches.saturating_add(usize::from(valid));
        }
        Ok(matches == 1)
    }

    fn in_place(&self) -> &[SchemaId] {
        &self.schemas
    }
}
