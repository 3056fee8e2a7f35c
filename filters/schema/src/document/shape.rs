//! What the text of a parameter can stand for, as its schema says: a primitive or
//! an array of them, and of which types. The schema itself is applied later;
//! this only decides how a text is read.

use super::compiler::{Compiler, Dialect};
use crate::parameter::Shape;
use crate::validator::Types;
use tollgate_kit::config::Setting;
use tollgate_kit::json::{Array, Node};

/// The shape; `None` after a fault.
pub(super) fn of<'a>(setting: &Setting<'a>, compiler: &Compiler<'a>) -> Option<Shape> {
    let mut look = Look {
        compiler,
        fuel: MAX_SCHEMAS,
    };
    let types = look.possible(setting.node, MAX_DEPTH);
    if is_scalar(types) {
        return Some(Shape::Primitive(types.without(NESTED)));
    }
    if types.without(Types::ARRAY.or(Types::NULL)).is_empty() {
        let elements = look.elements(setting.node);
        if is_scalar(elements) {
            return Some(Shape::Array(elements.without(NESTED)));
        }
    }
    setting.fault("only parameters that are primitives or arrays of primitives are enforced");
    None
}

/// Whether a text can be nothing but a primitive; where the schema leaves the
/// type open, it is one.
fn is_scalar(types: Types) -> bool {
    types == Types::ALL || !types.meet(NESTED)
}

/// A look at schemas before they are compiled.
struct Look<'c, 'a> {
    compiler: &'c Compiler<'a>,
    /// Schemas that may still be looked at: choices within choices multiply.
    fuel: u32,
}

impl<'a> Look<'_, 'a> {
    /// No fewer types than the schema's values can have.
    fn possible(&mut self, node: Node<'a>, depth: u32) -> Types {
        let (Some(depth), Some(fuel)) = (depth.checked_sub(1), self.fuel.checked_sub(1)) else {
            return Types::ALL;
        };
        self.fuel = fuel;
        let Some(node) = self.compiler.resolved(node) else {
            return Types::ALL;
        };
        let mut types = own(node, self.compiler.dialect);
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

    fn elements(&mut self, node: Node<'a>) -> Types {
        let items = self
            .compiler
            .resolved(node)
            .and_then(|node| node.get("items"));
        items.map_or(Types::ALL, |items| self.possible(items, MAX_DEPTH))
    }
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

fn array<'a>(node: Node<'a>, name: &str) -> Option<Array<'a>> {
    node.get(name)?.as_array()
}

const NESTED: Types = Types::ARRAY.or(Types::OBJECT);
/// Schemas within schemas that are looked into.
const MAX_DEPTH: u32 = 16;
const MAX_SCHEMAS: u32 = 1000;
