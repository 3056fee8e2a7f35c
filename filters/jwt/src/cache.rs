//! Tokens that were verified before, so that a signature is checked once.
//!
//! A token is found by the whole of its text. There are two generations: what is
//! found moves to the young one, and when that is full the old one goes, so that
//! tokens in use stay and no bookkeeping is needed for it.

use crate::verified::Verified;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::rc::Rc;
use tollgate_kit::fields::same;

/// Verified tokens of one policy in one worker, up to a number of bytes.
pub struct Cache {
    young: Generation,
    old: Generation,
    limit: usize,
}

#[derive(Default)]
struct Generation {
    /// By the end of the token's text, which is a part of its signature.
    tokens: HashMap<u128, Entry, BuildHasherDefault<Folded>>,
    bytes: usize,
}

struct Entry {
    text: Box<[u8]>,
    verified: Rc<Verified>,
}

/// Ends of signatures are as good as random: folding is enough of a hash.
#[derive(Default)]
struct Folded(u64);

// === impl Cache ===

impl Cache {
    /// An empty one of at most `limit` bytes.
    #[must_use]
    pub fn new(limit: usize) -> Self {
        Self {
            young: Generation::default(),
            old: Generation::default(),
            limit,
        }
    }

    /// The token of this text, if it was verified before.
    #[must_use]
    pub fn get(&mut self, text: &[u8]) -> Option<Rc<Verified>> {
        let end = end(text)?;
        if let Some(verified) = self.young.get(end, text) {
            return Some(verified);
        }
        let entry = self.old.take(end, text)?;
        let verified = entry.verified.clone();
        self.keep(end, entry);
        Some(verified)
    }

    /// Keeps a token.
    pub fn insert(&mut self, text: &[u8], verified: Rc<Verified>) {
        let Some(end) = end(text) else {
            return;
        };
        let text = text.into();
        self.keep(end, Entry { text, verified });
    }

    /// Drops the tokens that `stays` doesn't hold for.
    pub fn retain(&mut self, stays: impl Fn(&Verified) -> bool) {
        self.young.retain(&stays);
        self.old.retain(&stays);
    }

    /// Bytes of memory that the tokens take.
    #[must_use]
    pub fn size(&self) -> usize {
        self.young.bytes.saturating_add(self.old.bytes)
    }

    fn keep(&mut self, end: u128, entry: Entry) {
        if self.young.bytes.saturating_add(entry.size()) > self.limit / 2 {
            self.old = std::mem::take(&mut self.young);
        }
        if entry.size() <= self.limit / 2 {
            self.young.put(end, entry);
        }
    }
}

// === impl Generation ===

impl Generation {
    fn get(&self, end: u128, text: &[u8]) -> Option<Rc<Verified>> {
        let entry = self.tokens.get(&end)?;
        same(&entry.text, text).then(|| entry.verified.clone())
    }

    fn take(&mut self, end: u128, text: &[u8]) -> Option<Entry> {
        if !same(&self.tokens.get(&end)?.text, text) {
            return None;
        }
        let entry = self.tokens.remove(&end)?;
        self.bytes = self.bytes.saturating_sub(entry.size());
        Some(entry)
    }

    fn put(&mut self, end: u128, entry: Entry) {
        self.bytes = self.bytes.saturating_add(entry.size());
        if let Some(other) = self.tokens.insert(end, entry) {
            self.bytes = self.bytes.saturating_sub(other.size());
        }
    }

    fn retain(&mut self, stays: &impl Fn(&Verified) -> bool) {
        let bytes = &mut self.bytes;
        self.tokens.retain(|_, entry| {
            let stays = stays(&entry.verified);
            if !stays {
                *bytes = bytes.saturating_sub(entry.size());
            }
            stays
        });
    }
}

// === impl Entry ===

impl Entry {
    fn size(&self) -> usize {
        // The map has room for a third more than it holds, on average.
        let place = size_of::<(u128, Self)>().saturating_mul(3) / 2;
        place
            .saturating_add(self.text.len())
            .saturating_add(self.verified.size())
    }
}

impl Hasher for Folded {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(5) ^ u64::from(*byte);
        }
    }

    fn write_u128(&mut self, end: u128) {
        #[expect(clippy::cast_possible_truncation, reason = "both halves are taken")]
        let folded = (end >> 64) as u64 ^ (end as u64).rotate_left(29);
        self.0 = folded.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(23);
    }
}

/// The last 16 bytes; no token is shorter.
fn end(text: &[u8]) -> Option<u128> {
    text.last_chunk().copied().map(u128::from_le_bytes)
}
