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
    let types = possible(setting, compiler, MAX_DEPTH);
    let scalars = types.without(NESTED);
    if types == Types::ALL || !types.meet(NESTED) {
        return Some(Shape::Primitive(scalars));
    }
    if types.without(Types::ARRAY.or(Types::NULL)).is_empty() {
        let elements = elements(setting, compiler);
        if elements == Types::ALL || !elements.meet(NESTED) {
            return Some(Shape::Array(elements.without(NESTED)));
        }
    }
    setting.fault("only parameters that are primitives or arrays of primitives are enforced");
    None
}

/// No fewer types than the schema's values can have.
fn possible<'a>(setting: &Setting<'a>, compiler: &Compiler<'a>, depth: u32) -> Types {
    let Some(depth) = depth.checked_sub(1) else {
        return Types::ALL;
    };
    let Some(node) = compiler.resolved(setting) else {
        return Types::ALL;
    };
    let at = |node| Setting::root(node, "", setting.faults());
    let all = |list: Array<'a>| list.into_iter().map(at).fold(Types::ALL, |types, part| types.and(possible(&part, compiler, depth)));
    let any = |list: Array<'a>| list.into_iter().map(at).fold(Types::NONE, |types, part| types.or(possible(&part, compiler, depth)));
    let mut types = own(node, compiler.dialect);
    if let Some(list) = array(node, "allOf") {
        types = types.and(all(list));
    }
    for list in [array(node, "anyOf"), array(node, "oneOf")].into_iter().flatten() {
        types = types.and(any(list));
    }
    types
}

/// What `type`, or else the listed values, say.
fn own(node: Node<'_>, dialect: Dialect) -> Types {
    let named = |node: Node<'_>| {
        let name = node.as_str().unwrap_or_default();
        Types::NAMES.iter().find(|(known, _)| *known == name).map_or(Types::NONE, |(_, types)| *types)
    };
    let types = match node.get("type") {
        Some(list) if list.as_array().is_some() => list.as_array().into_iter().flatten().map(named).fold(Types::NONE, Types::or),
        Some(name) => named(name),
        None => match array(node, "enum") {
            Some(values) => values.into_iter().map(|value| Types::of(value.kind())).fold(Types::NONE, Types::or),
            None => node.get("const").map_or(Types::ALL, |value| Types::of(value.kind())),
        },
    };
    match node.get("nullable").and_then(Node::as_bool) {
        Some(true) if dialect == Dialect::V30 => types.or(Types::NULL),
        Some(_) | None => types,
    }
}

fn elements<'a>(setting: &Setting<'a>, compiler: &Compiler<'a>) -> Types {
    let items = compiler.resolved(setting).and_then(|node| node.get("items"));
    items.map_or(Types::ALL, |node| possible(&Setting::root(node, "", setting.faults()), compiler, MAX_DEPTH))
}

fn array<'a>(node: Node<'a>, name: &str) -> Option<Array<'a>> {
    node.get(name)?.as_array()
}

const NESTED: Types = Types::ARRAY.or(Types::OBJECT);
/// Schemas within schemas that are looked into.
const MAX_DEPTH: u32 = 16;
