//! `allOf` (2020-12 applicator §10.2.1.1).

use super::Keyword;
use crate::budget::Exhausted;
use crate::document::Compiler;
use crate::validator::{Check, Evaluated, Report, Rule, Run, SchemaId, Trail, Types};
use tollgate_kit::config::{Members, Setting};
use tollgate_kit::json::Node;

struct AllOf {
    schemas: Vec<SchemaId>,
}

/// `allOf`.
pub fn family<'a>(members: &mut Members<'a>, compiler: &mut Compiler<'a>, rules: &mut Vec<Rule>) {
    let list = members.optional("allOf").and_then(Setting::non_empty_list);
    if let Some(list) = list {
        let schemas = list
            .into_iter()
            .map(|setting| compiler.schema(setting))
            .collect();
        rules.push(Rule::on(Types::ALL, AllOf { schemas }));
    }
}

impl Keyword for AllOf {
    fn name(&self) -> &'static str {
        "allOf"
    }

    fn message(&self) -> String {
        "must match every one of the schemas".to_owned()
    }

    fn check(&self, value: Node<'_>, run: &mut Run<'_>) -> Check {
        for schema in &self.schemas {
            if !run.apply(*schema, value)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn explain(
        &self,
        value: Node<'_>,
        trail: &Trail<'_>,
        run: &mut Run<'_>,
        report: &mut Report,
    ) -> Result<(), Exhausted> {
        for schema in &self.schemas {
            run.explain(*schema, value, trail, report)?;
        }
        Ok(())
    }

    fn collect(&self, value: Node<'_>, run: &mut Run<'_>, seen: &mut Evaluated) -> Check {
        let mut valid = true;
        for schema in &self.schemas {
            valid &= run.collect(*schema, value, seen)?;
            if !valid && !run.is_thorough {
                break;
            }
        }
        Ok(valid)
    }

    fn in_place(&self) -> &[SchemaId] {
        &self.schemas
    }
}
