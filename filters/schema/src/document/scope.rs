//! Dynamic scopes (2020-12 core §7.1, §8.2.3.2): which schema a dynamic reference
//! leads to depends on the resources that judging went through. Schemas are compiled
//! once for each set of choices that this leaves, so that judging knows nothing of it.

use super::resources::Resources;
use std::collections::BTreeMap;

/// A scope: what its dynamic anchors stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ScopeId(usize);

/// The resource that each dynamic anchor is looked for in: the first on the way
/// that has it.
type Scope = BTreeMap<String, usize>;

/// The scopes of a document.
#[derive(Debug)]
pub(super) struct Scopes {
    list: Vec<Scope>,
    entered: BTreeMap<(ScopeId, usize), ScopeId>,
    is_full: bool,
}

impl ScopeId {
    /// The scope outside of all resources.
    pub(super) const EMPTY: Self = Self(0);
}

impl Scopes {
    pub(super) fn new() -> Self {
        Self {
            list: vec![Scope::new()],
            entered: BTreeMap::new(),
            is_full: false,
        }
    }

    /// The scope in a resource that is come to from another scope.
    pub(super) fn enter(
        &mut self,
        from: ScopeId,
        resource: usize,
        resources: &Resources<'_>,
    ) -> ScopeId {
        if let Some(known) = self.entered.get(&(from, resource)) {
            return *known;
        }
        let mut scope = self.list.get(from.0).cloned().unwrap_or_default();
        let entered = resources.get(resource).into_iter();
        for name in entered.flat_map(|resource| resource.dynamic_anchors()) {
            scope.entry(name.to_owned()).or_insert(resource);
        }
        let known = self.list.iter().position(|known| *known == scope);
        let id = match known {
            Some(index) => ScopeId(index),
            None if self.list.len() >= MAX_SCOPES => {
                self.is_full = true;
                return from;
            }
            None => {
                self.list.push(scope);
                ScopeId(self.list.len().saturating_sub(1))
            }
        };
        self.entered.insert((from, resource), id);
        id
    }

    /// The resource that a dynamic anchor is looked for in.
    pub(super) fn resource(&self, scope: ScopeId, anchor: &str) -> Option<usize> {
        self.list.get(scope.0)?.get(anchor).copied()
    }

    /// Whether there are more than are told apart.
    pub(super) const fn is_full(&self) -> bool {
        self.is_full
    }
}

/// Each may have every schema of the document compiled anew.
const MAX_SCOPES: usize = 64;
