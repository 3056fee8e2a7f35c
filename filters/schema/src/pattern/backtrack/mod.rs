//! Patterns that need look-around or back-references, by backtracking (ECMA-262
//! §22.2.2) without recursion: what is still to be tried lies on a stack of a
//! bounded height, and every step is paid for from the budget.

mod compile;
mod walk;

use super::class::Class;
use super::syntax::{Assertion, Expression};
use super::{PatternFault, syntax};
use crate::budget::{Budget, Exhausted};
use compile::Compiler;
use walk::Walk;

/// A compiled pattern.
#[derive(Debug)]
pub(super) struct Backtracker {
    instructions: Vec<Instruction>,
    classes: Vec<Class>,
    start: u32,
    /// Places that are kept: the two ends of each group, and where iterations began.
    slots: usize,
}

#[derive(Debug, Clone)]
enum Instruction {
    /// One character of the class, read in a direction, then the instruction.
    Class(u32, Direction, u32),
    /// The first, and if that fails the second.
    Split(u32, u32),
    /// Nothing, if it holds here.
    Assert(Assertion, u32),
    /// Keeps the place in a slot.
    Keep(usize, u32),
    /// Forgets the slots of groups in a repetition, as each iteration does.
    Forget(usize, usize, u32),
    /// Goes on only where the place isn't the one in the slot: an iteration that
    /// matched nothing ends a repetition.
    Progress(usize, u32),
    /// What the group at these slots has matched, once more.
    Reference(usize, Direction, u32),
    /// Whether what begins at the first matches here, then the second.
    Look {
        negated: bool,
        inner: u32,
        next: u32,
    },
    /// The end of what look-around looks for.
    Seen,
    Match,
}

/// In which direction a text is read: behind a place backwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Direction {
    Forward,
    Backward,
}

impl Backtracker {
    /// Compiles a pattern.
    pub(super) fn compile(expression: &Expression) -> Result<Self, PatternFault> {
        Compiler::new(expression).finish(&expression.ast)
    }

    /// Whether it matches somewhere in `text`.
    pub(super) fn matches(&self, text: &str, budget: &mut Budget) -> Result<bool, Exhausted> {
        let mut walk = Walk::new(self, text);
        let starts = text.char_indices().map(|(at, _)| at);
        for start in starts.chain([text.len()]) {
            if walk.matches_at(start, budget)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// A character of each of its classes, for texts that are made to cost much.
    pub(super) fn samples(&self) -> Vec<char> {
        let first = |class: &Class| {
            let points = class.ranges().iter().flat_map(|(from, to)| [*from, *to]);
            let mut chars = points.filter_map(char::from_u32);
            chars.find(|char| char.is_ascii_graphic()).or_else(|| {
                let mut points = class
                    .ranges()
                    .iter()
                    .filter_map(|(from, _)| char::from_u32(*from));
                points.next()
            })
        };
        self.classes.iter().filter_map(first).collect()
    }
}
