//! Which instructions a text can have reached: a set of them, moved on by one
//! character at a time (Thompson's simulation). No text makes it take longer
//! than its length times the program's.

use super::program::{Instruction, Program};
use super::syntax::Assertion;
use crate::budget::{Budget, Exhausted};

/// What stands before a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Before {
    Nothing,
    Word,
    Other,
}

/// What stands after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum After {
    Nothing,
    Symbol(u16),
}

/// What became of a set of instructions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reached {
    Match,
    Open,
}

/// Buffers for the walk over a program.
pub(super) struct Machine<'p> {
    program: &'p Program,
    /// The mark of the walk that saw an instruction last.
    seen: Vec<u32>,
    walk: u32,
    stack: Vec<u32>,
    /// Instructions looked at so far.
    pub(super) steps: u32,
}

/// Whether the program matches somewhere in `text`.
pub(super) fn matches(
    program: &Program,
    text: &str,
    budget: &mut Budget,
) -> Result<bool, Exhausted> {
    // The buffers of the machine are as long as the program.
    budget.spend_on_text(program.instructions.len())?;
    let mut machine = Machine::new(program);
    let mut before = Before::Nothing;
    let mut current = vec![program.start];
    let mut next = Vec::new();
    for char in text.chars() {
        let symbol = program.alphabet.symbols().symbol(char);
        let reached = machine.advance(&current, before, symbol, &mut next);
        budget.spend(std::mem::take(&mut machine.steps))?;
        if reached == Reached::Match {
            return Ok(true);
        }
        if next.is_empty() {
            return Ok(false);
        }
        before = machine.kind(symbol);
        std::mem::swap(&mut current, &mut next);
    }
    let ends = machine.ends(&current, before);
    budget.spend(machine.steps)?;
    Ok(ends)
}

/// Whether a match can begin anywhere but at the start: whether something stands
/// behind the first assertions there.
pub(super) fn can_restart(program: &Program) -> bool {
    let mut machine = Machine::new(program);
    let symbols = 0..u16::try_from(program.alphabet.len()).unwrap_or(u16::MAX);
    let kind = |word: bool| {
        let mut symbols = symbols.clone();
        symbols.find(|symbol| program.alphabet.is_word(*symbol) == word)
    };
    let after = [kind(true), kind(false)].into_iter().flatten();
    let after = || after.clone().map(After::Symbol).chain([After::Nothing]);
    let places = [Before::Word, Before::Other]
        .into_iter()
        .flat_map(|before| after().map(move |after| (before, after)));
    let mut found = false;
    for (before, after) in places {
        machine.reach(&[program.start], before, after, |_| found = true);
    }
    found
}

impl<'p> Machine<'p> {
    pub(super) fn new(program: &'p Program) -> Self {
        Self {
            program,
            seen: vec![0; program.instructions.len()],
            walk: 0,
            stack: Vec::new(),
            steps: 0,
        }
    }

    /// The instructions after `symbol`, sorted, in `next`.
    pub(super) fn advance(
        &mut self,
        current: &[u32],
        before: Before,
        symbol: u16,
        next: &mut Vec<u32>,
    ) -> Reached {
        next.clear();
        let program = self.program;
        let mut matched = false;
        self.reach(
            current,
            before,
            After::Symbol(symbol),
            |instruction| match instruction {
                Instruction::Match => matched = true,
                Instruction::Symbol(class, to) if program.alphabet.has(*class, symbol) => {
                    next.push(*to)
                }
                Instruction::Symbol(..) | Instruction::Split(..) | Instruction::Assert(..) => {}
            },
        );
        if matched {
            return Reached::Match;
        }
        if program.restarts {
            next.push(program.start);
        }
        next.sort_unstable();
        next.dedup();
        Reached::Open
    }

    /// Whether it is a match where the text ends.
    pub(super) fn ends(&mut self, current: &[u32], before: Before) -> bool {
        let mut matched = false;
        self.reach(current, before, After::Nothing, |instruction| {
            matched |= matches!(instruction, Instruction::Match);
        });
        matched
    }

    /// What stands before the next place, once `symbol` is read.
    pub(super) fn kind(&self, symbol: u16) -> Before {
        if self.program.alphabet.is_word(symbol) {
            Before::Word
        } else {
            Before::Other
        }
    }

    /// Calls `found` for each instruction that nothing but assertions and
    /// choices stand before.
    fn reach(
        &mut self,
        from: &[u32],
        before: Before,
        after: After,
        mut found: impl FnMut(&Instruction),
    ) {
        self.walk = self.walk.wrapping_add(1);
        self.stack.clear();
        self.stack.extend_from_slice(from);
        while let Some(at) = self.stack.pop() {
            self.steps = self.steps.saturating_add(1);
            let Some(seen) = self.seen.get_mut(at as usize) else {
                continue;
            };
            if *seen == self.walk {
                continue;
            }
            *seen = self.walk;
            let Some(instruction) = self.program.instructions.get(at as usize) else {
                continue;
            };
            match instruction {
                Instruction::Split(left, right) => self.stack.extend([*right, *left]),
                Instruction::Assert(assertion, next) => {
                    if self.holds(*assertion, before, after) {
                        self.stack.push(*next);
                    }
                }
                Instruction::Symbol(..) | Instruction::Match => found(instruction),
            }
        }
    }

    fn holds(&self, assertion: Assertion, before: Before, after: After) -> bool {
        let boundary = || {
            let next = match after {
                After::Nothing => false,
                After::Symbol(symbol) => self.program.alphabet.is_word(symbol),
            };
            (before == Before::Word) != next
        };
        match assertion {
            Assertion::Start => before == Before::Nothing,
            Assertion::End => after == After::Nothing,
            Assertion::WordBoundary => boundary(),
            Assertion::NotWordBoundary => !boundary(),
        }
    }
}
