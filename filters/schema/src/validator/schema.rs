//! One compiled schema: the types that it admits, and rules for values of them.

use super::evaluated::Evaluated;
use super::report::{Report, Trail};
use super::run::{Check, Run};
use super::stop::Stop;
use super::types::Types;
use crate::budget::Exhausted;
use crate::keyword::Keyword;
use std::fmt;
use tollgate_kit::json::Node;

/// The place of a schema in its validator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SchemaId(u32);

/// A compiled schema.
#[derive(Debug, Default)]
pub struct Schema {
    /// What `type` lets through; all where it isn't there.
    pub types: Types,
    /// The other keywords.
    pub rules: Vec<Rule>,
    /// Whether some need to know what the others evaluate.
    pub collects: bool,
}

/// A keyword, and the types of values that it says anything about.
pub struct Rule {
    /// Values of other types are valid.
    pub applies: Types,
    /// The keyword.
    pub keyword: Box<dyn Keyword>,
    /// Whether it needs to know what those before it evaluate.
    pub collects: bool,
}

// === impl SchemaId ===

impl SchemaId {
    /// The schema at `index`.
    #[must_use]
    pub fn new(index: usize) -> Self {
        Self(u32::try_from(index).unwrap_or(u32::MAX))
    }

    /// Its place.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

// === impl Schema ===

impl Schema {
    /// The schema that takes every value, or none.
    #[must_use]
    pub fn all_or_none(all: bool) -> Self {
        Self {
            types: if all { Types::ALL } else { Types::NONE },
            ..Self::default()
        }
    }

    /// Whether `value` is valid.
    #[inline]
    pub(super) fn check(&self, value: Node<'_>, run: &mut Run<'_>) -> Check {
        if !self.types.admit(value) {
            return Ok(false);
        }
        if self.collects {
            let mut seen = Evaluated::none_of(value, run.budget)?;
            return self.collect_until("", value, run, &mut seen);
        }
        let kind = Types::of(value.kind());
        for (at, rule) in self.rules.iter().enumerate() {
            if rule.applies.meet(kind) && !rule.keyword.check(value, run)? {
                run.stops.at_rule(at);
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Reports why it isn't, from where that was found. A value of a wrong type is told
    /// that alone.
    pub(super) fn explain(
        &self,
        value: Node<'_>,
        stop: Option<Stop>,
        trail: &Trail<'_>,
        run: &mut Run<'_>,
        report: &mut Report,
    ) -> Result<(), Exhausted> {
        if !self.types.admit(value) {
            report.add(trail, "type", self.types.message());
            return Ok(());
        }
        let kind = Types::of(value.kind());
        let first = stop.map_or(0, |stop| stop.rule);
        for (at, rule) in self.rules.iter().enumerate().skip(first) {
            if rule.applies.meet(kind) {
                let stopped = stop.filter(|stop| stop.rule == at);
                run.stops.at_child(stopped.map_or(0, |stop| stop.children));
                rule.keyword.explain(value, trail, run, report)?;
            }
        }
        Ok(())
    }

    /// Whether `value` is valid, with what its keywords evaluate.
    pub(super) fn collect(
        &self,
        value: Node<'_>,
        run: &mut Run<'_>,
        seen: &mut Evaluated,
    ) -> Check {
        let admitted = self.types.admit(value);
        if !self.collects {
            return Ok(self.collect_until("", value, run, seen)? && admitted);
        }
        // Its `unevaluated…` must not see what others around it evaluate.
        let mut own = Evaluated::none_of(value, run.budget)?;
        let valid = self.collect_until("", value, run, &mut own)?;
        seen.add_those_of(&own);
        Ok(valid && admitted)
    }

    /// What its keywords before `until` evaluate, and whether they take the value.
    pub(super) fn collect_until(
        &self,
        until: &str,
        value: Node<'_>,
        run: &mut Run<'_>,
        seen: &mut Evaluated,
    ) -> Check {
        let kind = Types::of(value.kind());
        let mut valid = true;
        for rule in &self.rules {
            if rule.keyword.name() == until {
                break;
            }
            if rule.applies.meet(kind) {
                valid &= rule.keyword.collect(value, run, seen)?;
                if !valid && !run.is_thorough {
                    break;
                }
            }
        }
        Ok(valid)
    }
}

// === impl Rule ===

impl Rule {
    /// A rule for values of some types.
    pub fn on(applies: Types, keyword: impl Keyword + 'static) -> Self {
        Self {
            applies,
            keyword: Box::new(keyword),
            collects: false,
        }
    }

    /// A rule that needs to know what those before it evaluate.
    pub fn collecting(applies: Types, keyword: impl Keyword + 'static) -> Self {
        Self {
            collects: true,
            ..Self::on(applies, keyword)
        }
    }
}

impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rule")
            .field("applies", &self.applies)
            .field("keyword", &self.keyword.name())
            .finish()
    }
}
