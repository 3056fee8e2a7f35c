//! What changes while a policy serves, in one worker. It belongs to that policy
//! alone: another one in the same VM has its own.

use crate::cache::Cache;
use crate::jwk::KeySet;
use crate::policy::{Keys, Policy};

/// Keys that were fetched, and tokens that were verified with them.
pub struct State {
    /// The remote providers' keys, by index.
    pub sets: Vec<KeySet>,
    /// Tokens that were verified before.
    pub cache: Cache,
}

// === impl State ===

impl State {
    /// No keys, no tokens.
    #[must_use]
    pub fn new(policy: &Policy) -> Self {
        Self {
            sets: vec![KeySet::default(); policy.remotes.len()],
            cache: Cache::new(CACHE_BYTES),
        }
    }

    /// Takes the keys of a remote provider; tokens of keys that are gone go too.
    /// False where there is no such remote.
    pub fn install(&mut self, policy: &Policy, remote: usize, set: KeySet) -> bool {
        let is_of = |provider: usize| {
            let keys = policy
                .providers
                .get(provider)
                .map(|provider| &provider.keys);
            matches!(keys, Some(Keys::Remote(index)) if *index == remote)
        };
        self.cache
            .retain(|verified| !is_of(verified.provider) || set.has(&verified.key));
        self.sets.get_mut(remote).map(|slot| *slot = set).is_some()
    }
}

/// Half of what a worker may cost: some 1500 tokens of 600 bytes.
const CACHE_BYTES: usize = 2 * 1024 * 1024;
