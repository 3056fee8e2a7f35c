//! Names below `components` that nothing else has.

use std::collections::HashSet;

use super::super::document::{Node, Value};

/// The names that a document has.
#[derive(Debug)]
pub struct Names {
    /// Those below `components`, by section.
    taken: HashSet<(String, String)>,
    /// What `$id` names.
    identifiers: Vec<String>,
}

// === impl Names ===

impl Names {
    /// None is taken yet.
    #[must_use]
    pub fn new(document: &Node) -> Self {
        Self {
            taken: HashSet::new(),
            identifiers: identifiers(document),
        }
    }

    /// Whether a reference names a schema by its `$id`.
    #[must_use]
    pub fn is_identifier(&self, reference: &str) -> bool {
        let reference = reference.split('#').next().unwrap_or_default();
        self.identifiers.iter().any(|known| known == reference)
    }

    /// A name in `section` that is like `wanted`.
    pub fn take(&mut self, section: &str, wanted: &str) -> String {
        let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
        let plain = wanted.replace(|c| !allowed(c), "_");
        let plain = match plain.trim_matches('_') {
            "" => "part",
            plain => plain,
        };
        let mut name = plain.to_owned();
        let mut number = 2;
        while !self.taken.insert((section.to_owned(), name.clone())) {
            name = format!("{plain}_{number}");
            number += 1;
        }
        name
    }
}

/// The members of an object.
pub fn members(node: Option<&Node>) -> impl Iterator<Item = (&str, &Node)> {
    let members = match node.map(|node| &node.value) {
        Some(Value::Map(members)) => &members[..],
        Some(_) | None => &[],
    };
    members.iter().map(|member| (&*member.name, &member.value))
}

fn identifiers(document: &Node) -> Vec<String> {
    let mut found = Vec::new();
    let mut ahead = vec![document];
    while let Some(node) = ahead.pop() {
        match &node.value {
            Value::Map(members) => {
                found.extend(node.get("$id").and_then(Node::as_text).map(str::to_owned));
                ahead.extend(members.iter().map(|member| &member.value));
            }
            Value::List(items) => ahead.extend(items),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) => {}
        }
    }
    found
}
