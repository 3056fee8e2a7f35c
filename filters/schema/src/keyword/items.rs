//! `items` (2020-12 applicator §10.3.1.2): one schema for every element.

use super::Keyword;
use crate::budget::Exhausted;
use crate::document::Compiler;
use crate::validator::{Check, Report, Rule, Run, SchemaId, Step, Trail, Types};
use tollgate_kit::config::Members;
use tollgate_kit::json::Node;

struct Items {
    schema: SchemaId,
}

/// `items`.
pub fn family<'a>(members: &mut Members<'a>, compiler: &mut Compiler<'a>, rules: &mut Vec<Rule>) {
    if let Some(setting) = members.optional("items") {
        let schema = compiler.schema(setting);
        rules.push(Rule::on(Types::ARRAY, Items { schema }));
    }
}

impl Keyword for Items {
    fn name(&self) -> &'static str {
        "items"
    }

    fn message(&self) -> String {
        "every element must match its schema".to_owned()
    }

    fn check(&self, value: Node<'_>, run: &mut Run<'_>) -> Check {
        for element in value.as_array().into_iter().flatten() {
            if !run.apply(self.schema, element)? {
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
        for (at, element) in value.as_array().into_iter().flatten().enumerate() {
            if report.is_full() {
                break;
            }
            run.explain(self.schema, element, &trail.then(Step::Element(at)), report)?;
        }
        Ok(())
    }
}
