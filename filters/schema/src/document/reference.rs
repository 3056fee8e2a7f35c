//! References within the document (OpenAPI 3.1 §4.8.23, RFC 6901 §6).

use tollgate_kit::config::{Setting, member_path};
use tollgate_kit::json::Value;
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

/// The place that a pointer names.
fn locate<'a>(root: &Setting<'a>, pointer: &str) -> Option<Setting<'a>> {
    let mut node = root.node;
    let mut path = root.path.clone();
    for token in pointer.split('/').skip(1) {
        let token = token.replace("~1", "/").replace("~0", "~");
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
