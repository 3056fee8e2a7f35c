//! What the presence of one member asks of the others: `dependentRequired`,
//! `dependentSchemas` (2020-12 validation §6.5.4, applicator §10.2.2.4), and
//! `dependencies`, which was both (draft 4 validation §5.4.5).

use super::Keyword;
use crate::budget::Exhausted;
use crate::document::{Compiler, Dialect};
use crate::validator::{Check, Evaluated, Report, Rule, Run, SchemaId, Trail, Types};
use tollgate_kit::config::{Members, Setting};
use tollgate_kit::json::{Kind, Node};

/// Members that must be there, by the member that asks for them.
struct DependentRequired {
    name: &'static str,
    entries: Vec<(Box<str>, Vec<Box<str>>)>,
}

/// Schemas for the whole object, by the member that asks for them.
struct DependentSchemas {
    name: &'static str,
    names: Vec<Box<str>>,
    schemas: Vec<SchemaId>,
}

/// The three keywords.
pub fn family<'a>(members: &mut Members<'a>, compiler: &mut Compiler<'a>, rules: &mut Vec<Rule>) {
    let names: &[&'static str] = match compiler.dialect {
        Dialect::V30 => &["dependencies"],
        Dialect::V31 => &["dependentRequired", "dependentSchemas", "dependencies"],
    };
    for name in names {
        if let Some(map) = members.optional(name).and_then(Setting::object) {
            read(name, map, compiler, rules);
        }
    }
}

fn read<'a>(
    name: &'static str,
    map: Members<'a>,
    compiler: &mut Compiler<'a>,
    rules: &mut Vec<Rule>,
) {
    let mut required = DependentRequired {
        name,
        entries: Vec::new(),
    };
    let mut schemas = DependentSchemas {
        name,
        names: Vec::new(),
        schemas: Vec::new(),
    };
    for (member, setting) in map.all() {
        let lists = match name {
            "dependencies" => setting.node.kind() == Kind::Array,
            _ => name == "dependentRequired",
        };
        if lists {
            let names = super::properties::required(setting);
            required.entries.push((member.into(), names));
        } else {
            schemas.names.push(member.into());
            schemas.schemas.push(compiler.schema(setting));
        }
    }
    if !required.entries.is_empty() {
        rules.push(Rule::on(Types::OBJECT, required));
    }
    if !schemas.schemas.is_empty() {
        rules.push(Rule::on(Types::OBJECT, schemas));
    }
}

impl DependentRequired {
    /// The first name that is missing, for each member that is there.
    fn missing(
        &self,
        value: Node<'_>,
        run: &mut Run<'_>,
        mut found: impl FnMut(&str, &str) -> bool,
    ) -> Check {
        for (name, required) in &self.entries {
            run.budget.spend_on_lookups(1)?;
            if value.get(name).is_none() {
                continue;
            }
            for other in required {
                run.budget.spend_on_lookups(1)?;
                if value.get(other).is_none() && found(name, other) {
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }
}

impl Keyword for DependentRequired {
    fn name(&self) -> &'static str {
        self.name
    }

    fn message(&self) -> String {
        "must have the members that others ask for".to_owned()
    }

    fn check(&self, value: Node<'_>, run: &mut Run<'_>) -> Check {
        self.missing(value, run, |_, _| true)
    }

    fn explain(
        &self,
        value: Node<'_>,
        trail: &Trail<'_>,
        run: &mut Run<'_>,
        report: &mut Report,
    ) -> Result<(), Exhausted> {
        self.missing(value, run, |name, other| {
            let message = format!("must have the member {other:?}, as it has {name:?}");
            report.add(trail, self.name, message);
            report.is_full()
        })
        .map(drop)
    }
}

impl DependentSchemas {
    fn asked<'s>(&'s self, value: Node<'_>) -> impl Iterator<Item = SchemaId> {
        let asks = move |(name, _): &(&'s str, _)| value.get(name).is_some();
        let names = self.names.iter().map(|name| &**name);
        let entries = names.zip(&self.schemas);
        entries.filter(asks).map(|(_, schema)| *schema)
    }
}

impl Keyword for DependentSchemas {
    fn name(&self) -> &'static str {
        self.name
    }

    fn message(&self) -> String {
        "must match the schemas that its members ask for".to_owned()
    }

    fn check(&self, value: Node<'_>, run: &mut Run<'_>) -> Check {
        run.budget.spend_on_lookups(self.names.len())?;
        for schema in self.asked(value) {
            if !run.apply(schema, value)? {
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
        run.budget.spend_on_lookups(self.names.len())?;
        for schema in self.asked(value) {
            run.explain(schema, value, trail, report)?;
        }
        Ok(())
    }

    fn collect(&self, value: Node<'_>, run: &mut Run<'_>, seen: &mut Evaluated) -> Check {
        run.budget.spend_on_lookups(self.names.len())?;
        let mut valid = true;
        for schema in self.asked(value) {
            valid &= run.collect(schema, value, seen)?;
        }
        Ok(valid)
    }

    fn in_place(&self) -> &[SchemaId] {
        &self.schemas
    }
}
