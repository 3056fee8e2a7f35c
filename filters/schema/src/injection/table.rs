//! Sorted lines as a table: the words and fingerprints that are known.

use std::cmp::Ordering;
use std::sync::LazyLock;

/// Lines in the order of their bytes, each a key, or a key, a tab and a value.
#[derive(Debug)]
pub struct Table(&'static [u8]);

/// A table with a filter in front, for keys that are seldom in it.
#[derive(Debug)]
pub struct Filtered {
    table: Table,
    /// By a few bytes of a key: the lengths of those that are there.
    lengths: LazyLock<Vec<u32>>,
}

impl Filtered {
    /// A table, and how its filter is made when it is first needed.
    pub const fn new(table: Table, filter: fn() -> Vec<u32>) -> Self {
        Self {
            table,
            lengths: LazyLock::new(filter),
        }
    }

    /// As [`Table::find`].
    pub fn find(&self, key: &[u8]) -> Option<&'static [u8]> {
        let lengths = self.lengths.get(slot(key))?;
        match lengths & length(key) {
            0 => None,
            _ => self.table.find(key),
        }
    }
}

impl Table {
    /// The table of a file.
    pub const fn new(lines: &'static [u8]) -> Self {
        Self(lines)
    }

    /// What a [`Filtered`] needs.
    pub fn filter(&self) -> Vec<u32> {
        let mut filter = vec![0; SLOTS];
        for line in self.0.split(|byte| *byte == b'\n') {
            let key = line.split(|byte| *byte == b'\t').next().unwrap_or_default();
            if let Some(lengths) = filter.get_mut(slot(key)) {
                *lengths |= length(key);
            }
        }
        filter
    }

    /// The value of a key; empty where its line has none.
    pub fn find(&self, key: &[u8]) -> Option<&'static [u8]> {
        let mut lines = self.0;
        while !lines.is_empty() {
            let (before, rest) = lines.split_at_checked(lines.len() / 2)?;
            let start = before.iter().rposition(|byte| *byte == b'\n');
            let start = start.map_or(0, |at| at.saturating_add(1));
            let (before, from) = lines.split_at_checked(start)?;
            let end = rest.iter().position(|byte| *byte == b'\n')?;
            let end = lines.len().saturating_sub(rest.len()).saturating_add(end);
            let (line, after) = from.split_at_checked(end.saturating_sub(start))?;
            let end = line.iter().position(|byte| *byte == b'\t');
            let (known, value) = line.split_at_checked(end.unwrap_or(line.len()))?;
            match known.cmp(key) {
                Ordering::Less => lines = after.get(1..)?,
                Ordering::Greater => lines = before,
                Ordering::Equal => return Some(value.get(1..).unwrap_or_default()),
            }
        }
        None
    }
}

const SLOTS: usize = 1024;

fn slot(key: &[u8]) -> usize {
    let bytes = [key.first(), key.get(1), key.last()];
    let mixed = bytes.iter().fold(0_usize, |mixed, byte| {
        let byte = byte.copied().unwrap_or_default();
        mixed.wrapping_mul(37).wrapping_add(usize::from(byte))
    });
    mixed % SLOTS
}

/// A bit for the length; keys have less than 32 bytes.
fn length(key: &[u8]) -> u32 {
    let len = u32::try_from(key.len()).unwrap_or(u32::MAX);
    1_u32.checked_shl(len).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_found_and_nothing_else() {
        let table = Table::new(b"!=\to\nA\nAB\t1\nABC\nB\tx\n");
        let found = |key: &str| table.find(key.as_bytes()).map(|value| value.to_vec());
        assert_eq!(found("!="), Some(b"o".to_vec()));
        assert_eq!(found("A"), Some(Vec::new()));
        assert_eq!(found("AB"), Some(b"1".to_vec()));
        assert_eq!(found("ABC"), Some(Vec::new()));
        assert_eq!(found("B"), Some(b"x".to_vec()));
        for absent in ["", "!", "AA", "ABD", "C", "AB\t1"] {
            assert_eq!(found(absent), None, "{absent}");
        }
        assert_eq!(Table::new(b"").find(b"A"), None);
    }

    #[test]
    fn the_filter_lets_every_key_through() {
        static LINES: Table = Table::new(b"A\t1\nABC\t2\n");
        let table = Filtered::new(Table::new(b"A\t1\nABC\t2\n"), || LINES.filter());
        assert_eq!(table.find(b"A"), Some(&b"1"[..]));
        assert_eq!(table.find(b"ABC"), Some(&b"2"[..]));
        assert_eq!(table.find(b"AB"), None);
        assert_eq!(table.find(b""), None);
    }
}
