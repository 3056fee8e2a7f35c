//! `type` (2020-12 validation §6.1.1; a list and `null`, which OpenAPI 3.0 hasn't
//! but draft 4 has, are enforced in 3.0 too) and 3.0's `nullable`, which adds `null` to a `type` beside it and does nothing without
//! one (OpenAPI 3.0.3 §4.7.24.1).

use crate::document::{Compiler, Dialect};
use crate::validator::Types;
use tollgate_kit::config::{Members, Setting};
use tollgate_kit::json::Kind;

/// The types that a schema object admits.
pub fn types(members: &mut Members<'_>, compiler: &Compiler<'_>) -> Types {
    let written = members.optional("type").and_then(one_or_more);
    let nullable = compiler.dialect == Dialect::V30
        && members.optional("nullable").and_then(Setting::flag) == Some(true);
    match written {
        Some(types) if nullable => types.or(Types::NULL),
        Some(types) => types,
        None => Types::ALL,
    }
}

fn one_or_more(setting: Setting<'_>) -> Option<Types> {
    if setting.node.kind() != Kind::Array {
        return setting.choice(Types::NAMES);
    }
    let list = setting.non_empty_list()?;
    let types = list
        .into_iter()
        .filter_map(|setting| setting.choice(Types::NAMES));
    Some(types.fold(Types::NONE, Types::or))
}
