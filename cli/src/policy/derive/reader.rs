//! Reads the requirements of operations, and keeps count of what isn't enforced.

use std::collections::{BTreeMap, BTreeSet};

use super::access::Access;
use super::alternative::Alternative;
use super::notes::Notes;
use super::place::Place;

/// Reads the security requirements of a document.
#[derive(Debug)]
pub struct Reader<'r, 'n> {
    document: Place<'n>,
    notes: &'r mut Notes,
    /// Operations without requirements of anyone.
    silent: usize,
    /// Schemes that `jwt` doesn't check, and the operations that need them
    /// beside a token.
    beside: BTreeMap<String, usize>,
}

const SILENT: &str = "say `security: []` where anyone may call, or give the document a `security`";
const INHERITED: &str =
    "write the rules of the operations that have no `security` of their own in `jwt.rules`";

// === impl Reader ===

impl<'r, 'n> Reader<'r, 'n> {
    /// Nothing is read yet.
    #[must_use]
    pub fn new(document: Place<'n>, notes: &'r mut Notes) -> Self {
        Self {
            document,
            notes,
            silent: 0,
            beside: BTreeMap::new(),
        }
    }

    /// What the operation at `template` takes; `None` after a fault.
    pub fn operation(
        &mut self,
        operation: &Place<'_>,
        template: &str,
        method: &str,
    ) -> Option<Access> {
        if let Some(security) = operation.get("security") {
            let hint = format!(
                "write its rule in `jwt.rules`, with `match: {{ path: {template:?}, methods: [{method}] }}`"
            );
            return self.access(&security, &hint);
        }
        if let Some(security) = self.document.get("security") {
            return self.access(&security, INHERITED);
        }
        self.silent += 1;
        Some(Access::Token)
    }

    fn access(&mut self, security: &Place<'_>, hint: &str) -> Option<Access> {
        let Some(items) = security.items() else {
            self.notes.fault(&security.path, "expected a list", None);
            return None;
        };
        let mut read = |item| Alternative::read(item, &self.document, self.notes);
        // All are read, so that none hides the faults of the next.
        let alternatives: Vec<Option<_>> = items.iter().map(&mut read).collect();
        let alternatives: Vec<_> = alternatives.into_iter().collect::<Option<_>>()?;
        let access = Access::of(&alternatives, &security.path, hint, self.notes)?;
        if !matches!(access, Access::Anonymous | Access::Optional) {
            let beside = alternatives.iter().flat_map(|one| &one.unchecked);
            for name in beside.collect::<BTreeSet<_>>() {
                *self.beside.entry(name.clone()).or_default() += 1;
            }
        }
        Some(access)
    }

    /// Warns of what isn't enforced.
    pub fn finish(self) {
        if self.silent > 0 {
            let message = format!(
                "any good token will do for {}: there is no `security`, neither theirs nor the document's",
                operations(self.silent)
            );
            let path = format!("{}.paths", self.document.path);
            self.notes.warning(&path, message, SILENT);
        }
        let schemes = self.document.get("components");
        let schemes = schemes.and_then(|components| components.get("securitySchemes"));
        for (name, scheme) in schemes
            .and_then(|schemes| schemes.members())
            .unwrap_or_default()
        {
            if let Some(number) = self.beside.get(name) {
                let message = format!(
                    "not enforced: the token beside it is enough for {}",
                    operations(*number)
                );
                self.notes
                    .warning(&scheme.path, message, "have the upstream check it");
            }
        }
    }
}

fn operations(number: usize) -> String {
    let noun = if number == 1 {
        "operation"
    } else {
        "operations"
    };
    format!("{number} {noun}")
}
