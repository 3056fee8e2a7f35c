//! `$id`, `$anchor`, `$dynamicAnchor` (2020-12 core §8.2) and draft 4's `id`: names
//! for `$ref`, which the document is searched for before schemas are compiled.

use crate::document::{Compiler, Dialect};
use crate::validator::Rule;
use tollgate_kit::config::{Members, Setting};

/// The identifiers, as far as they can be wrong by themselves.
pub fn family<'a>(members: &mut Members<'a>, compiler: &mut Compiler<'a>, _rules: &mut Vec<Rule>) {
    if compiler.dialect == Dialect::V30 {
        members.optional("id").and_then(Setting::text);
        return;
    }
    if let Some(setting) = members.optional("$id")
        && let Some(text) = setting.clone().text()
        && text
            .split_once('#')
            .is_some_and(|(_, name)| !name.is_empty())
    {
        setting.fault_with_hint(
            "an identifier has no fragment",
            "name the place in it by `$anchor`",
        );
    }
    for name in ["$anchor", "$dynamicAnchor"] {
        members.optional(name).and_then(Setting::text);
    }
}
