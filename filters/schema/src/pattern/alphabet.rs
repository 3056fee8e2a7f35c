//! The alphabet of a pattern: the characters that it never tells apart are one symbol.

use super::PatternFault;
use super::class::Class;
use std::collections::BTreeMap;

/// The symbols, and which classes of the pattern have them.
#[derive(Debug)]
pub(super) struct Alphabet {
    symbols: Symbols,
    /// A bit for each class, by symbol.
    classes: Vec<Vec<u64>>,
    /// The class of words, where the pattern minds them.
    words: Option<u32>,
}

/// The symbol of each character.
#[derive(Debug, Clone)]
pub(super) struct Symbols {
    ascii: Box<[u16; 128]>,
    /// Where runs of one symbol start.
    starts: Box<[u32]>,
    /// The symbol of each run.
    runs: Box<[u16]>,
}

impl Alphabet {
    /// What `classes` tell apart.
    pub(super) fn of(classes: &[Class], words: Option<u32>) -> Result<Self, PatternFault> {
        let ranges = classes.iter().flat_map(Class::ranges);
        let ends = ranges.flat_map(|(from, to)| [*from, to.saturating_add(1)]);
        let mut starts: Vec<u32> = ends.chain([0]).collect();
        starts.sort_unstable();
        starts.dedup();
        if starts.len() > MAX_RUNS {
            return Err(PatternFault::TooLarge);
        }
        let mut known = BTreeMap::new();
        let mut symbols = Vec::new();
        let mut runs = Vec::with_capacity(starts.len());
        for start in &starts {
            let bits = bits(classes, *start);
            let symbol = known.entry(bits.clone()).or_insert_with(|| {
                symbols.push(bits);
                // There are no more than runs.
                u16::try_from(symbols.len().saturating_sub(1)).unwrap_or(u16::MAX)
            });
            runs.push(*symbol);
        }
        Ok(Self {
            symbols: Symbols::of(starts, runs),
            classes: symbols,
            words,
        })
    }

    /// How many symbols there are.
    pub(super) const fn len(&self) -> usize {
        self.classes.len()
    }

    /// The symbols alone.
    pub(super) const fn symbols(&self) -> &Symbols {
        &self.symbols
    }

    pub(super) fn has(&self, class: u32, symbol: u16) -> bool {
        let bits = self.classes.get(usize::from(symbol));
        let word = bits.and_then(|bits| bits.get(class as usize / 64));
        word.is_some_and(|word| word >> (class % 64) & 1 == 1)
    }

    pub(super) fn is_word(&self, symbol: u16) -> bool {
        self.words.is_some_and(|words| self.has(words, symbol))
    }
}

/// Which classes have a character.
fn bits(classes: &[Class], point: u32) -> Vec<u64> {
    let has = |(at, class): (u32, &Class)| u64::from(class.contains(point)) << at;
    let word = |classes: &[Class]| (0..).zip(classes).map(has).sum();
    classes.chunks(64).map(word).collect()
}

impl Symbols {
    fn of(starts: Vec<u32>, runs: Vec<u16>) -> Self {
        let mut symbols = Self {
            ascii: Box::new([0; 128]),
            starts: starts.into(),
            runs: runs.into(),
        };
        for point in 0..128_u8 {
            let symbol = symbols.search(u32::from(point));
            if let Some(slot) = symbols.ascii.get_mut(usize::from(point)) {
                *slot = symbol;
            }
        }
        symbols
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

    fn search(&self, point: u32) -> u16 {
        let after = self.starts.partition_point(|start| *start <= point);
        let run = self.runs.get(after.saturating_sub(1));
        run.copied().unwrap_or_default()
    }
}

/// Classes by symbols are a table of bits: a megabyte at most.
const MAX_RUNS: usize = 8192;
