//! The names that an object's schema knows, to look up the members of a value.
//!
//! Members mostly come in the order of the schema, so that a search begins where
//! the last one ended.

use tollgate_kit::fields::same;

/// Names, in the order of the schema.
#[derive(Debug, Default)]
pub(super) struct Names {
    digests: Vec<u32>,
    names: Vec<Box<str>>,
    /// The places by digest, where there are too many to walk along.
    sorted: Vec<u32>,
}

impl Names {
    pub(super) fn new(names: Vec<Box<str>>) -> Self {
        let digests: Vec<u32> = names.iter().map(|name| digest(name)).collect();
        let mut sorted = Vec::new();
        if names.len() > FEW {
            sorted.extend((0..).take(names.len()));
            sorted.sort_unstable_by_key(|at: &u32| digests.get(*at as usize).copied());
        }
        Self {
            digests,
            names,
            sorted,
        }
    }

    /// The place of `name`. `from` is where to look first, and is moved past it.
    pub(super) fn find(&self, name: &str, from: &mut usize) -> Option<usize> {
        let wanted = digest(name);
        let found = if self.is_at(*from, wanted, name) {
            Some(*from)
        } else if self.sorted.is_empty() {
            (0..self.names.len()).find(|at| self.is_at(*at, wanted, name))
        } else {
            self.search(wanted, name)
        };
        if let Some(at) = found {
            *from = at.wrapping_add(1);
        }
        found
    }

    fn search(&self, wanted: u32, name: &str) -> Option<usize> {
        let digest_at = |at: &u32| self.digests.get(*at as usize).copied().unwrap_or_default();
        let first = self.sorted.partition_point(|at| digest_at(at) < wanted);
        let candidates = self.sorted.get(first..).unwrap_or_default();
        candidates
            .iter()
            .take_while(|at| digest_at(at) == wanted)
            .map(|at| *at as usize)
            .find(|at| self.is_at(*at, wanted, name))
    }

    fn is_at(&self, at: usize, wanted: u32, name: &str) -> bool {
        self.digests.get(at) == Some(&wanted)
            && self
                .names
                .get(at)
                .is_some_and(|known| same(known.as_bytes(), name.as_bytes()))
    }

    pub(super) fn name(&self, at: usize) -> &str {
        self.names.get(at).map_or("", |name| name)
    }
}

/// Length, first, middle and last byte: two names with different ones differ.
fn digest(name: &str) -> u32 {
    let bytes = name.as_bytes();
    let byte = |at: usize| bytes.get(at).copied().unwrap_or_default();
    let (middle, last) = (bytes.len() / 2, bytes.len().wrapping_sub(1));
    u32::from_le_bytes([bytes.len() as u8, byte(0), byte(middle), byte(last)])
}

/// Up to this many names are compared one by one: a digest is a comparison of
/// two words.
const FEW: usize = 16;
