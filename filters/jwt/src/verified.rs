//! A token whose signature was checked, and that is for one of the policy's
//! audiences: what is left to check depends on the moment and the request.

use crate::claims::Claims;
use crate::jwk::Key;
use crate::times::Times;
use std::rc::Rc;

/// A token of a provider.
#[derive(Debug)]
pub struct Verified {
    /// The index of its provider.
    pub provider: usize,
    /// What its signature was checked with.
    pub key: Rc<Key>,
    /// `kid`.
    pub kid: Option<String>,
    /// What it says.
    pub claims: Claims,
    /// `exp`, `nbf`, `iat`.
    pub times: Times,
}

// === impl Verified ===

impl Verified {
    /// Bytes of memory that it takes, as far as they depend on the token.
    #[must_use]
    pub fn size(&self) -> usize {
        let kid = self.kid.as_ref().map_or(0, String::len);
        size_of::<Self>()
            .saturating_add(kid)
            .saturating_add(self.claims.size())
    }
}
