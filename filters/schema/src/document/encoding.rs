//! How forms are read: the schema of the whole, and the encoding objects of single
//! properties (OpenAPI 3.1 §4.8.15).

use super::compiler::Compiler;
use super::field::{Look, Sort};
use super::{parameter, shape, style};
use crate::body::form::{FormField, FormPlan, Occurrence, Value};
use crate::media_type::{Kind, MediaRange};
use crate::parameter::{Location, Shape};
use crate::validator::{SchemaId, Types};
use std::collections::BTreeMap;
use tollgate_kit::config::{Members, Setting};

/// What a form may come as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comes {
    /// In parts, of which each is a value: a style has no meaning.
    InParts,
    /// As pairs of names and values, too.
    AsPairs,
}

/// The plan of a form, whose schema was compiled already; `None`, with a warning,
/// where an encoding makes of it what can't be read.
pub(super) fn form<'a>(
    id: SchemaId,
    schema: &Setting<'a>,
    encoding: Option<Setting<'a>>,
    comes: Comes,
    compiler: &mut Compiler<'a>,
) -> Option<FormPlan> {
    let node = schema.node;
    let mut look = Look::new(compiler);
    let mut fields = BTreeMap::new();
    for name in look.names(node) {
        let sort = look.member(node, name);
        let elements = look.elements(node, Some(name));
        fields.insert(Box::from(name), field(sort, elements));
    }
    let (others, elements) = (look.others(node), look.elements(node, None));
    let others = field(others, elements);
    let shapes = shape::of(schema, compiler);
    let mut readable = true;
    let encodings = encoding.and_then(Setting::object);
    for (name, setting) in encodings.into_iter().flat_map(Members::all) {
        let field = fields.entry(Box::from(name));
        let field = field.or_insert_with(|| others.clone());
        let shape = shapes
            .members
            .as_deref()
            .and_then(|members| members.get(name));
        readable &= encode(field, &setting, compiler);
        if comes == Comes::AsPairs && is_styled(&setting) {
            readable &= restyle(field, shape, setting, compiler);
        }
    }
    readable.then_some(FormPlan {
        schema: id,
        fields,
        others,
    })
}

/// A field that no encoding object speaks of.
fn field(sort: Sort, elements: Sort) -> FormField {
    let others = sort.types.without(Types::ARRAY.or(Types::NULL));
    let (occurrence, one) = match sort.types.meet(Types::ARRAY) {
        true if others.is_empty() => (Occurrence::List, elements),
        true => (Occurrence::Any, sort),
        false => (Occurrence::Once, sort),
    };
    FormField {
        occurrence,
        value: one.value(),
        shape: Shape::scalar(one.scalars()),
        reading: None,
        types: Vec::new(),
        headers: Vec::new(),
    }
}

/// Reads an encoding object; false for one of values that can't be read.
fn encode<'a>(field: &mut FormField, setting: &Setting<'a>, compiler: &mut Compiler<'a>) -> bool {
    let Some(mut members) = setting.clone().object() else {
        return true;
    };
    let mut readable = true;
    if let Some(setting) = members.optional("contentType") {
        field.types = types(&setting);
        if field.value == Value::Json && field.types.iter().any(is_unread) {
            setting.warn(
                "an object that is not JSON can not be read: the form is not enforced",
                "objects are judged as `application/json`",
            );
            readable = false;
        }
    }
    for name in STYLED {
        members.optional(name);
    }
    let headers = members.optional("headers").and_then(Setting::object);
    field.headers = headers
        .into_iter()
        .flat_map(Members::all)
        .filter_map(|(name, setting)| parameter::header(name, setting, compiler))
        .collect();
    members.finish_extensible();
    readable
}

/// Whether the style of an encoding object counts.
fn is_styled(setting: &Setting<'_>) -> bool {
    STYLED.iter().any(|name| setting.node.get(name).is_some())
}

/// Reads the style of an encoding object; false where values have no form in it.
fn restyle<'a>(
    field: &mut FormField,
    shape: Option<&Shape>,
    setting: Setting<'a>,
    compiler: &Compiler<'a>,
) -> bool {
    let shape = shape.cloned().unwrap_or(Shape::TEXT);
    let place = setting.clone();
    if let Some(mut members) = setting.object() {
        let style = style::read(Location::Query, &mut members, compiler);
        field.reading = style::fitting(Location::Query, style, shape);
    }
    if field.reading.is_none() {
        place.warn(
            "values of this property have no defined form in the style: the form is not enforced",
            "describe it by `contentType: application/json`, or as `deepObject`",
        );
    }
    field.reading.is_some()
}

/// A list of media types and ranges.
fn types(setting: &Setting<'_>) -> Vec<MediaRange> {
    let text = setting.clone().text().unwrap_or_default();
    let mut types = Vec::new();
    for part in text.split(',') {
        match MediaRange::parse(part) {
            Some(range) => types.push(range),
            None => setting.fault("expected media types, `type/*` or `*/*`, between commas"),
        }
    }
    types
}

/// Any of these makes the style count in a form that is urlencoded (OpenAPI 3.1.1
/// §4.8.15.1.2).
const STYLED: &[&str] = &["style", "explode", "allowReserved"];

/// Whether it names what an object can't be read from.
fn is_unread(range: &MediaRange) -> bool {
    range.kind().is_some_and(|kind| kind != Kind::Json) && !range.is_plain()
}
