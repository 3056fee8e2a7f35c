//! Which members of an object, or elements of an array, the keywords of a schema
//! were applied to (2020-12 core §11). Kept only where `unevaluatedProperties` or
//! `unevaluatedItems` asks for it.

use crate::budget::{Budget, Exhausted};
use tollgate_kit::json::{Node, Value};

/// Places by their order in the value.
#[derive(Debug)]
pub struct Evaluated {
    marks: Vec<bool>,
    all: bool,
}

impl Evaluated {
    /// None of the members or elements of `value`.
    pub fn none_of(value: Node<'_>, budget: &mut Budget) -> Result<Self, Exhausted> {
        let count = match value.value() {
            Value::Object(object) => object.len(),
            Value::Array(array) => array.len(),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => 0,
        };
        budget.spend_on_text(count)?;
        Ok(Self {
            marks: vec![false; count],
            all: false,
        })
    }

    /// Adds the one at `place`.
    pub fn add(&mut self, place: usize) {
        if let Some(mark) = self.marks.get_mut(place) {
            *mark = true;
        }
    }

    /// Adds the first `count`.
    pub fn add_first(&mut self, count: usize) {
        self.marks
            .iter_mut()
            .take(count)
            .for_each(|mark| *mark = true);
    }

    /// Adds every one.
    pub fn add_all(&mut self) {
        self.all = true;
    }

    /// Whether the one at `place` is among them.
    #[must_use]
    pub fn has(&self, place: usize) -> bool {
        self.all || self.marks.get(place).copied().unwrap_or(false)
    }

    /// Adds those of another set for the same value.
    pub fn add_those_of(&mut self, other: &Self) {
        self.all |= other.all;
        for (mark, other) in self.marks.iter_mut().zip(&other.marks) {
            *mark |= other;
        }
    }
}
