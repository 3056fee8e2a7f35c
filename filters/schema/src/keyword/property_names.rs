//! `propertyNames` (2020-12 applicator §10.3.2.4): every name matches a schema.

use super::Keyword;
use crate::budget::Exhausted;
use crate::document::{Compiler, Dialect};
use crate::validator::{Check, Report, Rule, Run, SchemaId, Step, Trail, Types};
use tollgate_kit::config::Members;
use tollgate_kit::json::Node;

struct PropertyNames {
    schema: SchemaId,
}

/// `propertyNames`.
pub fn family<'a>(members: &mut Members<'a>, compiler: &mut Compiler<'a>, rules: &mut Vec<Rule>) {
    if compiler.dialect == Dialect::V30 {
        return;
    }
    if let Some(setting) = members.optional("propertyNames") {
        let schema = compiler.schema(setting);
        rules.push(Rule::on(Types::OBJECT, PropertyNames { schema }));
    }
}

impl Keyword for PropertyNames {
    fn name(&self) -> &'static str {
        "propertyNames"
    }

    fn message(&self) -> String {
        "every name must match its schema".to_owned()
    }

    fn check(&self, value: Node<'_>, run: &mut Run<'_>) -> Check {
        let object = value.as_object().into_iter();
        for name in object.flat_map(|object| object.names()) {
            if !run.apply(self.schema, name)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Each name that doesn't, by what its schema asks for.
    fn explain(
        &self,
        value: Node<'_>,
        trail: &Trail<'_>,
        run: &mut Run<'_>,
        report: &mut Report,
    ) -> Result<(), Exhausted> {
        let object = value.as_object().into_iter();
        for name in object.flat_map(|object| object.names()) {
            if report.is_full() {
                break;
            }
            let place = trail.then(Step::Member(name.as_str().unwrap_or_default()));
            let mut of_name = Report::default();
            run.explain(self.schema, name, &place, &mut of_name)?;
            for violation in of_name.finish() {
                let message = format!("its name: {}", violation.message);
                report.add(&place, self.name(), message);
            }
        }
        Ok(())
    }
}
