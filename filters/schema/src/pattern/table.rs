//! A program's sets of instructions worked out beforehand: one row a set, one
//! column a symbol.

use super::alphabet::Symbols;
use super::machine::{Before, Machine, Reached};
use super::program::Program;
use std::collections::BTreeMap;

/// A deterministic automaton.
#[derive(Debug)]
pub(super) struct Table {
    symbols: Symbols,
    width: usize,
    /// Where each state goes with each symbol.
    moves: Box<[u16]>,
    /// Whether a text may end in a state.
    ends: Box<[bool]>,
}

/// A state that more text can't leave: matched.
const MATCHED: u16 = u16::MAX;
/// A state that more text can't leave: lost.
const LOST: u16 = u16::MAX - 1;

impl Table {
    /// `None` where the table would be too large.
    pub(super) fn build(program: &Program) -> Option<Self> {
        let mut builder = Builder {
            machine: Machine::new(program),
            known: BTreeMap::new(),
            states: Vec::new(),
        };
        let width = program.alphabet.len();
        let mut moves = Vec::new();
        let mut ends = Vec::new();
        let mut next = Vec::new();
        builder.state(vec![program.start], Before::Nothing)?;
        let mut at = 0;
        while let Some((set, before)) = builder.states.get(at).cloned() {
            at = at.saturating_add(1);
            if moves.len().saturating_add(width) > MAX_MOVES {
                return None;
            }
            for symbol in 0..u16::try_from(width).ok()? {
                if builder.machine.steps > MAX_STEPS {
                    return None;
                }
                let to = match builder.machine.advance(&set, before, symbol, &mut next) {
                    Reached::Match => MATCHED,
                    Reached::Open if next.is_empty() => LOST,
                    Reached::Open => {
                        let before = builder.machine.kind(symbol);
                        builder.state(next.clone(), before)?
                    }
                };
                moves.push(to);
            }
            ends.push(builder.machine.ends(&set, before));
        }
        Some(Self {
            symbols: program.alphabet.symbols().clone(),
            width,
            moves: moves.into(),
            ends: ends.into(),
        })
    }

    /// Whether the pattern matches somewhere in `text`.
    pub(super) fn matches(&self, text: &str) -> bool {
        let mut state = 0_usize;
        for char in text.chars() {
            let at = state
                .wrapping_mul(self.width)
                .wrapping_add(usize::from(self.symbols.symbol(char)));
            match self.moves.get(at).copied() {
                Some(MATCHED) => return true,
                Some(LOST) | None => return false,
                Some(next) => state = usize::from(next),
            }
        }
        self.ends.get(state).copied().unwrap_or(false)
    }
}

struct Builder<'p> {
    machine: Machine<'p>,
    known: BTreeMap<(Vec<u32>, Before), u16>,
    states: Vec<(Vec<u32>, Before)>,
}

impl Builder<'_> {
    /// The number of a state, which is new if it wasn't met before.
    fn state(&mut self, set: Vec<u32>, before: Before) -> Option<u16> {
        let key = (set, before);
        if let Some(number) = self.known.get(&key) {
            return Some(*number);
        }
        let number = u16::try_from(self.states.len())
            .ok()
            .filter(|number| *number < LOST)?;
        self.states.push(key.clone());
        self.known.insert(key, number);
        Some(number)
    }
}

/// 128 KiB a pattern at most.
const MAX_MOVES: usize = 64 * 1024;
/// Instructions looked at while a table is built: some milliseconds.
const MAX_STEPS: u32 = 1_000_000;
