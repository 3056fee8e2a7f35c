//! The walk over a text: where it is, what it keeps, and what is still to be tried.

use super::syntax::Assertion;
use super::{Backtracker, Direction, Instruction};
use crate::budget::{Budget, Exhausted};
use crate::pattern::class::Class;

pub(super) struct Walk<'w> {
    backtracker: &'w Backtracker,
    text: &'w str,
    at: usize,
    slots: Vec<Option<usize>>,
    stack: Vec<Entry>,
}

/// What is done when a way ends.
enum Entry {
    /// Another way: the instruction, and the place.
    Try(u32, usize),
    /// A slot gets back what it had.
    Restore(usize, Option<usize>),
    /// Look-around that was not settled: what it began at, and what follows it.
    Look { negated: bool, at: usize, next: u32 },
}

impl<'w> Walk<'w> {
    pub(super) fn new(backtracker: &'w Backtracker, text: &'w str) -> Self {
        Self {
            backtracker,
            text,
            at: 0,
            slots: vec![None; backtracker.slots],
            stack: Vec::new(),
        }
    }

    /// Whether a match begins at `start`.
    pub(super) fn matches_at(
        &mut self,
        start: usize,
        budget: &mut Budget,
    ) -> Result<bool, Exhausted> {
        self.at = start;
        self.stack.clear();
        self.slots.fill(None);
        let mut here = Some(self.backtracker.start);
        while let Some(at) = here {
            budget.spend(1)?;
            if self.stack.len() > MAX_STACK {
                return Err(Exhausted::Work);
            }
            let Some(instruction) = self.backtracker.instructions.get(at as usize) else {
                return Ok(false);
            };
            if matches!(instruction, Instruction::Match) {
                return Ok(true);
            }
            here = if matches!(instruction, Instruction::Seen) {
                self.seen(budget)?
            } else {
                budget.spend_on_text(self.looked_at(instruction))?;
                self.step(instruction)
            };
            if here.is_none() {
                here = self.back(budget)?;
            }
        }
        Ok(false)
    }

    /// How many bytes an instruction may compare.
    fn looked_at(&self, instruction: &Instruction) -> usize {
        match instruction {
            Instruction::Reference(slot, ..) => self.group(*slot).map_or(0, str::len),
            Instruction::Forget(from, to, _) => to.saturating_sub(*from),
            Instruction::Class(..)
            | Instruction::Split(..)
            | Instruction::Assert(..)
            | Instruction::Keep(..)
            | Instruction::Progress(..)
            | Instruction::Look { .. }
            | Instruction::Seen
            | Instruction::Match => 0,
        }
    }

    /// What follows an instruction; `None` where its way ends.
    fn step(&mut self, instruction: &Instruction) -> Option<u32> {
        match instruction {
            Instruction::Class(class, direction, next) => {
                let class = self.backtracker.classes.get(*class as usize)?;
                let char = self.beside(*direction)?;
                class.contains(u32::from(char)).then_some(())?;
                self.advance(*direction, char.len_utf8());
                Some(*next)
            }
            Instruction::Split(first, second) => {
                self.stack.push(Entry::Try(*second, self.at));
                Some(*first)
            }
            Instruction::Assert(assertion, next) => self.holds(*assertion).then_some(*next),
            Instruction::Keep(slot, next) => {
                self.set(*slot, Some(self.at));
                Some(*next)
            }
            Instruction::Forget(from, to, next) => {
                (*from..*to).for_each(|slot| self.set(slot, None));
                Some(*next)
            }
            Instruction::Progress(slot, next) => {
                let began = self.slots.get(*slot).copied().flatten();
                (began != Some(self.at)).then_some(*next)
            }
            Instruction::Reference(slot, direction, next) => {
                // A group that matched nothing yet matches nothing once more.
                let group = self.group(*slot).unwrap_or_default();
                let is_there = match direction {
                    Direction::Forward => self.text.get(self.at..)?.starts_with(group),
                    Direction::Backward => self.text.get(..self.at)?.ends_with(group),
                };
                is_there.then_some(())?;
                self.advance(*direction, group.len());
                Some(*next)
            }
            Instruction::Look {
                negated,
                inner,
                next,
            } => {
                self.stack.push(Entry::Look {
                    negated: *negated,
                    at: self.at,
                    next: *next,
                });
                Some(*inner)
            }
            Instruction::Seen | Instruction::Match => None,
        }
    }

    /// What look-around looked for is there: what else it could have been is not
    /// tried any more, and what its groups matched stays where it had to match.
    fn seen(&mut self, budget: &mut Budget) -> Result<Option<u32>, Exhausted> {
        let mut kept = Vec::new();
        while let Some(entry) = self.stack.pop() {
            budget.spend(1)?;
            match entry {
                Entry::Try(..) => {}
                Entry::Restore(slot, before) => kept.push((slot, before)),
                Entry::Look { negated, at, next } => {
                    self.at = at;
                    if negated {
                        // The latest first, as they were popped.
                        kept.into_iter()
                            .for_each(|(slot, before)| self.restore(slot, before));
                        return Ok(None);
                    }
                    let undone = kept.into_iter().rev();
                    self.stack
                        .extend(undone.map(|(slot, before)| Entry::Restore(slot, before)));
                    return Ok(Some(next));
                }
            }
        }
        Ok(None)
    }

    /// The way that is tried next; `None` where none is left.
    fn back(&mut self, budget: &mut Budget) -> Result<Option<u32>, Exhausted> {
        while let Some(entry) = self.stack.pop() {
            budget.spend(1)?;
            match entry {
                Entry::Try(instruction, at) => {
                    self.at = at;
                    return Ok(Some(instruction));
                }
                Entry::Restore(slot, before) => self.restore(slot, before),
                Entry::Look {
                    negated: true,
                    at,
                    next,
                } => {
                    self.at = at;
                    return Ok(Some(next));
                }
                Entry::Look { negated: false, .. } => {}
            }
        }
        Ok(None)
    }

    /// What the group at a slot and the next one has matched.
    fn group(&self, slot: usize) -> Option<&'w str> {
        let first = self.slots.get(slot).copied().flatten()?;
        let last = self.slots.get(slot.saturating_add(1)).copied().flatten()?;
        self.text.get(first..last)
    }

    fn set(&mut self, slot: usize, place: Option<usize>) {
        if let Some(kept) = self.slots.get_mut(slot)
            && *kept != place
        {
            self.stack.push(Entry::Restore(slot, *kept));
            *kept = place;
        }
    }

    fn restore(&mut self, slot: usize, before: Option<usize>) {
        if let Some(kept) = self.slots.get_mut(slot) {
            *kept = before;
        }
    }

    fn beside(&self, direction: Direction) -> Option<char> {
        match direction {
            Direction::Forward => self.text.get(self.at..)?.chars().next(),
            Direction::Backward => self.text.get(..self.at)?.chars().next_back(),
        }
    }

    fn advance(&mut self, direction: Direction, bytes: usize) {
        self.at = match direction {
            Direction::Forward => self.at.saturating_add(bytes),
            Direction::Backward => self.at.saturating_sub(bytes),
        };
    }

    fn holds(&self, assertion: Assertion) -> bool {
        let word =
            |char: Option<char>| char.is_some_and(|char| Class::word().contains(u32::from(char)));
        let boundary =
            word(self.beside(Direction::Backward)) != word(self.beside(Direction::Forward));
        match assertion {
            Assertion::Start => self.at == 0,
            Assertion::End => self.at == self.text.len(),
            Assertion::WordBoundary => boundary,
            Assertion::NotWordBoundary => !boundary,
        }
    }
}

/// What is still to be tried takes at most some megabytes.
const MAX_STACK: usize = 100_000;
