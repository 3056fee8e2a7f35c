//! From a parsed pattern to instructions, each of which names the next.

use super::{Backtracker, Direction, Instruction};
use crate::pattern::PatternFault;
use crate::pattern::class::Class;
use crate::pattern::syntax::{Ast, Expression, Target};

pub(super) struct Compiler<'e> {
    expression: &'e Expression,
    instructions: Vec<Instruction>,
    classes: Vec<Class>,
    slots: usize,
    fuel: u32,
}

type Emitted = Result<u32, PatternFault>;

impl<'e> Compiler<'e> {
    pub(super) fn new(expression: &'e Expression) -> Self {
        Self {
            expression,
            instructions: vec![Instruction::Match],
            classes: Vec::new(),
            slots: slot(expression.groups).saturating_add(2),
            fuel: MAX_EMITTED,
        }
    }

    pub(super) fn finish(mut self, ast: &Ast) -> Result<Backtracker, PatternFault> {
        let start = self.emit(ast, Direction::Forward, 0)?;
        Ok(Backtracker {
            instructions: self.instructions,
            classes: self.classes,
            start,
            slots: self.slots,
        })
    }

    /// Emits `ast` so that `next` follows it; gives where it begins.
    fn emit(&mut self, ast: &Ast, direction: Direction, next: u32) -> Emitted {
        self.fuel = self.fuel.checked_sub(1).ok_or(PatternFault::TooLarge)?;
        match ast {
            Ast::Empty => Ok(next),
            Ast::Class(class) => {
                let class = self.class(class)?;
                self.push(Instruction::Class(class, direction, next))
            }
            Ast::Assert(assertion) => self.push(Instruction::Assert(*assertion, next)),
            Ast::Concat(terms) => match direction {
                Direction::Forward => self.all(terms.iter().rev(), direction, next),
                Direction::Backward => self.all(terms.iter(), direction, next),
            },
            Ast::Alternate(branches) => self.alternate(branches, direction, next),
            Ast::Repeat {
                inner,
                min,
                max,
                lazy,
            } => {
                let tail = match max {
                    None => self.star(inner, *lazy, direction, next)?,
                    Some(max) => {
                        let times = max.saturating_sub(*min);
                        self.optional(inner, times, *lazy, direction, next)?
                    }
                };
                (0..*min).try_fold(tail, |next, _| self.iteration(inner, direction, next))
            }
            Ast::Group(index, inner) => {
                let (first, last) = (slot(*index), slot(*index).saturating_add(1));
                // Behind a place the end is met first.
                let (enter, leave) = match direction {
                    Direction::Forward => (first, last),
                    Direction::Backward => (last, first),
                };
                let end = self.push(Instruction::Keep(leave, next))?;
                let body = self.emit(inner, direction, end)?;
                self.push(Instruction::Keep(enter, body))
            }
            Ast::Look {
                behind,
                negated,
                inner,
            } => {
                let direction = match behind {
                    true => Direction::Backward,
                    false => Direction::Forward,
                };
                let seen = self.push(Instruction::Seen)?;
                let inner = self.emit(inner, direction, seen)?;
                self.push(Instruction::Look {
                    negated: *negated,
                    inner,
                    next,
                })
            }
            Ast::Reference(target) => {
                let group = self.group(target)?;
                self.push(Instruction::Reference(slot(group), direction, next))
            }
        }
    }

    fn all<'a>(
        &mut self,
        mut terms: impl Iterator<Item = &'a Ast>,
        direction: Direction,
        next: u32,
    ) -> Emitted {
        terms.try_fold(next, |next, term| self.emit(term, direction, next))
    }

    fn alternate(&mut self, branches: &[Ast], direction: Direction, next: u32) -> Emitted {
        let mut entry = None;
        for branch in branches.iter().rev() {
            let branch = self.emit(branch, direction, next)?;
            entry = Some(match entry {
                None => branch,
                Some(other) => self.push(Instruction::Split(branch, other))?,
            });
        }
        Ok(entry.unwrap_or(next))
    }

    /// Any number of iterations, of which none may match nothing.
    fn star(&mut self, inner: &Ast, lazy: bool, direction: Direction, next: u32) -> Emitted {
        let began = self.place();
        let head = self.push(Instruction::Split(next, next))?;
        let progress = self.push(Instruction::Progress(began, head))?;
        let body = self.iteration(inner, direction, progress)?;
        let enter = self.push(Instruction::Keep(began, body))?;
        if let Some(slot) = self.instructions.get_mut(head as usize) {
            *slot = split(enter, next, lazy);
        }
        Ok(head)
    }

    /// Up to `times` of it, each inside the one before, of which none may match nothing.
    fn optional(
        &mut self,
        inner: &Ast,
        times: u32,
        lazy: bool,
        direction: Direction,
        next: u32,
    ) -> Emitted {
        let began = self.place();
        (0..times).try_fold(next, |rest, _| {
            let progress = self.push(Instruction::Progress(began, rest))?;
            let body = self.iteration(inner, direction, progress)?;
            let enter = self.push(Instruction::Keep(began, body))?;
            self.push(split(enter, next, lazy))
        })
    }

    /// A slot for where an iteration began.
    const fn place(&mut self) -> usize {
        let slot = self.slots;
        self.slots = slot.saturating_add(1);
        slot
    }

    /// One iteration: what its groups matched in the one before is forgotten.
    fn iteration(&mut self, inner: &Ast, direction: Direction, next: u32) -> Emitted {
        let body = self.emit(inner, direction, next)?;
        match groups(inner) {
            Some((first, last)) => {
                let last = slot(last).saturating_add(2);
                self.push(Instruction::Forget(slot(first), last, body))
            }
            None => Ok(body),
        }
    }

    fn group(&self, target: &Target) -> Result<u32, PatternFault> {
        let group = match target {
            Target::Index(index) => Some(*index).filter(|index| *index <= self.expression.groups),
            Target::Name(name) => self.expression.names.get(name).copied().flatten(),
        };
        group.ok_or(PatternFault::Syntax(
            "a back-reference names no group, or several",
        ))
    }

    fn push(&mut self, instruction: Instruction) -> Emitted {
        let at = self.instructions.len();
        if at >= MAX_INSTRUCTIONS {
            return Err(PatternFault::TooLarge);
        }
        self.instructions.push(instruction);
        u32::try_from(at).map_err(|_| PatternFault::TooLarge)
    }

    fn class(&mut self, class: &Class) -> Emitted {
        let known = self.classes.iter().position(|known| known == class);
        let at = known.unwrap_or(self.classes.len());
        if known.is_none() {
            self.classes.push(class.clone());
        }
        u32::try_from(at).map_err(|_| PatternFault::TooLarge)
    }
}

const fn split(body: u32, next: u32, lazy: bool) -> Instruction {
    match lazy {
        true => Instruction::Split(next, body),
        false => Instruction::Split(body, next),
    }
}

/// The slot of a group's first end; its last is the next one.
const fn slot(group: u32) -> usize {
    (group as usize).saturating_sub(1).saturating_mul(2)
}

/// The first and the last group within; a pattern's are counted from the left.
fn groups(ast: &Ast) -> Option<(u32, u32)> {
    let within = |parts: &[Ast]| {
        let found = parts.iter().filter_map(groups);
        found.reduce(|(first, _), (_, last)| (first, last))
    };
    match ast {
        Ast::Group(index, inner) => {
            let last = groups(inner).map_or(*index, |(_, last)| last);
            Some((*index, last))
        }
        Ast::Concat(parts) | Ast::Alternate(parts) => within(parts),
        Ast::Repeat { inner, .. } | Ast::Look { inner, .. } => groups(inner),
        Ast::Empty | Ast::Class(_) | Ast::Assert(_) | Ast::Reference(_) => None,
    }
}

const MAX_INSTRUCTIONS: usize = 20_000;
/// Repetitions of nothing emit nothing, and must end all the same.
const MAX_EMITTED: u32 = 200_000;
