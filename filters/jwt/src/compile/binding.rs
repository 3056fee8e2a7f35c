//! `require.binding`: what claims must have in common with the request.

use super::condition::claim_path;
use super::rule::scope;
use crate::binding::{Binding, Part, Relation};
use tollgate_kit::config::{Setting, is_token};
use tollgate_kit::template::Template;

/// Reads the list; `path` is the rule's template.
pub(super) fn bindings(setting: Setting<'_>, path: Option<&Template>) -> Vec<Binding> {
    let list = setting.non_empty_list().unwrap_or_default();
    list.into_iter()
        .filter_map(|setting| binding(setting, path))
        .collect()
}

fn binding(setting: Setting<'_>, path: Option<&Template>) -> Option<Binding> {
    let mut members = setting.object()?;
    let claim = members.required("claim").and_then(claim_path);
    let (equals, contains) = (members.optional("equals"), members.optional("contains"));
    let (relation, with) = match (equals, contains) {
        (Some(setting), None) => (Relation::Equals, part(setting, path)),
        (None, Some(setting)) => (Relation::Contains, part(setting, path)),
        (Some(_), Some(_)) => {
            members.fault("both `equals` and `contains` are there; keep one");
            (Relation::Equals, None)
        }
        (None, None) => {
            members.fault("neither `equals` nor `contains` is there; one is needed");
            (Relation::Equals, None)
        }
    };
    let mut unless = None;
    if let Some(mut members) = members.optional("unless").and_then(Setting::object) {
        let scopes = members.required("scopes");
        unless = scopes.and_then(|setting| setting.each(scope));
        members.finish();
    }
    members.finish();
    Some(Binding {
        claim: claim?,
        relation,
        part: with?,
        unless: unless.unwrap_or_default(),
    })
}

/// `path.NAME`, `query.NAME`, `header.NAME` or `host`.
fn part(setting: Setting<'_>, path: Option<&Template>) -> Option<Part> {
    let here = setting.clone();
    let text = setting.text()?;
    let (kind, name) = text.split_once('.').unwrap_or((&text, ""));
    match (kind, name) {
        ("host", "") if text == "host" => Some(Part::Host),
        ("path", name) if !name.is_empty() => {
            let names: Vec<&str> = path
                .iter()
                .flat_map(|path| path.names())
                .map(|name| &**name)
                .collect();
            if !names.contains(&name) {
                here.fault_with_hint(
                    format!("the rule's `match.path` has no parameter `{name}`"),
                    match names.as_slice() {
                        [] => format!("write `{{{name}}}` where it stands in `match.path`"),
                        names => format!("it has: {}", names.join(", ")),
                    },
                );
            }
            Some(Part::Path(name.to_owned()))
        }
        ("query", name) if !name.is_empty() => Some(Part::Query(name.to_owned())),
        ("header", name) if !name.is_empty() && name.bytes().all(is_token) => {
            Some(Part::Header(name.to_ascii_lowercase().into()))
        }
        _ => here.expected("`path.NAME`, `query.NAME`, `header.NAME` or `host`"),
    }
}
