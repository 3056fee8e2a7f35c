//! Leaves of a document what enforcement needs: every proxy holds it in memory.
//!
//! Notes for people and tools go, and so do components that nothing refers to.
//! What nobody knows stays: the filter says what it makes of it.

mod reference;

use tollgate_kit::json::escape_token;

use self::reference::References;
use super::document::{Member, Node, Value};
use super::grammar::{Kind, Part};

/// Takes out of a document all that nothing is decided by.
pub fn strip(document: &mut Node) {
    let references = References::of(document);
    Stripper { references }.object(document, Kind::Document, &mut String::new());
}

struct Stripper {
    references: References,
}

// === impl Stripper ===

impl Stripper {
    fn object(&self, node: &mut Node, kind: Kind, pointer: &mut String) {
        let Value::Map(members) = &mut node.value else {
            return;
        };
        members.retain_mut(|Member { name, value, .. }| {
            within(pointer, name, |pointer| {
                self.keeps(value, kind.part(name), kind, pointer)
            })
        });
    }

    /// Strips a member; false where all of it goes.
    fn keeps(&self, node: &mut Node, part: Part, of: Kind, pointer: &mut String) -> bool {
        match part {
            Part::Data => {}
            Part::Note => return self.references.lead_into(pointer),
            Part::One(kind) => {
                self.object(node, kind, pointer);
                return kind != Kind::Components || node.value != Value::Map(Vec::new());
            }
            Part::List(kind) => {
                if let Value::List(items) = &mut node.value {
                    for (at, item) in items.iter_mut().enumerate() {
                        within(pointer, &at.to_string(), |pointer| {
                            self.object(item, kind, pointer);
                        });
                    }
                }
            }
            Part::Map(kind) | Part::Patterned(kind) => {
                let is_free =
                    |name: &str| matches!(part, Part::Patterned(_)) && name.starts_with("x-");
                // A scheme is named by `security`.
                let is_spare = of == Kind::Components && kind != Kind::SecurityScheme;
                if let Value::Map(members) = &mut node.value {
                    members.retain_mut(|Member { name, value, .. }| {
                        within(pointer, name, |pointer| {
                            self.object(value, kind, pointer);
                            !(is_spare || is_free(name)) || self.references.lead_into(pointer)
                        })
                    });
                    return !(is_spare && members.is_empty());
                }
            }
        }
        true
    }
}

/// What `what` gives one step further.
fn within<T>(pointer: &mut String, name: &str, what: impl FnOnce(&mut String) -> T) -> T {
    let before = pointer.len();
    pointer.push('/');
    pointer.push_str(&escape_token(name));
    let found = what(pointer);
    pointer.truncate(before);
    found
}
