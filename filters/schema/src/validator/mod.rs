//! Schemas compiled once, applied to values of a tape.
//!
//! A first pass only says whether a value is valid: it allocates nothing and
//! stops at the first fault. Only a value that is going to be refused is walked
//! again, from where that was, to say where and why. Both passes pay for every step.

mod evaluated;
mod report;
mod run;
mod schema;
mod stop;
mod types;

pub use evaluated::Evaluated;
pub use report::{Report, Step, Trail};
pub use run::{Check, Run};
pub use schema::{Rule, Schema, SchemaId};
pub use stop::{ALL, Stops};
pub use types::Types;

use crate::budget::{Budgets, Exhausted};
use tollgate_kit::json::Node;
use tollgate_kit::verdict::Violation;

/// Every schema that the operations of a document reach.
#[derive(Debug, Default)]
pub struct Validator {
    schemas: Vec<Schema>,
}

/// Which way a message goes: `readOnly` and `writeOnly` depend on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From the client to the upstream.
    Request,
    /// From the upstream to the client.
    Response,
}

impl Validator {
    /// A validator of these schemas; their ids are their places.
    #[must_use]
    pub fn new(schemas: Vec<Schema>) -> Self {
        Self { schemas }
    }

    /// Where and why `value` isn't valid: in order, as many as a reply shows. `None`
    /// where it is.
    ///
    /// # Errors
    /// Where the budget ends before that is known.
    pub fn judge(
        &self,
        schema: SchemaId,
        value: Node<'_>,
        direction: Direction,
        budgets: &mut Budgets,
        place: Step<'_>,
    ) -> Result<Option<Vec<Violation>>, Exhausted> {
        let mut run = Run::new(self, direction, &mut budgets.judging);
        if run.apply(schema, value)? {
            return Ok(None);
        }
        let mut report = Report::default();
        let mut run = run.again(&mut budgets.explaining);
        // Where that budget ends first, what was found by then has to do.
        let _: Result<(), Exhausted> = run.explain(schema, value, &Trail::root(place), &mut report);
        Ok(Some(report.finish()))
    }

    /// How many schemas there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.schemas.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.schemas.is_empty()
    }

    /// The schema of that id.
    #[must_use]
    pub fn schema(&self, id: SchemaId) -> Option<&Schema> {
        self.schemas.get(id.index())
    }
}
