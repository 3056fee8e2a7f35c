//! What the fields of a form stand for, as the schema of the whole says: looked up
//! in it and in the schemas that it applies to the same value.

use super::compiler::Compiler;
use super::shape;
use crate::body::form::Value;
use crate::validator::Types;
use std::collections::BTreeSet;
use tollgate_kit::json::Node;

/// The values of one field.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sort {
    /// Of which types they can be.
    pub(super) types: Types,
    /// Whether they are bytes.
    pub(super) is_binary: bool,
}

/// A look at schemas before they are compiled.
pub(super) struct Look<'c, 'a> {
    compiler: &'c Compiler<'a>,
    /// Schemas that may still be looked at for one answer: choices within choices
    /// multiply.
    fuel: u32,
}

// === impl Sort ===

impl Sort {
    /// Texts.
    const TEXT: Self = Self {
        types: Types::STRING,
        is_binary: false,
    };

    /// What nothing is said of: texts, one or more.
    const UNKNOWN: Self = Self {
        types: Types::STRING.or(Types::ARRAY),
        is_binary: false,
    };

    fn meet(self, other: Self) -> Self {
        Self {
            types: self.types.and(other.types),
            is_binary: self.is_binary || other.is_binary,
        }
    }

    fn join(self, other: Self) -> Self {
        Self {
            types: self.types.or(other.types),
            is_binary: self.is_binary || other.is_binary,
        }
    }

    /// What one value is, on its own (OpenAPI 3.1 §4.8.15.1.1).
    pub(super) fn value(self) -> Value {
        let scalars = self.scalars().without(Types::NULL);
        match self.types.meet(NESTED) {
            _ if self.is_binary => Value::Binary,
            false => Value::Text,
            true if scalars.is_empty() => Value::Json,
            true => Value::Open,
        }
    }

    /// The primitives that one can be.
    pub(super) const fn scalars(self) -> Types {
        self.types.without(NESTED)
    }
}

// === impl Look ===

impl<'c, 'a> Look<'c, 'a> {
    pub(super) const fn new(compiler: &'c Compiler<'a>) -> Self {
        Self {
            compiler,
            fuel: MAX_SCHEMAS,
        }
    }

    /// The names that a schema gives to members.
    pub(super) fn names(&mut self, schema: Node<'a>) -> BTreeSet<&'a str> {
        self.fuel = MAX_SCHEMAS;
        let mut names = BTreeSet::new();
        let own = |_: &mut Self, node: Node<'a>| {
            let members = node.get("properties").and_then(Node::as_object);
            names.extend(members.into_iter().flatten().map(|(name, _)| name));
            None::<()>
        };
        self.find(schema, MAX_DEPTH, &mut { own }, |_, _| (), |_, _| ());
        names
    }

    /// A member's values.
    pub(super) fn member(&mut self, schema: Node<'a>, name: &str) -> Sort {
        self.fuel = MAX_SCHEMAS;
        let sort = self.part(schema, |node| node.get("properties")?.get(name));
        sort.unwrap_or(Sort::UNKNOWN)
    }

    /// The values of members that have no name in the schema.
    pub(super) fn others(&mut self, schema: Node<'a>) -> Sort {
        self.fuel = MAX_SCHEMAS;
        let additional = self.part(schema, |node| {
            let schema = node.get("additionalProperties")?;
            schema.as_object().map(|_| schema)
        });
        let mut own = |look: &mut Self, node: Node<'a>| {
            let patterns = node.get("patternProperties").and_then(Node::as_object);
            let sorts = patterns.into_iter().flatten();
            let sorts = sorts.map(|(_, schema)| look.sort(schema));
            sorts.reduce(Sort::join)
        };
        let patterns = self.find(schema, MAX_DEPTH, &mut own, Sort::join, Sort::join);
        merge(additional, patterns, Sort::join).unwrap_or(Sort::UNKNOWN)
    }

    /// The elements of a member's values, or of others'.
    pub(super) fn elements(&mut self, schema: Node<'a>, name: Option<&str>) -> Sort {
        self.fuel = MAX_SCHEMAS;
        let mut own = |look: &mut Self, node: Node<'a>| {
            let schema = match name {
                Some(name) => node.get("properties")?.get(name)?,
                None => node.get("additionalProperties")?,
            };
            look.part(schema, |node| node.get("items"))
        };
        let sort = self.find(schema, MAX_DEPTH, &mut own, Sort::meet, Sort::join);
        sort.unwrap_or(Sort::TEXT)
    }

    /// Whether a schema describes bytes.
    pub(super) fn is_binary(&mut self, schema: Node<'a>) -> bool {
        self.sort(schema).is_binary
    }

    fn sort(&mut self, schema: Node<'a>) -> Sort {
        let mut own = |_: &mut Self, node: Node<'a>| Some(is_bytes(node));
        let or = |left, right| left || right;
        Sort {
            types: shape::types(schema, self.compiler),
            is_binary: self
                .find(schema, MAX_DEPTH, &mut own, or, or)
                .unwrap_or(false),
        }
    }

    /// What `pick` finds in a schema, as all those say that have it.
    fn part(
        &mut self,
        schema: Node<'a>,
        pick: impl Fn(Node<'a>) -> Option<Node<'a>>,
    ) -> Option<Sort> {
        let mut own = |look: &mut Self, node| pick(node).map(|node| look.sort(node));
        self.find(schema, MAX_DEPTH, &mut own, Sort::meet, Sort::join)
    }

    /// What `own` finds in a schema and in those that it applies to the same value.
    fn find<T>(
        &mut self,
        schema: Node<'a>,
        depth: u32,
        own: &mut impl FnMut(&mut Self, Node<'a>) -> Option<T>,
        meet: fn(T, T) -> T,
        join: fn(T, T) -> T,
    ) -> Option<T> {
        let depth = depth.checked_sub(1)?;
        self.fuel = self.fuel.checked_sub(1)?;
        let node = self.compiler.resolved(schema)?;
        let mut found = own(self, node);
        for part in list(node, "allOf") {
            let part = self.find(part, depth, own, meet, join);
            found = merge(found, part, meet);
        }
        let then = ["then", "else"]
            .into_iter()
            .filter_map(|name| node.get(name));
        let dependent = node.get("dependentSchemas").and_then(Node::as_object);
        let dependent = dependent.into_iter().flatten().map(|(_, schema)| schema);
        for choices in [
            list(node, "anyOf"),
            list(node, "oneOf"),
            then.collect(),
            dependent.collect(),
        ] {
            let mut chosen = None;
            for part in choices {
                chosen = merge(chosen, self.find(part, depth, own, meet, join), join);
            }
            found = merge(found, chosen, meet);
        }
        found
    }
}

fn list<'a>(node: Node<'a>, name: &str) -> Vec<Node<'a>> {
    let list = node.get(name).and_then(Node::as_array);
    list.into_iter().flatten().collect()
}

fn merge<T>(left: Option<T>, right: Option<T>, both: fn(T, T) -> T) -> Option<T> {
    match (left, right) {
        (Some(left), Some(right)) => Some(both(left, right)),
        (one, None) | (None, one) => one,
    }
}

/// Whether a schema object says it of itself. What is encoded is text.
fn is_bytes(node: Node<'_>) -> bool {
    let is_encoded = node.get("contentEncoding").is_some();
    let format = node.get("format").and_then(Node::as_str);
    format == Some("binary") || (node.get("contentMediaType").is_some() && !is_encoded)
}

const NESTED: Types = Types::ARRAY.or(Types::OBJECT);
/// Schemas within schemas that are looked into.
const MAX_DEPTH: u32 = 16;
const MAX_SCHEMAS: u32 = 10_000;
