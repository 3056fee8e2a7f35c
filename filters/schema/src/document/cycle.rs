//! Schemas that apply themselves to the value that they are applied to: judging
//! by one would never end. Found by a walk in depth, on a list instead of the
//! stack, that meets what it is inside of.

use crate::validator::{SchemaId, Validator};
use std::collections::BTreeSet;

/// The schema of each cycle where the walk came to it.
pub(super) fn starts(
    validator: &Validator,
    roots: impl Iterator<Item = SchemaId>,
) -> BTreeSet<SchemaId> {
    let mut states = vec![State::Unseen; validator.len()];
    let mut found = BTreeSet::new();
    let mut stack = Vec::new();
    for root in roots {
        stack.push(Visit::Enter(root));
        while let Some(visit) = stack.pop() {
            let (Visit::Enter(id) | Visit::Leave(id)) = visit;
            let Some(state) = states.get_mut(id.index()) else {
                continue;
            };
            match (visit, *state) {
                (Visit::Leave(_), _) => *state = State::Done,
                (Visit::Enter(_), State::Done) => {}
                (Visit::Enter(_), State::Open) => drop(found.insert(id)),
                (Visit::Enter(_), State::Unseen) => {
                    *state = State::Open;
                    stack.push(Visit::Leave(id));
                    let rules = validator
                        .schema(id)
                        .into_iter()
                        .flat_map(|schema| &schema.rules);
                    let next = rules.flat_map(|rule| rule.keyword.in_place());
                    stack.extend(next.map(|id| Visit::Enter(*id)));
                }
            }
        }
    }
    found
}

/// A step of the walk over schemas that apply others to the same value.
enum Visit {
    Enter(SchemaId),
    Leave(SchemaId),
}

#[derive(Clone, Copy)]
enum State {
    Unseen,
    /// The walk is inside of it.
    Open,
    Done,
}
