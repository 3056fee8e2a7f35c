//! `$ref` beside other keywords, which 3.1 has, and `$dynamicRef` (2020-12 core
//! §8.2.3). A `$ref` alone needs no rule: it is the schema that it names.

use super::Keyword;
use crate::budget::Exhausted;
use crate::document::{Compiler, Dialect};
use crate::validator::{Check, Evaluated, Report, Rule, Run, SchemaId, Trail, Types};
use tollgate_kit::config::Members;
use tollgate_kit::json::Node;

struct Reference {
    name: &'static str,
    schema: SchemaId,
}

/// `$ref`, and `$dynamicRef` where the dialect has it.
pub fn family<'a>(members: &mut Members<'a>, compiler: &mut Compiler<'a>, rules: &mut Vec<Rule>) {
    let names: &[&'static str] = match compiler.dialect {
        Dialect::V30 => &["$ref"],
        Dialect::V31 => &["$ref", "$dynamicRef"],
    };
    for name in names {
        if let Some(setting) = members.optional(name)
            && let Some(schema) = compiler.referenced_schema(&setting)
        {
            rules.push(Rule::on(Types::ALL, Reference { name, schema }));
        }
    }
}

impl Keyword for Reference {
    fn name(&self) -> &'static str {
        self.name
    }

    fn message(&self) -> String {
        "must match the schema referred to".to_owned()
    }

    fn check(&self, value: Node<'_>, run: &mut Run<'_>) -> Check {
        run.apply(self.schema, value)
    }

    fn explain(
        &self,
        value: Node<'_>,
        trail: &Trail<'_>,
        run: &mut Run<'_>,
        report: &mut Report,
    ) -> Result<(), Exhausted> {
        run.explain(self.schema, value, trail, report)
    }

    fn collect(&self, value: Node<'_>, run: &mut Run<'_>, seen: &mut Evaluated) -> Check {
        run.collect(self.schema, value, seen)
    }

    fn in_place(&self) -> &[SchemaId] {
        std::slice::from_ref(&self.schema)
    }
}
