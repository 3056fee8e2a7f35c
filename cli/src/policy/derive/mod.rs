//! Rules of `jwt` from the `security` of the OpenAPI document, so that it alone
//! says which scope an operation needs (OpenAPI 3.1 §4.8.30).
//!
//! What the schema filter refuses in a document is left to it: no policy has the
//! rules without the filter.

mod access;
mod alternative;
mod notes;
mod operation;
mod place;
mod reader;
mod rule;
mod scheme;
mod slash;

use tollgate_schema::route::{PathItem, Router};

use self::access::Access;
pub use self::notes::Notes;
use self::operation::Path;
use self::place::Place;
use self::reader::Reader;
use super::document::{Member, Node, Value};

/// What came of a document.
#[derive(Debug, Default)]
pub struct Derived {
    /// The rules, where they are asked for. The first that matches is the operation's.
    pub rules: Option<Vec<Node>>,
    /// What is wrong, and what isn't enforced.
    pub notes: Notes,
}

/// The member that asks for rules.
const KEY: &str = "rules_from_openapi";
const SECTIONS: &str = "the document of `schema` gives the rules of `jwt`: both are needed";

/// The rules that `policy` asks for.
#[must_use]
pub fn derive(policy: &Node) -> Derived {
    let mut derived = Derived::default();
    match policy.get(KEY).map(|node| &node.value) {
        None | Some(Value::Bool(false)) => return derived,
        Some(Value::Bool(true)) => {}
        Some(_) => {
            let message = "expected `true` or `false`";
            derived.notes.fault(KEY, message, None);
            return derived;
        }
    }
    for section in ["jwt", "schema"] {
        if policy.get(section).is_none() {
            let message = format!("there is no section `{section}`");
            derived.notes.fault(KEY, message, Some(SECTIONS));
        }
    }
    let schema = policy.get("schema").map(|node| Place {
        node,
        path: "schema".to_owned(),
    });
    let document = schema.as_ref().and_then(|schema| schema.get("openapi"));
    // Swagger 2.0 has its schemes elsewhere; it is refused as a whole.
    let document = document.filter(|document| document.node.get("swagger").is_none());
    if let (Some(jwt), Some(schema), Some(document)) = (policy.get("jwt"), schema, document) {
        derived.read(policy, jwt, &schema, document);
    }
    derived
}

// === impl Derived ===

impl Derived {
    fn read<'n>(
        &mut self,
        policy: &'n Node,
        jwt: &'n Node,
        schema: &Place<'n>,
        document: Place<'n>,
    ) {
        let paths = operation::paths(schema, &document);
        if jwt.get("trailing_slash").and_then(Node::as_text) != Some("strict") {
            slash::check(&paths, &mut self.notes);
        }
        let mut reader = Reader::new(document, &mut self.notes);
        let (router, accesses) = accesses(paths, by_hand(jwt), &mut reader);
        reader.finish();
        let mark = policy.find(KEY);
        let items = router.in_order().into_iter();
        let rules = items.flat_map(|item| rule::of_path(item, &accesses, mark));
        self.rules = Some(rules.collect());
    }

    /// Puts the rules behind those of the policy, in place of what asks for them.
    pub fn put_into(self, policy: &mut Node) {
        let mark = policy.find(KEY);
        if let Value::Map(members) = &mut policy.value {
            members.retain(|member| member.name != KEY);
        }
        let section = policy.get_mut("jwt").map(|node| &mut node.value);
        let (Some(Value::Map(section)), Some(rules)) = (section, self.rules) else {
            return;
        };
        match section.iter_mut().find(|member| member.name == "rules") {
            Some(Member { value, .. }) => {
                // What is no list is refused as it is.
                if let Value::List(list) = &mut value.value {
                    list.extend(rules);
                }
            }
            None => section.push(Member {
                name: "rules".to_owned(),
                mark,
                value: Node {
                    mark,
                    value: Value::List(rules),
                },
            }),
        }
    }
}

fn by_hand(jwt: &Node) -> &[Node] {
    match jwt.get("rules").map(|node| &node.value) {
        Some(Value::List(rules)) => rules,
        Some(_) | None => &[],
    }
}

/// What the operations take that have no rule by hand, and the paths that lead to them.
fn accesses(
    paths: Vec<Path<'_>>,
    by_hand: &[Node],
    reader: &mut Reader<'_, '_>,
) -> (Router, Vec<Access>) {
    let mut router = Router::new();
    let mut accesses = Vec::new();
    for path in paths {
        let mut methods = Vec::new();
        for (method, operation) in &path.operations {
            if rule::is_by_hand(by_hand, &path.template, method) {
                continue;
            }
            if let Some(access) = reader.operation(operation, &path.template, method) {
                methods.push((Box::from(*method), accesses.len()));
                accesses.push(access);
            }
        }
        // One that is ambiguous is refused by the schema filter.
        let _ = router.insert(PathItem::new(path.template.into(), methods));
    }
    (router, accesses)
}
