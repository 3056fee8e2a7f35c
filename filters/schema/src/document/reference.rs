//! References within the document: those of OpenAPI's objects (3.1 §4.8.23, RFC
//! 6901 §6), and those of schemas, which identifiers can move and name (2020-12 core
//! §8.2.3).

use super::dialect::Dialect;
use super::resources::Resources;
use super::uri;
use tollgate_kit::config::{Setting, member_path};
use tollgate_kit::json::{Node, Value, unescape_token};
use tollgate_kit::path::percent_decode;

/// What a `$ref` names, and the pointer to it.
pub(super) struct Target<'a> {
    pub(super) pointer: String,
    pub(super) setting: Setting<'a>,
}

/// What the text of a `$ref` leads to in the end, where references stand for
/// objects as a whole; `None` after a fault.
pub(super) fn resolve<'a>(root: &Setting<'a>, reference: &Setting<'a>) -> Option<Target<'a>> {
    let mut target = follow(root, reference)?;
    for _ in 0..MAX_HOPS {
        let next = target.setting.node.get("$ref");
        let Some(next) = next else {
            return Some(target);
        };
        let path = member_path(&target.setting.path, "$ref");
        target = follow(root, &Setting::root(next, &path, root.faults()))?;
    }
    reference.fault("leads back to itself");
    None
}

/// References that lead to references; more than any document has.
pub(super) const MAX_HOPS: usize = 32;

/// Follows the text of a `$ref`; `None` after a fault.
pub(super) fn follow<'a>(root: &Setting<'a>, reference: &Setting<'_>) -> Option<Target<'a>> {
    let Some(text) = reference.node.as_str() else {
        return reference.expected("a text");
    };
    let Some(fragment) = text.strip_prefix('#') else {
        reference.fault_with_hint(
            format!("{text:?} lies outside of the document"),
            "put it below `components` of this document; other files are not read",
        );
        return None;
    };
    let pointer = String::from_utf8(percent_decode(fragment.as_bytes())).unwrap_or_default();
    if !pointer.is_empty() && !pointer.starts_with('/') {
        reference.fault(format!(
            "{text:?} is no JSON pointer; anchors are not followed"
        ));
        return None;
    }
    let Some(setting) = locate(root, &pointer) else {
        reference.fault(format!("{text:?} names nothing in the document"));
        return None;
    };
    Some(Target { pointer, setting })
}

/// What a reference of a schema names.
pub(super) struct Found<'a> {
    pub(super) place: Setting<'a>,
    /// The name, where it is a dynamic anchor's.
    pub(super) dynamic: Option<String>,
}

/// Why a reference of a schema names nothing.
pub(super) enum Missing {
    /// No resource has the URI.
    Resource,
    /// The resource with this URI has nothing of that name.
    Place(String),
    /// Several resources or places have the name.
    Ambiguous,
}

/// What `text` names where it stands at `from`.
pub(super) fn find<'a>(
    resources: &Resources<'a>,
    dialect: Dialect,
    text: &str,
    from: Node<'a>,
) -> Result<Found<'a>, Missing> {
    let (reference, fragment) = text.split_once('#').unwrap_or((text, ""));
    let mut index = resources.around(from);
    if !reference.is_empty() {
        let base = resources.get(index).map_or("", |resource| resource.uri());
        let found = resources.by_uri(&uri::resolve(base, reference));
        let found = found.map_err(|()| Missing::Ambiguous)?;
        index = found.ok_or(Missing::Resource)?;
    }
    let resource = resources.get(index).ok_or(Missing::Resource)?;
    let fragment = String::from_utf8(percent_decode(fragment.as_bytes())).unwrap_or_default();
    let missing = || Missing::Place(resource.uri().to_owned());
    if fragment.is_empty() || fragment.starts_with('/') {
        let place = locate(&resource.root, &fragment);
        // 3.0 knows no identifiers: a pointer may well be meant from the document.
        let document = || match dialect {
            Dialect::V30 => locate(&resources.get(0)?.root, &fragment),
            Dialect::V31 => None,
        };
        let place = place.or_else(document).ok_or_else(missing)?;
        return Ok(Found {
            place,
            dynamic: None,
        });
    }
    let anchor = resource.anchor(&fragment);
    let anchor = anchor
        .map_err(|()| Missing::Ambiguous)?
        .ok_or_else(missing)?;
    Ok(Found {
        place: anchor.place.clone(),
        dynamic: anchor.is_dynamic.then_some(fragment),
    })
}

impl Missing {
    /// Reports it of the reference with that text.
    pub(super) fn report(&self, text: &str, reference: &Setting<'_>) {
        match self {
            Self::Resource => reference.fault_with_hint(
                format!("{text:?} lies outside of the document"),
                "put it below `components` of this document; other files are not read",
            ),
            Self::Place(uri) if uri.is_empty() => {
                reference.fault(format!("{text:?} names nothing in the document"));
            }
            Self::Place(uri) => reference.fault_with_hint(
                format!("{text:?} names nothing in the document"),
                format!("it is looked for in the schema with the identifier {uri:?}"),
            ),
            Self::Ambiguous => {
                reference.fault(format!("{text:?} names several schemas of the document"));
            }
        }
    }
}

/// The place that a pointer names.
fn locate<'a>(root: &Setting<'a>, pointer: &str) -> Option<Setting<'a>> {
    let mut node = root.node;
    let mut path = root.path.clone();
    for token in pointer.split('/').skip(1) {
        let token = unescape_token(token);
        match node.value() {
            Value::Object(object) => {
                node = object.get(&token)?;
                path = member_path(&path, &token);
            }
            Value::Array(array) => {
                let index = token.parse::<usize>().ok()?;
                node = array.get(index)?;
                path = format!("{path}[{index}]");
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => return None,
        }
    }
    Some(Setting::root(node, &path, root.faults()))
}
