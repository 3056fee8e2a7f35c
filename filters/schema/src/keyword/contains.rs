//! `contains` with `minContains` and `maxContains` (2020-12 applicator §10.3.1.3,
//! validation §6.4.4, §6.4.5): how many elements match a schema.

use super::Keyword;
use super::count::limit;
use crate::budget::Exhausted;
use crate::document::{Compiler, Dialect};
use crate::validator::{Check, Evaluated, Report, Rule, Run, SchemaId, Trail, Types};
use tollgate_kit::config::Members;
use tollgate_kit::json::Node;

struct Contains {
    schema: SchemaId,
    at_least: Option<usize>,
    at_most: Option<usize>,
}

/// The three keywords; the bounds mean nothing without the schema.
pub fn family<'a>(members: &mut Members<'a>, compiler: &mut Compiler<'a>, rules: &mut Vec<Rule>) {
    if compiler.dialect == Dialect::V30 {
        return;
    }
    let mut bound = |name| {
        let setting = members.optional(name)?;
        limit(&setting)
    };
    let (at_least, at_most) = (bound("minContains"), bound("maxContains"));
    if let Some(setting) = members.optional("contains") {
        let keyword = Contains {
            schema: compiler.schema(setting),
            at_least,
            at_most,
        };
        rules.push(Rule::on(Types::ARRAY, keyword));
    }
}

impl Contains {
    /// How many elements match, as far as that decides.
    fn count(&self, value: Node<'_>, run: &mut Run<'_>) -> Result<usize, Exhausted> {
        let enough = match self.at_most {
            Some(most) => most.saturating_add(1),
            None => self.at_least.unwrap_or(1),
        };
        let mut count: usize = 0;
        for element in value.as_array().into_iter().flatten() {
            if count >= enough {
                break;
            }
            if run.apply(self.schema, element)? {
                count = count.saturating_add(1);
            }
        }
        Ok(count)
    }

    fn too_few(&self, count: usize) -> bool {
        count < self.at_least.unwrap_or(1)
    }

    fn too_many(&self, count: usize) -> bool {
        self.at_most.is_some_and(|most| count > most)
    }
}

impl Keyword for Contains {
    fn name(&self) -> &'static str {
        "contains"
    }

    fn message(&self) -> String {
        "must have an element that matches the schema of `contains`".to_owned()
    }

    fn check(&self, value: Node<'_>, run: &mut Run<'_>) -> Check {
        let count = self.count(value, run)?;
        Ok(!self.too_few(count) && !self.too_many(count))
    }

    fn explain(
        &self,
        value: Node<'_>,
        trail: &Trail<'_>,
        run: &mut Run<'_>,
        report: &mut Report,
    ) -> Result<(), Exhausted> {
        let count = self.count(value, run)?;
        match (self.at_least, self.at_most) {
            (Some(least), _) if self.too_few(count) => {
                report.add(trail, "minContains", wanted("at least", least));
            }
            (None, _) if self.too_few(count) => report.add(trail, self.name(), self.message()),
            (_, Some(most)) if self.too_many(count) => {
                report.add(trail, "maxContains", wanted("at most", most));
            }
            (_, _) => {}
        }
        Ok(())
    }

    fn collect(&self, value: Node<'_>, run: &mut Run<'_>, seen: &mut Evaluated) -> Check {
        let mut count: usize = 0;
        for (at, element) in value.as_array().into_iter().flatten().enumerate() {
            if run.apply(self.schema, element)? {
                seen.add(at);
                count = count.saturating_add(1);
            }
        }
        Ok(!self.too_few(count) && !self.too_many(count))
    }
}

fn wanted(relation: &str, count: usize) -> String {
    let elements = match count {
        1 => "element that matches",
        _ => "elements that match",
    };
    format!("must have {relation} {count} {elements} the schema of `contains`")
}
