//! One alternative of a security requirement: schemes that are needed together.

use std::collections::BTreeSet;

use tollgate_jwt::compile::is_scope;

use super::notes::Notes;
use super::place::Place;
use super::scheme::Scheme;

/// Schemes that are needed together.
#[derive(Debug, Default)]
pub struct Alternative {
    /// Where it stands.
    pub path: String,
    /// The scopes of its tokens, where it takes one.
    pub token: Option<BTreeSet<String>>,
    /// The schemes that `jwt` doesn't check.
    pub unchecked: Vec<String>,
}

// === impl Alternative ===

impl Alternative {
    /// Reads one; `None` after a fault.
    pub fn read(place: &Place<'_>, document: &Place<'_>, notes: &mut Notes) -> Option<Self> {
        let Some(members) = place.members() else {
            notes.fault(&place.path, "expected an object", None);
            return None;
        };
        let mut alternative = Self {
            path: place.path.clone(),
            ..Self::default()
        };
        let mut sound = true;
        for (name, list) in members {
            match Scheme::of(name, document) {
                Ok(Scheme::Token) => match scopes(&list, notes) {
                    Some(scopes) => alternative.token.get_or_insert_default().extend(scopes),
                    None => sound = false,
                },
                Ok(Scheme::Unchecked) => alternative.unchecked.push(name.to_owned()),
                Err(fault) => {
                    sound = false;
                    notes.fault(&list.path, format!("the security scheme {fault}"), None);
                }
            }
        }
        sound.then_some(alternative)
    }

    /// Whether nothing is needed: `{}`.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.token.is_none() && self.unchecked.is_empty()
    }
}

fn scopes(list: &Place<'_>, notes: &mut Notes) -> Option<BTreeSet<String>> {
    let Some(items) = list.items() else {
        notes.fault(&list.path, "expected a list of scopes", None);
        return None;
    };
    let mut scope = |item: &Place<'_>| {
        let text = item.node.as_text();
        let scope = text.filter(|text| is_scope(text)).map(str::to_owned);
        if scope.is_none() {
            let message = "expected a scope: a text without spaces, quotes and backslashes";
            notes.fault(&item.path, message, None);
        }
        scope
    };
    let read: Vec<_> = items.iter().map(&mut scope).collect();
    read.into_iter().collect()
}
