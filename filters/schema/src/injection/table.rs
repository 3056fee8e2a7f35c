//! Sorted lines as a table: the words and fingerprints that are known.

use std::cmp::Ordering;

/// Lines in the order of their bytes, each a key, or a key, a tab and a value.
#[derive(Debug)]
pub struct Table(&'static [u8]);

impl Table {
    /// The table of a file.
    pub const fn new(lines: &'static [u8]) -> Self {
        Self(lines)
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
}
