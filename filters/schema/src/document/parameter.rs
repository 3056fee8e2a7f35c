//! Parameters (OpenAPI 3.1 §4.8.12) and header objects (§4.8.21). Enforced are
//! the styles `simple` and `form` with primitives and arrays of them.

use super::compiler::Compiler;
use super::content::reference_of;
use super::{reference, shape};
use crate::parameter::{Explode, Location, Parameter, Shape};
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
        Some(reference) => reference::follow(&compiler.root, &reference)?.setting,
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
    let target = reference::follow(&compiler.root, &reference)?;
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
    let explode = style(location, members);
    let (shape, schema) = value(location, explode, members, compiler)?;
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
        explode,
        shape,
        schema,
    })
}

/// What the text can be, and the schema of that.
fn value<'a>(
    location: Location,
    explode: Explode,
    members: &mut Members<'a>,
    compiler: &mut Compiler<'a>,
) -> Option<(Shape, SchemaId)> {
    if let Some(setting) = members.optional("content") {
        setting.fault("parameters with `content` are not enforced; describe it by `schema`");
        return None;
    }
    let setting = members.required("schema")?;
    let shape = shape::of(&setting, compiler)?;
    if location == Location::Cookie && explode == Explode::Yes && matches!(shape, Shape::Array(_)) {
        setting.fault("an exploded array has no form in a cookie; use `explode: false`");
    }
    Some((shape, compiler.root_schema(setting)))
}

/// Whether each element of an array is a parameter by itself.
fn style(location: Location, members: &mut Members<'_>) -> Explode {
    let enforced = match location {
        Location::Path | Location::Header => "simple",
        Location::Query | Location::Cookie => "form",
    };
    if let Some(setting) = members.optional("style")
        && setting.node.as_str() != Some(enforced)
    {
        setting.fault(format!("only the style `{enforced}` is enforced here"));
    }
    let explode = members.optional("explode").and_then(Setting::flag);
    match explode.unwrap_or(enforced == "form") {
        true => Explode::Yes,
        false => Explode::No,
    }
}

const LOCATIONS: &[(&str, Location)] = &[
    ("path", Location::Path),
    ("query", Location::Query),
    ("header", Location::Header),
    ("cookie", Location::Cookie),
];
