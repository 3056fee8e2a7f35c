//! `style` and `explode`, and whether a schema's values have a form in them
//! (OpenAPI 3.1.1 §4.8.12.3).

use super::compiler::Compiler;
use super::shape;
use crate::parameter::{Judged, Location, Members as Shapes, Reading, Shape, Style};
use tollgate_kit::config::{Members, Setting};
use tollgate_kit::pairs::Encoding;

/// The style of a parameter, and whether it is exploded.
pub(super) fn read(
    location: Location,
    members: &mut Members<'_>,
    compiler: &Compiler<'_>,
) -> (Style, bool) {
    let label = Style::Label {
        delimiter: compiler.label_delimiter,
    };
    let styles: &[(&str, Style)] = match location {
        Location::Path => &[
            ("simple", Style::Simple),
            ("label", label),
            ("matrix", Style::Matrix),
        ],
        Location::Header => &[("simple", Style::Simple)],
        Location::Cookie => &[("form", Style::Form)],
        Location::Query => &[
            ("form", Style::Form),
            ("spaceDelimited", Style::SpaceDelimited),
            ("pipeDelimited", Style::PipeDelimited),
            ("deepObject", Style::DeepObject),
        ],
    };
    let written = members.optional("style");
    let style = written.and_then(|setting| choose(&setting, styles));
    let default = match location {
        Location::Path | Location::Header => Style::Simple,
        Location::Query | Location::Cookie => Style::Form,
    };
    let style = style.unwrap_or(default);
    let explode = members.optional("explode").and_then(Setting::flag);
    (style, explode.unwrap_or(style == Style::Form))
}

fn choose(setting: &Setting<'_>, styles: &[(&str, Style)]) -> Option<Style> {
    let text = setting.node.as_str().unwrap_or_default();
    let known = styles.iter().find(|(name, _)| *name == text);
    if known.is_none() {
        let names: Vec<String> = styles.iter().map(|(name, _)| format!("`{name}`")).collect();
        setting.fault(format!("the styles here are {}", names.join(", ")));
    }
    known.map(|(_, style)| *style)
}

/// How values of a schema are read in a style. Where none of them has a form, that
/// is warned of.
pub(super) fn reading<'a>(
    location: Location,
    (style, explode): (Style, bool),
    schema: &Setting<'a>,
    compiler: &Compiler<'a>,
) -> (Reading, Judged) {
    let shape = shape::of(schema, compiler);
    if let Some(reading) = fitting(location, (style, explode), shape.clone()) {
        return (reading, Judged::Value);
    }
    schema.warn(
        format!(
            "values of this schema have no defined form in the style `{}`: the \
             parameter is not judged, only that it is there",
            style.word()
        ),
        match location {
            Location::Query => {
                "describe it by `content` with `application/json`, or as `deepObject`"
            }
            Location::Path | Location::Header | Location::Cookie => {
                "describe it by `content` with `application/json`"
            }
        },
    );
    let reading = Reading {
        style,
        explode,
        encoding: encoding(location),
        shape,
    };
    (reading, Judged::Presence)
}

/// How values of some shapes are read in a style; `None` where none has a form.
pub(super) fn fitting(
    location: Location,
    (style, explode): (Style, bool),
    shape: Shape,
) -> Option<Reading> {
    let mut reading = Reading {
        style,
        explode,
        encoding: encoding(location),
        shape,
    };
    restrict(&mut reading).then_some(reading)
}

/// Leaves the shapes that have a form in the style; whether there are any.
fn restrict(reading: &mut Reading) -> bool {
    let (style, explode) = (reading.style, reading.explode);
    if style == Style::DeepObject {
        return true;
    }
    let delimited = matches!(style, Style::SpaceDelimited | Style::PipeDelimited);
    let member =
        |shape: &Shape| shape.is_scalar() || (style == Style::Form && explode && shape.is_list());
    let object = |members: &Shapes| {
        let named = members.named.iter().map(|(_, shape)| shape);
        !(delimited && explode) && named.chain(&members.others).all(member)
    };
    let shape = &reading.shape;
    let items = shape.is_list();
    let members = shape.members.as_deref().is_some_and(object);
    if !shape.is_scalar() && !items && !members {
        return false;
    }
    let shape = &mut reading.shape;
    shape.items = shape.items.take().filter(|_| items);
    shape.members = shape.members.take().filter(|_| members);
    true
}

/// What is behind the percent signs of a location.
pub(super) const fn encoding(location: Location) -> Encoding {
    match location {
        Location::Path | Location::Cookie => Encoding::Percent,
        Location::Query => Encoding::Form,
        Location::Header => Encoding::Plain,
    }
}

/// Whether a schema's values are texts.
pub(super) fn is_text<'a>(schema: &Setting<'a>, compiler: &Compiler<'a>) -> bool {
    shape::of(schema, compiler) == Shape::TEXT
}
