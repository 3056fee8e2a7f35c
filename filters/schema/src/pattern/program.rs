//! A pattern as instructions over an alphabet: the characters that the pattern
//! never tells apart are one symbol.

use super::PatternFault;
use super::class::Class;
use super::machine;
use super::syntax::{Assertion, Ast};

/// Instructions that run in parallel, from [`start`](Self::start) on.
#[derive(Debug)]
pub(super) struct Program {
    pub(super) instructions: Vec<Instruction>,
    pub(super) start: u32,
    pub(super) alphabet: Alphabet,
    /// Whether `\b` or `\B` looks at the characters around a place.
    pub(super) minds_words: bool,
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

/// The symbols, and which of them each class of the pattern has.
#[derive(Debug)]
pub(super) struct Alphabet {
    /// The symbol of each ASCII character.
    ascii: [u16; 128],
    /// The first code point of each symbol.
    starts: Vec<u32>,
    /// A bit for each symbol, by class.
    members: Vec<Vec<u64>>,
    word: Vec<bool>,
}

impl Program {
    /// Writes a pattern out, repetitions and all.
    pub(super) fn compile(ast: &Ast) -> Result<Self, PatternFault> {
        let mut compiler = Compiler {
            instructions: vec![Instruction::Match],
            classes: Vec::new(),
            minds_words: false,
            fuel: MAX_EMITTED,
        };
        let start = compiler.emit(ast, 0)?;
        let mut program = Self {
            instructions: compiler.instructions,
            start,
            alphabet: Alphabet::of(&compiler.classes, compiler.minds_words)?,
            minds_words: compiler.minds_words,
            restarts: true,
        };
        program.restarts = machine::can_restart(&program);
        Ok(program)
    }
}

struct Compiler {
    instructions: Vec<Instruction>,
    classes: Vec<Class>,
    minds_words: bool,
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
                self.minds_words |= matches!(
                    assertion,
                    Assertion::WordBoundary | Assertion::NotWordBoundary
                );
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
            Ast::Unsupported(what) => Err(PatternFault::Unsupported(what)),
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

// === impl Alphabet ===

impl Alphabet {
    fn of(classes: &[Class], minds_words: bool) -> Result<Self, PatternFault> {
        let word = Class::word();
        let mut starts = vec![0];
        let words = minds_words.then_some(&word);
        for (from, to) in classes.iter().chain(words).flat_map(Class::ranges) {
            starts.extend([*from, to.saturating_add(1)]);
        }
        starts.sort_unstable();
        starts.dedup();
        if starts.len() > MAX_SYMBOLS {
            return Err(PatternFault::TooLarge);
        }
        let bits = |class: &Class| {
            let mut bits = vec![0_u64; starts.len().div_ceil(64)];
            for (at, start) in starts.iter().enumerate() {
                if let Some(word) = bits.get_mut(at / 64).filter(|_| class.contains(*start)) {
                    *word |= 1 << (at % 64);
                }
            }
            bits
        };
        let mut alphabet = Self {
            ascii: [0; 128],
            members: classes.iter().map(bits).collect(),
            word: starts.iter().map(|start| word.contains(*start)).collect(),
            starts,
        };
        for point in 0..128_u8 {
            let symbol = alphabet.search(u32::from(point));
            if let Some(slot) = alphabet.ascii.get_mut(usize::from(point)) {
                *slot = symbol;
            }
        }
        Ok(alphabet)
    }

    /// How many symbols there are.
    pub(super) fn len(&self) -> usize {
        self.starts.len()
    }

    /// The symbol that stands for a character.
    #[inline]
    pub(super) fn symbol(&self, char: char) -> u16 {
        let point = u32::from(char);
        match self.ascii.get(point as usize) {
            Some(symbol) => *symbol,
            None => self.search(point),
        }
    }

    /// The symbols of ASCII, and where each symbol starts.
    pub(super) fn lookup(&self) -> (Box<[u16; 128]>, Box<[u32]>) {
        (Box::new(self.ascii), self.starts.as_slice().into())
    }

    fn search(&self, point: u32) -> u16 {
        let after = self.starts.partition_point(|start| *start <= point);
        u16::try_from(after.saturating_sub(1)).unwrap_or(u16::MAX)
    }

    pub(super) fn has(&self, class: u32, symbol: u16) -> bool {
        let bits = self.members.get(class as usize);
        let word = bits.and_then(|bits| bits.get(usize::from(symbol / 64)));
        word.is_some_and(|word| word >> (symbol % 64) & 1 == 1)
    }

    pub(super) fn is_word(&self, symbol: u16) -> bool {
        self.word.get(usize::from(symbol)).copied().unwrap_or(false)
    }
}

/// A program of this size takes about half a megabyte while it is compiled.
const MAX_INSTRUCTIONS: usize = 20_000;
/// Classes by symbols are a table of bits: a megabyte at most.
const MAX_CLASSES: usize = 1024;
const MAX_SYMBOLS: usize = 8192;
/// Repetitions of nothing emit nothing, and must end all the same.
const MAX_EMITTED: u32 = 200_000;
