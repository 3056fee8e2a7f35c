//! What an operation takes, as its security requirements say it (OpenAPI 3.1
//! §4.8.30), and as far as one rule can say it too.

use std::collections::BTreeSet;

use super::alternative::Alternative;
use super::notes::Notes;

/// What an operation takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Access {
    /// Nothing.
    Anonymous,
    /// Nothing, but a token that is there must be good.
    Optional,
    /// A good token.
    Token,
    /// One with all of these scopes.
    All(BTreeSet<String>),
    /// One with any of these scopes.
    Any(BTreeSet<String>),
}

/// The scopes of a token.
type Scopes = BTreeSet<String>;

// === impl Access ===

impl Access {
    /// What lets in whoever one of the alternatives at `path` lets in; `None`
    /// after a fault, which has `hint`.
    pub fn of(
        alternatives: &[Alternative],
        path: &str,
        hint: &str,
        notes: &mut Notes,
    ) -> Option<Self> {
        let tokens = alternatives.iter().filter_map(|one| one.token.as_ref());
        let tokens: Vec<&Scopes> = tokens.collect();
        let (access, message) = if alternatives.iter().all(Alternative::is_open) {
            return Some(Self::Anonymous);
        } else if alternatives.iter().any(Alternative::is_open) {
            (Self::optional(&tokens), OPTIONAL)
        } else {
            let bare = alternatives.iter().filter(|one| one.token.is_none());
            let bare: Vec<_> = bare.collect();
            for alternative in &bare {
                notes.fault(&alternative.path, BARE, Some(hint));
            }
            if !bare.is_empty() {
                return None;
            }
            (Self::one_of(&tokens), SEVERAL)
        };
        if access.is_none() {
            notes.fault(path, message, Some(hint));
        }
        access
    }

    /// What lets in who has no token, and who has one with any of these scopes.
    fn optional(tokens: &[&Scopes]) -> Option<Self> {
        match tokens {
            [] => Some(Self::Anonymous),
            _ if tokens.iter().all(|scopes| scopes.is_empty()) => Some(Self::Optional),
            _ => None,
        }
    }

    /// What lets in who has a token with one of these sets of scopes.
    fn one_of(tokens: &[&Scopes]) -> Option<Self> {
        // Who has the scopes of one set has those of every part of it.
        let is_least = |set: &&Scopes| {
            let is_part = |other: &&Scopes| other != set && other.is_subset(set);
            !tokens.iter().any(is_part)
        };
        let least: BTreeSet<&Scopes> = tokens.iter().copied().filter(is_least).collect();
        match least.first() {
            Some(scopes) if scopes.is_empty() => Some(Self::Token),
            Some(scopes) if least.len() == 1 => Some(Self::All((*scopes).clone())),
            _ if least.iter().all(|scopes| scopes.len() == 1) => {
                Some(Self::Any(least.into_iter().flatten().cloned().collect()))
            }
            _ => None,
        }
    }
}

const BARE: &str = "nothing here is checked by `jwt`: this alternative would let anyone in";
const OPTIONAL: &str = "no rule asks for scopes and lets in who has no token";
const SEVERAL: &str = "no rule asks for one of several sets of scopes";
