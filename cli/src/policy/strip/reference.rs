//! The places of a document that its paths refer to, and what those refer to.

use std::collections::{BTreeSet, HashSet};

use tollgate_kit::json::escape_token;
use tollgate_kit::path::percent_decode;

use super::super::document::{Node, Value};
use super::super::grammar::{Kind, children};

/// JSON pointers to what is referred to.
#[derive(Debug)]
pub struct References(BTreeSet<String>);

struct Collector<'n> {
    document: &'n Node,
    /// By what stands there: it may be meant as two things.
    found: HashSet<(String, Kind)>,
    waiting: Vec<(String, Kind)>,
}

// === impl References ===

impl References {
    /// Those of a document.
    #[must_use]
    pub fn of(document: &Node) -> Self {
        let mut collector = Collector {
            document,
            found: HashSet::new(),
            waiting: Vec::new(),
        };
        collector.identified();
        collector.members(document, Kind::Document);
        while let Some((pointer, kind)) = collector.waiting.pop() {
            if let Some(node) = document.pointer(&pointer) {
                collector.object(node, kind);
            }
        }
        let found = collector.found.into_iter();
        Self(found.map(|(pointer, _)| pointer).collect())
    }

    /// Whether some lead to the place of `pointer` or into it.
    #[must_use]
    pub fn lead_into(&self, pointer: &str) -> bool {
        let inside = format!("{pointer}/");
        let mut from = self.0.range(inside.clone()..);
        self.0.contains(pointer) || from.next().is_some_and(|next| next.starts_with(&inside))
    }
}

// === impl Collector ===

impl Collector<'_> {
    /// Schemas that are named by more than their place.
    fn identified(&mut self) {
        let schemas = self.document.pointer("/components/schemas");
        let Some(Value::Map(members)) = schemas.map(|schemas| &schemas.value) else {
            return;
        };
        for member in members
            .iter()
            .filter(|member| has_identifier(&member.value))
        {
            self.lead(pointer_of(&member.name), Kind::Schema);
        }
    }

    fn object(&mut self, node: &Node, kind: Kind) {
        if let Some(text) = node.get("$ref").and_then(Node::as_text) {
            self.reference(text, kind);
        }
        if kind == Kind::Discriminator
            && let Some(Value::Map(members)) = node.get("mapping").map(|mapping| &mapping.value)
        {
            for text in members.iter().filter_map(|member| member.value.as_text()) {
                match text.starts_with('#') {
                    true => self.reference(text, Kind::Schema),
                    false => self.lead(pointer_of(text), Kind::Schema),
                }
            }
        }
        self.members(node, kind);
    }

    fn members(&mut self, node: &Node, kind: Kind) {
        for child in children(node, kind) {
            // Components count where something refers to them.
            if child.kind != Kind::Components {
                self.object(child.node, child.kind);
            }
        }
    }

    fn reference(&mut self, text: &str, kind: Kind) {
        let Some(fragment) = text.strip_prefix('#') else {
            return;
        };
        if let Ok(pointer) = String::from_utf8(percent_decode(fragment.as_bytes())) {
            self.lead(pointer, kind);
        }
    }

    fn lead(&mut self, pointer: String, kind: Kind) {
        if self.found.insert((pointer.clone(), kind)) {
            self.waiting.push((pointer, kind));
        }
    }
}

fn pointer_of(schema: &str) -> String {
    format!("/components/schemas/{}", escape_token(schema))
}

fn has_identifier(node: &Node) -> bool {
    match &node.value {
        Value::Map(members) => members.iter().any(|member| {
            matches!(&*member.name, "$id" | "$anchor" | "$dynamicAnchor")
                || has_identifier(&member.value)
        }),
        Value::List(items) => items.iter().any(has_identifier),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) => false,
    }
}
