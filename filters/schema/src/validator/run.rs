//! One judgement under way: its budget, and how many schemas it is inside of.

use super::evaluated::Evaluated;
use super::report::{Report, Trail};
use super::schema::SchemaId;
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
            nesting: 0,
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
        if let Some(schema) = self.validator.schema(schema) {
            schema.explain(value, trail, self, report)?;
        }
        self.nesting = self.nesting.wrapping_sub(1);
        Ok(())
    }

    /// Adds what the keywords of a schema evaluate of `value`, which is valid
    /// against it: those that come before the keyword `until`, or all.
    pub fn evaluate(
        &mut self,
        schema: SchemaId,
        value: Node<'_>,
        until: &str,
        seen: &mut Evaluated,
    ) -> Result<(), Exhausted> {
        if seen.has_all() {
            return Ok(());
        }
        self.enter()?;
        if let Some(schema) = self.validator.schema(schema) {
            schema.evaluate(value, until, self, seen)?;
        }
        self.nesting = self.nesting.wrapping_sub(1);
        Ok(())
    }

    /// As [`evaluate`](Self::evaluate), for a schema that the value may not be
    /// valid against: then nothing of it counts. Says whether it is.
    pub fn evaluate_if_valid(
        &mut self,
        schema: SchemaId,
        value: Node<'_>,
        seen: &mut Evaluated,
    ) -> Check {
        let valid = self.apply(schema, value)?;
        if valid {
            self.evaluate(schema, value, "", seen)?;
        }
        Ok(valid)
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
