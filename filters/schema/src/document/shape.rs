//! What the text of a parameter can stand for, as its schema says: primitives,
//! arrays, objects, and of which types. The schema itself is applied later; this
//! only decides how a text is read.

use super::compiler::Compiler;
use super::dialect::Dialect;
use crate::parameter::{Members, Shape};
use crate::validator::Types;
use tollgate_kit::config::Setting;
use tollgate_kit::json::{Array, Node};

/// The shapes of a schema's values.
pub(super) fn of<'a>(setting: &Setting<'a>, compiler: &Compiler<'a>) -> Shape {
    let mut look = Look {
        compiler,
        fuel: MAX_SCHEMAS,
    };
    look.shape(setting.node, MAX_DEPTH)
}

/// No fewer types than a schema's values can have.
pub(super) fn types<'a>(node: Node<'a>, compiler: &Compiler<'a>) -> Types {
    let mut look = Look {
        compiler,
        fuel: MAX_SCHEMAS,
    };
    look.possible(node, MAX_DEPTH)
}

/// A look at schemas before they are compiled.
struct Look<'c, 'a> {
    compiler: &'c Compiler<'a>,
    /// Schemas that may still be looked at: choices within choices multiply.
    fuel: u32,
}

impl<'a> Look<'_, 'a> {
    fn shape(&mut self, node: Node<'a>, depth: u32) -> Shape {
        let types = self.possible(node, depth);
        let mut nested = Nested::default();
        self.collect(node, depth, &mut nested);
        let is_open = types == Types::ALL;
        // Who leaves out the type of what has properties or items means these.
        let says_nested = nested.items.is_some() || nested.members.is_some();
        let scalar = match is_open && says_nested {
            true => Types::NONE,
            false => types.without(NESTED),
        };
        let list = types.meet(Types::ARRAY) && (!is_open || nested.items.is_some());
        let object = types.meet(Types::OBJECT) && (!is_open || nested.members.is_some());
        Shape {
            scalar,
            items: list.then(|| Box::new(nested.items.unwrap_or(Shape::ANY_SCALAR))),
            members: object.then(|| Box::new(nested.members.unwrap_or_else(Members::any))),
        }
    }

    /// What elements and members are, in a schema and those that it is put
    /// together from.
    fn collect(&mut self, node: Node<'a>, depth: u32, nested: &mut Nested) {
        let Some(depth) = self.pay(depth) else {
            return;
        };
        if let Some(target) = self.compiler.behind(node) {
            self.collect(target, depth, nested);
            // What stands beside a reference says nothing in 3.0.
            if self.compiler.dialect == Dialect::V30 {
                return;
            }
        }
        for items in array(node, "prefixItems")
            .into_iter()
            .flatten()
            .chain(node.get("items"))
        {
            let items = self.shape(items, depth);
            nested.items = Some(match nested.items.take() {
                Some(known) => known.or(items),
                None => items,
            });
        }
        for (name, property) in members(node, "properties") {
            let shape = self.shape(property, depth);
            nested.members.get_or_insert_default().add(name, shape);
        }
        for (_, others) in members(node, "patternProperties") {
            let shape = self.shape(others, depth);
            nested.members.get_or_insert_default().add_others(shape);
        }
        for others in ["additionalProperties", "unevaluatedProperties"] {
            let Some(others) = node.get(others) else {
                continue;
            };
            let shape = match others.as_bool() {
                Some(true) => Some(Shape::TEXT),
                Some(false) => None,
                None => Some(self.shape(others, depth)),
            };
            let known = nested.members.get_or_insert_default();
            shape.into_iter().for_each(|shape| known.add_others(shape));
        }
        for name in ["allOf", "anyOf", "oneOf"] {
            for part in array(node, name).into_iter().flatten() {
                self.collect(part, depth, nested);
            }
        }
    }

    /// No fewer types than the schema's values can have.
    fn possible(&mut self, node: Node<'a>, depth: u32) -> Types {
        let Some(depth) = self.pay(depth) else {
            return Types::ALL;
        };
        let mut types = own(node, self.compiler.dialect);
        if let Some(target) = self.compiler.behind(node) {
            let target = self.possible(target, depth);
            match self.compiler.dialect {
                Dialect::V30 => return target,
                Dialect::V31 => types = types.and(target),
            }
        }
        for part in array(node, "allOf").into_iter().flatten() {
            types = types.and(self.possible(part, depth));
        }
        for list in [array(node, "anyOf"), array(node, "oneOf")]
            .into_iter()
            .flatten()
        {
            let parts = list.into_iter().map(|part| self.possible(part, depth));
            types = types.and(parts.fold(Types::NONE, Types::or));
        }
        types
    }

    /// One schema more, and how deep those within it may go.
    fn pay(&mut self, depth: u32) -> Option<u32> {
        self.fuel = self.fuel.checked_sub(1)?;
        depth.checked_sub(1)
    }
}

/// What elements and members are, as far as schemas say it.
#[derive(Default)]
struct Nested {
    items: Option<Shape>,
    members: Option<Members>,
}

/// What `type`, or else the listed values, say.
fn own(node: Node<'_>, dialect: Dialect) -> Types {
    let types = match (node.get("type"), array(node, "enum"), node.get("const")) {
        (Some(written), _, _) => match written.as_array() {
            Some(list) => list.into_iter().map(named).fold(Types::NONE, Types::or),
            None => named(written),
        },
        (None, Some(values), _) => values
            .into_iter()
            .map(|value| Types::of(value.kind()))
            .fold(Types::NONE, Types::or),
        (None, None, Some(value)) => Types::of(value.kind()),
        (None, None, None) => Types::ALL,
    };
    match node.get("nullable").and_then(Node::as_bool) {
        Some(true) if dialect == Dialect::V30 => types.or(Types::NULL),
        Some(_) | None => types,
    }
}

fn named(node: Node<'_>) -> Types {
    let name = node.as_str().unwrap_or_default();
    let known = Types::NAMES.iter().find(|(known, _)| *known == name);
    known.map_or(Types::NONE, |(_, types)| *types)
}

fn members<'a>(node: Node<'a>, name: &str) -> impl Iterator<Item = (&'a str, Node<'a>)> {
    let object = node.get(name).and_then(Node::as_object);
    object.into_iter().flatten()
}

fn array<'a>(node: Node<'a>, name: &str) -> Option<Array<'a>> {
    node.get(name)?.as_array()
}

const NESTED: Types = Types::ARRAY.or(Types::OBJECT);
/// Schemas within schemas that are looked into.
const MAX_DEPTH: u32 = 8;
const MAX_SCHEMAS: u32 = 10_000;
