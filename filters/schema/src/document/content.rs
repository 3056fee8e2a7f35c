//! Request bodies and media types (OpenAPI 3.1 §4.8.13, §4.8.14): which bodies are
//! read, and by what they are judged. One that the document says nothing about
//! passes unread, and with a warning one that it says nothing enforceable about.

use super::compiler::Compiler;
use super::encoding::Comes;
use super::field::Look;
use super::{encoding, reference, shape};
use crate::api::{Content, Handling, Media, RequestBody};
use crate::body::BodyPlan;
use crate::body::form::FormPlan;
use crate::media_type::{Kind, MediaRange};
use crate::validator::{SchemaId, Types};
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
    let mut types: Vec<(MediaRange, Media)> = Vec::new();
    for (key, setting) in setting.object().into_iter().flat_map(Members::all) {
        let Some(range) = MediaRange::parse(key) else {
            setting.fault("expected a media type, `type/*` or `*/*`");
            continue;
        };
        if types.iter().any(|(known, _)| *known == range) {
            setting.fault("the media type is there twice; its parameters select nothing");
            continue;
        }
        let media = media(setting, key, &range, compiler);
        types.push((range, media));
    }
    Content { types }
}

/// A media type object.
fn media<'a>(
    setting: Setting<'a>,
    key: &str,
    range: &MediaRange,
    compiler: &mut Compiler<'a>,
) -> Media {
    let Some(mut members) = setting.object() else {
        return Media::default();
    };
    for name in ["example", "examples"] {
        members.optional(name);
    }
    let mut described = Described {
        encoding: members.optional("encoding"),
        schema: members.optional("schema"),
        comes: match range.may_be(Kind::Form) {
            true => Comes::AsPairs,
            false => Comes::InParts,
        },
        id: None,
        form: None,
    };
    members.finish_extensible();
    // Nothing is ever said of a stream.
    let is_read = range.streams().is_none() || described.says_nothing(compiler);
    let mut handling = |kind| match is_read && range.may_be(kind) {
        true => described.handling(kind, compiler),
        false => None,
    };
    let media = Media {
        json: handling(Kind::Json),
        form: handling(Kind::Form),
        multipart: handling(Kind::Multipart),
        text: handling(Kind::Text),
        binary: handling(Kind::Binary),
    };
    match (range.kind(), &described.schema) {
        (Some(kind), Some(schema)) if media.of(kind).is_none() => {
            schema.warn(
                format!("the schema of `{key}` is not enforced: such a body passes unread"),
                "JSON and forms are judged by any schema, other bodies as a string",
            );
            media.passing(kind)
        }
        (_, _) => media,
    }
}

/// What a media type object says; its schema is compiled once for all kinds.
struct Described<'a> {
    schema: Option<Setting<'a>>,
    /// It is about forms, and ignored elsewhere.
    encoding: Option<Setting<'a>>,
    comes: Comes,
    id: Option<SchemaId>,
    /// `None` inside where the schema or the encoding makes no form that can be read.
    form: Option<Option<Rc<FormPlan>>>,
}

impl<'a> Described<'a> {
    /// What becomes of a body of some kind; `None` where the schema can't be applied.
    fn handling(&mut self, kind: Kind, compiler: &mut Compiler<'a>) -> Option<Handling> {
        let plan = match kind {
            Kind::Json => BodyPlan::Json(self.id(compiler)),
            _ if self.says_nothing(compiler) => return Some(Handling::Pass),
            Kind::Form => BodyPlan::Form(self.form(compiler)?),
            Kind::Multipart => BodyPlan::Multipart(self.form(compiler)?),
            Kind::Text | Kind::Binary => self.string(kind, compiler)?,
        };
        Some(Handling::Judge(compiler.body(plan)))
    }

    /// Whether any body will do that isn't JSON.
    fn says_nothing(&self, compiler: &Compiler<'a>) -> bool {
        match &self.schema {
            Some(schema) => compiler.resolved(schema.node).is_some_and(says_nothing),
            None => true,
        }
    }

    fn string(&mut self, kind: Kind, compiler: &mut Compiler<'a>) -> Option<BodyPlan> {
        let node = self.schema.as_ref()?.node;
        let types = shape::types(node, compiler).without(Types::ARRAY.or(Types::OBJECT));
        let is_binary = kind == Kind::Binary || Look::new(compiler).is_binary(node);
        match is_binary {
            true if types.meet(Types::STRING) => self.id(compiler).map(BodyPlan::Binary),
            false if !types.is_empty() => Some(BodyPlan::Text(self.id(compiler)?, types)),
            true | false => None,
        }
    }

    fn form(&mut self, compiler: &mut Compiler<'a>) -> Option<Rc<FormPlan>> {
        if self.form.is_none() {
            let schema = self.schema.clone()?;
            let form = match shape::types(schema.node, compiler).meet(Types::OBJECT) {
                true => {
                    let id = self.id(compiler)?;
                    encoding::form(id, &schema, self.encoding.take(), self.comes, compiler)
                }
                false => None,
            };
            self.form = Some(form.map(Rc::new));
        }
        self.form.clone()?
    }

    fn id(&mut self, compiler: &mut Compiler<'a>) -> Option<SchemaId> {
        if self.id.is_none() {
            self.id = self
                .schema
                .clone()
                .map(|schema| compiler.root_schema(schema));
        }
        self.id
    }
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
