//! `not` (2020-12 applicator §10.2.1.4).

use super::Keyword;
use crate::document::Compiler;
use crate::validator::{Check, Rule, Run, SchemaId, Types};
use tollgate_kit::config::Members;
use tollgate_kit::json::Node;

struct Not {
    schema: SchemaId,
}

/// `not`.
pub fn family<'a>(members: &mut Members<'a>, compiler: &mut Compiler<'a>, rules: &mut Vec<Rule>) {
    if let Some(setting) = members.optional("not") {
        let schema = compiler.schema(setting);
        rules.push(Rule::on(Types::ALL, Not { schema }));
    }
}

impl Keyword for Not {
    fn name(&self) -> &'static str {
        "not"
    }

    fn message(&self) -> String {
        "must not match the schema".to_owned()
    }

    fn check(&self, value: Node<'_>, run: &mut Run<'_>) -> Check {
        run.apply(self.schema, value).map(|matches| !matches)
    }

    fn in_place(&self) -> &[SchemaId] {
        std::slice::from_ref(&self.schema)
    }
}
