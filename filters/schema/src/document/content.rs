//! Request bodies and media types (OpenAPI 3.1 §4.8.13, §4.8.14). JSON is what is
//! enforced; another media type passes unread where the document says nothing of
//! what is in it, and is a fault where it does.

use super::compiler::Compiler;
use super::reference;
use crate::api::{Content, RequestBody};
use crate::media_type::MediaRange;
use crate::validator::SchemaId;
use std::collections::BTreeMap;
use std::rc::Rc;
use tollgate_kit::config::{Members, Setting};
use tollgate_kit::json::Node;

/// A request body, or what a reference to one leads to.
pub(super) fn request_body<'a>(
    setting: Setting<'a>,
    compiler: &mut Compiler<'a>,
    cache: &mut BTreeMap<String, Option<Rc<RequestBody>>>,
) -> Option<Rc<RequestBody>> {
    let Some(reference) = reference_of(&setting) else {
        return read(setting, compiler).map(Rc::new);
    };
    let target = reference::resolve(&compiler.root, &reference)?;
    if let Some(known) = cache.get(&target.pointer) {
        return known.clone();
    }
    let body = read(target.setting, compiler).map(Rc::new);
    cache.insert(target.pointer, body.clone());
    body
}

fn read<'a>(setting: Setting<'a>, compiler: &mut Compiler<'a>) -> Option<RequestBody> {
    let mut members = setting.object()?;
    members.optional("description");
    let required = members
        .optional("required")
        .and_then(Setting::flag)
        .unwrap_or(false);
    let content = members
        .required("content")
        .map(|setting| content(setting, compiler));
    members.finish_extensible();
    Some(RequestBody {
        required,
        content: content?,
    })
}

/// A `content` map.
pub(super) fn content<'a>(setting: Setting<'a>, compiler: &mut Compiler<'a>) -> Content {
    let mut types: Vec<(MediaRange, Option<SchemaId>)> = Vec::new();
    for (key, setting) in setting.object().into_iter().flat_map(Members::all) {
        let Some(range) = MediaRange::parse(key) else {
            setting.fault("expected a media type, `type/*` or `*/*`");
            continue;
        };
        if types.iter().any(|(known, _)| *known == range) {
            setting.fault("the media type is there twice; its parameters select nothing");
            continue;
        }
        let schema = media_type(setting, &range, compiler);
        types.push((range, schema));
    }
    Content { types }
}

fn media_type<'a>(
    setting: Setting<'a>,
    range: &MediaRange,
    compiler: &mut Compiler<'a>,
) -> Option<SchemaId> {
    let mut members = setting.object()?;
    for name in ["example", "examples"] {
        members.optional(name);
    }
    if range.is_json() {
        // It is about forms, and ignored elsewhere.
        members.optional("encoding");
    } else if let Some(setting) = members.optional("encoding") {
        setting.fault("the encoding of forms is not enforced");
    }
    let schema = members.optional("schema");
    members.finish_extensible();
    let setting = schema?;
    if range.may_be_json() {
        return Some(compiler.root_schema(setting));
    }
    let says_nothing = compiler.resolved(setting.node).is_some_and(says_nothing);
    if !says_nothing {
        setting.fault_with_hint(
            "the schema of a media type other than JSON is not enforced",
            "without a schema, or with `type: string` alone, the body passes unread",
        );
    }
    None
}

/// Whether every text fits a schema.
fn says_nothing(schema: Node<'_>) -> bool {
    let silent = |(name, value): (&str, Node<'_>)| match name {
        "type" => value.as_str() == Some("string"),
        "format" => value.as_str() == Some("binary"),
        "title" | "description" | "example" | "examples" | "default" | "deprecated"
        | "contentMediaType" | "contentEncoding" => true,
        other => other.starts_with("x-"),
    };
    match schema.as_object() {
        Some(object) => object.iter().all(silent),
        None => schema.as_bool() == Some(true),
    }
}

/// The `$ref` of an object that is a reference.
pub(super) fn reference_of<'a>(setting: &Setting<'a>) -> Option<Setting<'a>> {
    setting.node.get("$ref")?;
    setting.clone().object()?.optional("$ref")
}
