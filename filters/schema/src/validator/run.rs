//! One judgement under way: its budget, and how many schemas it is inside of.

use super::evaluated::Evaluated;
use super::report::{Report, Trail};
use super::schema::SchemaId;
use super::stop::Stops;
use super::{Direction, Validator};
use crate::budget::{Budget, Exhausted};
use tollgate_kit::json::Node;

/// Whether a value is valid, unless the budget ended before that was known.
pub type Check = Result<bool, Exhausted>;

/// A judgement under way.
#[derive(Debug)]
pub struct Run<'v> {
    validator: &'v Validator,
    /// What it may still cost.
    pub budget: &'v mut Budget,
    /// Which way the message goes.
    pub direction: Direction,
    /// Whether what is evaluated is wanted of values that aren't valid, too: why a
    /// value is refused depends on it. Otherwise the first fault ends a judgement, so
    /// that alternatives which rule each other out don't multiply.
    pub is_thorough: bool,
    /// Where it stopped.
    pub stops: Stops,
    nesting: u32,
}

impl<'v> Run<'v> {
    pub(super) const fn new(
        validator: &'v Validator,
        direction: Direction,
        budget: &'v mut Budget,
    ) -> Self {
        Self {
            validator,
            budget,
            direction,
            is_thorough: false,
            stops: Stops::new(),
            nesting: 0,
        }
    }

    /// The second pass over the same value, which knows where the first stopped.
    pub(super) fn again(self, budget: &'v mut Budget) -> Self {
        Self {
            stops: self.stops,
            ..Self::new(self.validator, self.direction, budget)
        }
    }

    /// Whether `value` is valid against a schema.
    pub fn apply(&mut self, schema: SchemaId, value: Node<'_>) -> Check {
        self.enter()?;
        let valid = match self.validator.schema(schema) {
            Some(schema) => schema.check(value, self)?,
            None => false,
        };
        self.nesting = self.nesting.wrapping_sub(1);
        if !valid {
            self.stops.note(schema, value);
        }
        Ok(valid)
    }

    /// Reports why `value` isn't valid against a schema.
    pub fn explain(
        &mut self,
        schema: SchemaId,
        value: Node<'_>,
        trail: &Trail<'_>,
        report: &mut Report,
    ) -> Result<(), Exhausted> {
        if report.is_full() {
            return Ok(());
        }
        self.enter()?;
        let stop = self.stops.take(schema, value);
        if let Some(schema) = self.validator.schema(schema) {
            schema.explain(value, stop, trail, self, report)?;
        }
        self.nesting = self.nesting.wrapping_sub(1);
        Ok(())
    }

    /// As [`apply`](Self::apply), adding what the schema evaluates of `value`.
    pub fn collect(&mut self, schema: SchemaId, value: Node<'_>, seen: &mut Evaluated) -> Check {
        self.enter()?;
        let valid = match self.validator.schema(schema) {
            Some(schema) => schema.collect(value, self, seen)?,
            None => false,
        };
        self.nesting = self.nesting.wrapping_sub(1);
        Ok(valid)
    }

    /// As [`collect`](Self::collect), for a schema that need not take the value:
    /// what it evaluates counts where it does.
    pub fn collect_if_valid(
        &mut self,
        schema: SchemaId,
        value: Node<'_>,
        seen: &mut Evaluated,
    ) -> Check {
        let types = self.validator.schema(schema).map(|schema| schema.types);
        if !types.is_some_and(|types| types.admit(value)) {
            self.budget.spend(1)?;
            return Ok(false);
        }
        let mut own = Evaluated::none_of(value, self.budget)?;
        let valid = self.collect(schema, value, &mut own)?;
        if valid {
            seen.add_those_of(&own);
        }
        Ok(valid)
    }

    /// What the keywords of a schema before `until` evaluate of `value`.
    pub fn collect_until(
        &mut self,
        until: &str,
        schema: SchemaId,
        value: Node<'_>,
    ) -> Result<Evaluated, Exhausted> {
        let mut seen = Evaluated::none_of(value, self.budget)?;
        self.enter()?;
        let before = std::mem::replace(&mut self.is_thorough, true);
        if let Some(schema) = self.validator.schema(schema) {
            schema.collect_until(until, value, self, &mut seen)?;
        }
        self.is_thorough = before;
        self.nesting = self.nesting.wrapping_sub(1);
        Ok(seen)
    }

    fn enter(&mut self) -> Result<(), Exhausted> {
        self.budget.spend(1)?;
        if self.nesting >= MAX_NESTING {
            return Err(Exhausted::Nesting);
        }
        self.nesting = self.nesting.wrapping_add(1);
        Ok(())
    }
}

/// Schemas within schemas. Each takes some hundred bytes of a stack of 1 MiB,
/// and running over its end would end the worker's VM. The deepest document that
/// can be allowed (128) has room for six schemas a level.
const MAX_NESTING: u32 = 800;
