//! `prefixItems` and `items` (2020-12 applicator §10.3.1): a schema for each of the
//! first elements by its place, and one for all that come after. Draft 4 has the
//! two as `items` with a list and `additionalItems` (validation §5.3.1).

use super::Keyword;
use crate::budget::Exhausted;
use crate::document::{Compiler, Dialect};
use crate::validator::{Check, Evaluated, Report, Rule, Run, SchemaId, Step, Trail, Types};
use tollgate_kit::config::{Members, Setting};
use tollgate_kit::json::{Kind, Node};

/// Schemas by place.
struct PrefixItems {
    name: &'static str,
    schemas: Vec<SchemaId>,
}

/// One schema for every element after some.
struct Items {
    name: &'static str,
    schema: SchemaId,
    after: usize,
}

/// The keywords of the dialect.
pub fn family<'a>(members: &mut Members<'a>, compiler: &mut Compiler<'a>, rules: &mut Vec<Rule>) {
    match compiler.dialect {
        Dialect::V30 => draft_4(members, compiler, rules),
        Dialect::V31 => {
            let list = members.optional("prefixItems");
            let list = list.and_then(Setting::non_empty_list).unwrap_or_default();
            let after = list.len();
            prefix("prefixItems", list, compiler, rules);
            if let Some(setting) = members.optional("items") {
                rest("items", setting, after, compiler, rules);
            }
        }
    }
}

/// `additionalItems` means nothing unless `items` is a list.
fn draft_4<'a>(members: &mut Members<'a>, compiler: &mut Compiler<'a>, rules: &mut Vec<Rule>) {
    let additional = members.optional("additionalItems");
    let Some(setting) = members.optional("items") else {
        return;
    };
    if setting.node.kind() != Kind::Array {
        return rest("items", setting, 0, compiler, rules);
    }
    let list = setting.list().unwrap_or_default();
    let after = list.len();
    prefix("items", list, compiler, rules);
    if let Some(setting) = additional {
        rest("additionalItems", setting, after, compiler, rules);
    }
}

fn prefix<'a>(
    name: &'static str,
    list: Vec<Setting<'a>>,
    compiler: &mut Compiler<'a>,
    rules: &mut Vec<Rule>,
) {
    if list.is_empty() {
        return;
    }
    let schemas = list
        .into_iter()
        .map(|setting| compiler.schema(setting))
        .collect();
    rules.push(Rule::on(Types::ARRAY, PrefixItems { name, schemas }));
}

fn rest<'a>(
    name: &'static str,
    setting: Setting<'a>,
    after: usize,
    compiler: &mut Compiler<'a>,
    rules: &mut Vec<Rule>,
) {
    let schema = match name {
        "additionalItems" => compiler.schema_or_flag(setting),
        _ => compiler.schema(setting),
    };
    let keyword = Items {
        name,
        schema,
        after,
    };
    rules.push(Rule::on(Types::ARRAY, keyword));
}

impl Keyword for PrefixItems {
    fn name(&self) -> &'static str {
        self.name
    }

    fn message(&self) -> String {
        "each of the first elements must match its schema".to_owned()
    }

    fn check(&self, value: Node<'_>, run: &mut Run<'_>) -> Check {
        let elements = value.as_array().into_iter().flatten();
        for (at, (element, schema)) in elements.zip(&self.schemas).enumerate() {
            if !run.apply(*schema, element)? {
                run.stops.at_child(at);
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
        let passed = run.stops.passed();
        let elements = value.as_array().into_iter().flatten();
        for (at, (element, schema)) in elements.zip(&self.schemas).enumerate().skip(passed) {
            run.explain(*schema, element, &trail.then(Step::Element(at)), report)?;
        }
        Ok(())
    }

    fn collect(&self, value: Node<'_>, run: &mut Run<'_>, seen: &mut Evaluated) -> Check {
        run.budget.spend_on_text(self.schemas.len())?;
        seen.add_first(self.schemas.len());
        self.check(value, run)
    }
}

impl Keyword for Items {
    fn name(&self) -> &'static str {
        self.name
    }

    fn message(&self) -> String {
        "every element must match its schema".to_owned()
    }

    fn check(&self, value: Node<'_>, run: &mut Run<'_>) -> Check {
        let elements = value.as_array().into_iter().flatten().enumerate();
        for (at, element) in elements.skip(self.after) {
            if !run.apply(self.schema, element)? {
                run.stops.at_child(at);
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
        let passed = self.after.max(run.stops.passed());
        let elements = value.as_array().into_iter().flatten().enumerate();
        for (at, element) in elements.skip(passed) {
            if report.is_full() {
                break;
            }
            run.explain(self.schema, element, &trail.then(Step::Element(at)), report)?;
        }
        Ok(())
    }

    fn collect(&self, value: Node<'_>, run: &mut Run<'_>, seen: &mut Evaluated) -> Check {
        seen.add_all();
        self.check(value, run)
    }
}
