//! A pattern as instructions over an alphabet.

use super::PatternFault;
use super::alphabet::Alphabet;
use super::class::Class;
use super::machine;
use super::syntax::{Assertion, Ast};

/// Instructions that run in parallel, from [`start`](Self::start) on.
#[derive(Debug)]
pub(super) struct Program {
    pub(super) instructions: Vec<Instruction>,
    pub(super) start: u32,
    pub(super) alphabet: Alphabet,
    /// Whether a match can begin anywhere but at the start.
    pub(super) restarts: bool,
}

#[derive(Debug, Clone)]
pub(super) enum Instruction {
    /// One symbol of the set, then the instruction.
    Symbol(u32, u32),
    /// Either.
    Split(u32, u32),
    /// Nothing, if it holds here, then the instruction.
    Assert(Assertion, u32),
    Match,
}

impl Program {
    /// Writes a pattern out, repetitions and all.
    pub(super) fn compile(ast: &Ast) -> Result<Self, PatternFault> {
        let mut compiler = Compiler {
            instructions: vec![Instruction::Match],
            classes: Vec::new(),
            words: None,
            fuel: MAX_EMITTED,
        };
        let start = compiler.emit(ast, 0)?;
        let mut program = Self {
            instructions: compiler.instructions,
            start,
            alphabet: Alphabet::of(&compiler.classes, compiler.words)?,
            restarts: true,
        };
        program.restarts = machine::can_restart(&program);
        Ok(program)
    }
}

struct Compiler {
    instructions: Vec<Instruction>,
    classes: Vec<Class>,
    /// The class of words, where `\b` or `\B` looks at the characters around a place.
    words: Option<u32>,
    fuel: u32,
}

impl Compiler {
    /// Emits `ast` so that `next` follows it; gives where it begins.
    fn emit(&mut self, ast: &Ast, next: u32) -> Result<u32, PatternFault> {
        self.fuel = self.fuel.checked_sub(1).ok_or(PatternFault::TooLarge)?;
        match ast {
            Ast::Empty => Ok(next),
            Ast::Class(class) => {
                let class = self.class(class)?;
                self.push(Instruction::Symbol(class, next))
            }
            Ast::Assert(assertion) => {
                if let Assertion::WordBoundary | Assertion::NotWordBoundary = assertion {
                    self.words = Some(self.class(&Class::word())?);
                }
                self.push(Instruction::Assert(*assertion, next))
            }
            Ast::Concat(terms) => terms
                .iter()
                .rev()
                .try_fold(next, |next, term| self.emit(term, next)),
            Ast::Alternate(branches) => self.alternate(branches, next),
            Ast::Repeat {
                inner, min, max, ..
            } => {
                let tail = match max {
                    None => self.star(inner, next)?,
                    Some(max) => self.optional(inner, max.saturating_sub(*min), next)?,
                };
                (0..*min).try_fold(tail, |next, _| self.emit(inner, next))
            }
            Ast::Group(_, inner) => self.emit(inner, next),
            Ast::Look { .. } => Err(PatternFault::Unsupported("look-around")),
            Ast::Reference(_) => Err(PatternFault::Unsupported("a back-reference")),
        }
    }

    fn alternate(&mut self, branches: &[Ast], next: u32) -> Result<u32, PatternFault> {
        let mut entry = None;
        for branch in branches.iter().rev() {
            let branch = self.emit(branch, next)?;
            entry = Some(match entry {
                None => branch,
                Some(other) => self.push(Instruction::Split(branch, other))?,
            });
        }
        Ok(entry.unwrap_or(next))
    }

    fn star(&mut self, inner: &Ast, next: u32) -> Result<u32, PatternFault> {
        let head = self.push(Instruction::Split(next, next))?;
        let body = self.emit(inner, head)?;
        if let Some(slot) = self.instructions.get_mut(head as usize) {
            *slot = Instruction::Split(body, next);
        }
        Ok(head)
    }

    /// Up to `times` of it, each inside the one before.
    fn optional(&mut self, inner: &Ast, times: u32, next: u32) -> Result<u32, PatternFault> {
        (0..times).try_fold(next, |rest, _| {
            let body = self.emit(inner, rest)?;
            self.push(Instruction::Split(body, next))
        })
    }

    fn push(&mut self, instruction: Instruction) -> Result<u32, PatternFault> {
        let at = self.instructions.len();
        if at >= MAX_INSTRUCTIONS {
            return Err(PatternFault::TooLarge);
        }
        self.instructions.push(instruction);
        u32::try_from(at).map_err(|_| PatternFault::TooLarge)
    }

    fn class(&mut self, class: &Class) -> Result<u32, PatternFault> {
        let known = self.classes.iter().position(|known| known == class);
        let at = match known {
            Some(at) => at,
            None if self.classes.len() >= MAX_CLASSES => return Err(PatternFault::TooLarge),
            None => {
                self.classes.push(class.clone());
                self.classes.len().saturating_sub(1)
            }
        };
        u32::try_from(at).map_err(|_| PatternFault::TooLarge)
    }
}

/// A program of this size takes about half a megabyte while it is compiled.
const MAX_INSTRUCTIONS: usize = 20_000;
const MAX_CLASSES: usize = 1024;
/// Repetitions of nothing emit nothing, and must end all the same.
const MAX_EMITTED: u32 = 200_000;
