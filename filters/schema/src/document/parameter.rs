//! Parameters (OpenAPI 3.1 §4.8.12) and header objects (§4.8.21).

use super::compiler::Compiler;
use super::content::reference_of;
use super::{reference, style};
use crate::media_type::MediaRange;
use crate::parameter::{Judged, Location, Parameter, Reading, Shape, Style};
use crate::validator::SchemaId;
use std::collections::BTreeMap;
use std::rc::Rc;
use tollgate_kit::config::{Members, Setting};

/// A parameter as operations share it.
pub(super) type Listed = Rc<Parameter>;

/// What was compiled already, by the pointer that led to it.
type Cache = BTreeMap<String, Option<Rc<Parameter>>>;

/// A `parameters` list, in which no parameter may be twice.
pub(super) fn list<'a>(
    setting: Setting<'a>,
    compiler: &mut Compiler<'a>,
    cache: &mut Cache,
) -> Vec<Listed> {
    let mut parameters: Vec<Listed> = Vec::new();
    for setting in setting.list().unwrap_or_default() {
        let at = setting.clone();
        let Some(parameter) = resolve(setting, compiler, cache) else {
            continue;
        };
        let same =
            |known: &Listed| known.location == parameter.location && known.name == parameter.name;
        if parameters.iter().any(same) {
            at.fault(format!("`{}` is in the list twice", parameter.label));
        }
        parameters.push(parameter);
    }
    parameters
}

/// A header field of a response; `None` also for those that say nothing.
pub(super) fn header<'a>(
    name: &str,
    setting: Setting<'a>,
    compiler: &mut Compiler<'a>,
) -> Option<Rc<Parameter>> {
    if name.eq_ignore_ascii_case("content-type") {
        return None;
    }
    let object = match reference_of(&setting) {
        Some(reference) => reference::resolve(&compiler.root, &reference)?.setting,
        None => setting,
    };
    let mut members = object.object()?;
    let parameter = rest(Location::Header, name, &mut members, compiler);
    members.finish_extensible();
    parameter.map(Rc::new)
}

/// Reads a parameter, or what a reference to one leads to.
fn resolve<'a>(
    setting: Setting<'a>,
    compiler: &mut Compiler<'a>,
    cache: &mut Cache,
) -> Option<Rc<Parameter>> {
    let Some(reference) = reference_of(&setting) else {
        return read(setting, compiler).map(Rc::new);
    };
    let target = reference::resolve(&compiler.root, &reference)?;
    if let Some(known) = cache.get(&target.pointer) {
        return known.clone();
    }
    let parameter = read(target.setting, compiler).map(Rc::new);
    cache.insert(target.pointer, parameter.clone());
    parameter
}

fn read<'a>(setting: Setting<'a>, compiler: &mut Compiler<'a>) -> Option<Parameter> {
    let mut members = setting.object()?;
    let location = members
        .required("in")
        .and_then(|setting| setting.choice(LOCATIONS));
    let name = members.required("name").and_then(Setting::text);
    let parameter = match (location, name) {
        (Some(location), Some(name)) => rest(location, &name, &mut members, compiler),
        (_, _) => return None,
    };
    members.finish_extensible();
    // These fields have a meaning of their own (OpenAPI 3.1 §4.8.12.1).
    let reserved = |parameter: &Parameter| {
        parameter.location == Location::Header
            && matches!(
                &*parameter.name,
                "accept" | "content-type" | "authorization"
            )
    };
    parameter.filter(|parameter| !reserved(parameter))
}

/// What parameters and header objects have in common.
fn rest<'a>(
    location: Location,
    name: &str,
    members: &mut Members<'a>,
    compiler: &mut Compiler<'a>,
) -> Option<Parameter> {
    for name in [
        "description",
        "deprecated",
        "example",
        "examples",
        "allowReserved",
    ] {
        members.optional(name);
    }
    let required = members
        .optional("required")
        .and_then(Setting::flag)
        .unwrap_or(false);
    if location == Location::Path && !required {
        members.fault("a path parameter is required, and says so with `required: true`");
    }
    let allow_empty = members
        .optional("allowEmptyValue")
        .and_then(Setting::flag)
        .unwrap_or(false);
    let (reading, judged, schema) = match members.optional("content") {
        Some(setting) => content(location, setting, members, compiler)?,
        None => value(location, members, compiler)?,
    };
    let name = match location {
        Location::Header => name.to_ascii_lowercase(),
        Location::Path | Location::Query | Location::Cookie => name.to_owned(),
    };
    Some(Parameter {
        location,
        label: format!("{}.{name}", location.word()).into(),
        name: name.into(),
        required,
        allow_empty: allow_empty && location == Location::Query,
        reading,
        judged,
        schema,
    })
}

/// A value in a style.
fn value<'a>(
    location: Location,
    members: &mut Members<'a>,
    compiler: &mut Compiler<'a>,
) -> Option<(Reading, Judged, SchemaId)> {
    let style = style::read(location, members, compiler);
    let setting = members.required("schema")?;
    let (reading, judged) = style::reading(location, style, &setting, compiler);
    Some((reading, judged, compiler.root_schema(setting)))
}

/// A value of a media type, the only one of `content`.
fn content<'a>(
    location: Location,
    setting: Setting<'a>,
    members: &mut Members<'a>,
    compiler: &mut Compiler<'a>,
) -> Option<(Reading, Judged, SchemaId)> {
    if members.optional("schema").is_some() {
        setting.fault("a parameter has `schema` or `content`, not both");
    }
    // Of no meaning beside `content`.
    for name in ["style", "explode"] {
        members.optional(name);
    }
    let types: Vec<_> = setting.clone().object()?.all().collect();
    let [(key, media_type)] = types.as_slice() else {
        return setting.expected("one media type");
    };
    let Some(range) = MediaRange::parse(key) else {
        return media_type.expected("a media type as its name");
    };
    let mut members = media_type.clone().object()?;
    for name in ["example", "examples", "encoding"] {
        members.optional(name);
    }
    let schema = members.optional("schema");
    members.finish_extensible();
    let reading = Reading {
        style: Style::Simple,
        explode: false,
        encoding: style::encoding(location),
        shape: Shape::ANY_SCALAR,
    };
    let judged = match (range.is_json(), &schema) {
        (true, _) => Judged::Json,
        (false, Some(schema)) if style::is_text(schema, compiler) => Judged::Value,
        (false, schema) => {
            let place = schema.as_ref().unwrap_or(media_type);
            place.warn(
                "a parameter of this media type is not judged, only that it is there",
                "describe it as JSON, or as a text",
            );
            Judged::Presence
        }
    };
    let schema = match schema {
        Some(setting) => compiler.root_schema(setting),
        None => compiler.anything(),
    };
    Some((reading, judged, schema))
}

const LOCATIONS: &[(&str, Location)] = &[
    ("path", Location::Path),
    ("query", Location::Query),
    ("header", Location::Header),
    ("cookie", Location::Cookie),
];
