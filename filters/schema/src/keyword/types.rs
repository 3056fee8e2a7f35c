//! `type` (2020-12 validation §6.1.1; one name only in OpenAPI 3.0) and 3.0's
//! `nullable`, which adds `null` to a `type` beside it and does nothing without
//! one (OpenAPI 3.0.3 §4.7.24.1).

use crate::document::{Compiler, Dialect};
use crate::validator::Types;
use tollgate_kit::config::{Members, Setting};
use tollgate_kit::json::Kind;

/// The types that a schema object admits.
pub fn types(members: &mut Members<'_>, compiler: &Compiler<'_>) -> Types {
    let written = members
        .optional("type")
        .and_then(|setting| match compiler.dialect {
            Dialect::V30 => one(setting),
            Dialect::V31 => one_or_more(setting),
        });
    let nullable = match compiler.dialect {
        Dialect::V30 => members
            .optional("nullable")
            .and_then(Setting::flag)
            .unwrap_or(false),
        Dialect::V31 => false,
    };
    match written {
        Some(types) if nullable => types.or(Types::NULL),
        Some(types) => types,
        None => Types::ALL,
    }
}

fn one_or_more(setting: Setting<'_>) -> Option<Types> {
    if setting.node.kind() != Kind::Array {
        return one_of(setting, Types::NAMES);
    }
    let list = setting.non_empty_list()?;
    let types = list
        .into_iter()
        .filter_map(|setting| one_of(setting, Types::NAMES));
    Some(types.fold(Types::NONE, Types::or))
}

/// 3.0 has no type `null`.
fn one(setting: Setting<'_>) -> Option<Types> {
    one_of(setting, Types::NAMES.get(1..).unwrap_or_default())
}

fn one_of(setting: Setting<'_>, names: &[(&'static str, Types)]) -> Option<Types> {
    setting.choice(names)
}
