//! Field names to look up in every message: a table by first and last byte and
//! length, so that a field of no interest costs one bucket, mostly empty.

use std::rc::Rc;
use tollgate_kit::fields::{is_spelled, same};

/// What is kept under field names in lower case.
#[derive(Debug)]
pub struct Names<T> {
    buckets: Vec<Vec<(Rc<str>, T)>>,
}

/// A power of two well above the number of fingerprints.
const BUCKETS: usize = 256;

// === impl Names ===

impl<T> Default for Names<T> {
    fn default() -> Self {
        Self {
            buckets: (0..BUCKETS).map(|_| Vec::new()).collect(),
        }
    }
}

impl<T> Names<T> {
    /// Keeps `entry` under `name`, unless there is an entry already.
    pub fn insert(&mut self, name: &str, entry: T) {
        if self.get(name.as_bytes()).is_some() {
            return;
        }
        if let Some(bucket) = self.buckets.get_mut(bucket(name.as_bytes())) {
            bucket.push((name.into(), entry));
        }
    }

    /// The entry under `name`, and the name as it was inserted.
    #[must_use]
    pub fn get(&self, name: &[u8]) -> Option<(&Rc<str>, &T)> {
        let bucket = self.buckets.get(bucket(name))?;
        let (name, entry) = bucket
            .iter()
            .find(|(known, _)| same(known.as_bytes(), name))?;
        Some((name, entry))
    }

    /// Whether there is an entry under `name` with `_` and `-` taken as one; the
    /// names of the table have no `_`.
    #[must_use]
    pub fn has_spelling(&self, name: &[u8]) -> bool {
        let ends = |byte: Option<&u8>| match byte {
            Some(b'_') => b'-',
            Some(byte) => *byte,
            None => 0,
        };
        let at = place(ends(name.first()), ends(name.last()), name.len());
        let bucket = self.buckets.get(at).map(Vec::as_slice).unwrap_or_default();
        bucket
            .iter()
            .any(|(known, _)| is_spelled(name, known.as_bytes()))
    }

    /// Whether nothing is looked for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.buckets.iter().all(Vec::is_empty)
    }
}

fn bucket(name: &[u8]) -> usize {
    let first = name.first().copied().unwrap_or(0);
    let last = name.last().copied().unwrap_or(0);
    place(first, last, name.len())
}

fn place(first: u8, last: u8, length: usize) -> usize {
    let mixed = length
        .wrapping_mul(37)
        .wrapping_add(usize::from(last).wrapping_mul(7))
        .wrapping_add(usize::from(first));
    mixed & (BUCKETS - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_entry_of_a_name_stays() {
        let mut names = Names::default();
        names.insert("a", 1);
        names.insert("a", 2);
        assert_eq!(names.get(b"a").map(|(_, entry)| *entry), Some(1));
        assert!(names.get(b"").is_none());
        assert!(names.get(b"\xff").is_none());
    }

    #[test]
    fn the_fingerprints_spread_over_the_buckets() {
        let mut names = Names::default();
        for name in crate::fingerprints::NAMES {
            names.insert(name, ());
        }
        let fullest = names.buckets.iter().map(Vec::len).max();
        assert!(fullest <= Some(4), "{fullest:?}");
    }
}
