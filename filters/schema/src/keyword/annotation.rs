//! Keywords that refuse no value: they are known, and that is all. A
//! `discriminator` is one of them, as it must not change whether a value is valid
//! (OpenAPI 3.1.1 §4.8.25).

use crate::document::{Compiler, Dialect};
use crate::validator::Rule;
use tollgate_kit::config::Members;

/// Looks at the annotations.
pub fn family<'a>(members: &mut Members<'a>, compiler: &mut Compiler<'a>, _rules: &mut Vec<Rule>) {
    for name in ANNOTATIONS {
        members.optional(name);
    }
    if let Some(discriminator) = members
        .optional("discriminator")
        .and_then(|setting| setting.object())
    {
        let mut discriminator = discriminator;
        discriminator.required("propertyName");
        discriminator.optional("mapping");
        discriminator.finish_extensible();
    }
    if let Some(setting) = members.optional("$schema") {
        compiler.expect_dialect(&setting);
    }
    if compiler.dialect == Dialect::V30 {
        return;
    }
    for name in ANNOTATIONS_31 {
        members.optional(name);
    }
}

/// `readOnly` and `writeOnly` are read where a property is compiled; `definitions`
/// holds schemas for `$ref`.
const ANNOTATIONS: &[&str] = &[
    "$comment",
    "definitions",
    "title",
    "description",
    "default",
    "deprecated",
    "example",
    "externalDocs",
    "xml",
    "readOnly",
    "writeOnly",
];

/// `$defs` holds schemas as well; `$vocabulary` is read where `$schema` leads to it; `content…` annotates (2020-12 validation §8).
const ANNOTATIONS_31: &[&str] = &[
    "$vocabulary",
    "$defs",
    "contentEncoding",
    "contentMediaType",
    "contentSchema",
    "examples",
];
