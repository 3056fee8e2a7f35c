//! The keywords of schema objects: one small file each, or one for a few that
//! only mean something together.
//!
//! A family reads its members of a schema object and gives the rules that they
//! make. What no family reads is warned of: a keyword that isn't enforced must not
//! look as if it were.

mod all_of;
mod annotation;
mod any_of;
mod conditional;
mod constant;
mod contains;
mod count;
mod dependent;
pub mod format;
mod identifier;
mod items;
mod multiple_of;
mod names;
mod not;
mod one_of;
mod pattern;
mod properties;
mod property_names;
mod range;
mod reference;
mod types;
mod unevaluated;
mod unique_items;

pub use properties::{Access, access};
pub use types::types;

use crate::budget::Exhausted;
use crate::document::Compiler;
use crate::validator::{Check, Evaluated, Report, Rule, Run, SchemaId, Trail};
use tollgate_kit::config::Members;
use tollgate_kit::json::Node;

/// A compiled keyword.
pub trait Keyword {
    /// As the schema spells it.
    fn name(&self) -> &'static str;

    /// What it asks for, in words.
    fn message(&self) -> String;

    /// Whether `value` is valid. Values of types that the keyword says nothing
    /// about are.
    fn check(&self, value: Node<'_>, run: &mut Run<'_>) -> Check;

    /// Reports why it isn't.
    fn explain(
        &self,
        value: Node<'_>,
        trail: &Trail<'_>,
        run: &mut Run<'_>,
        report: &mut Report,
    ) -> Result<(), Exhausted> {
        if !self.check(value, run)? {
            report.add(trail, self.name(), self.message());
        }
        Ok(())
    }

    /// As [`check`](Self::check), adding the members or elements of `value` that it
    /// is applied to, or that its schemas evaluate.
    fn collect(&self, value: Node<'_>, run: &mut Run<'_>, _seen: &mut Evaluated) -> Check {
        self.check(value, run)
    }

    /// The schemas that it applies to the very same value: these must not lead
    /// back to their start.
    fn in_place(&self) -> &[SchemaId] {
        &[]
    }
}

/// Reads some members of a schema object into rules.
pub type Family = for<'a> fn(&mut Members<'a>, &mut Compiler<'a>, &mut Vec<Rule>);

/// Every keyword besides `type`; the cheap ones first, as the first fault ends a
/// judgement.
pub const FAMILIES: &[Family] = &[
    constant::family,
    range::family,
    multiple_of::family,
    count::family,
    pattern::family,
    format::family,
    property_names::family,
    properties::family,
    dependent::family,
    items::family,
    contains::family,
    unique_items::family,
    reference::family,
    all_of::family,
    any_of::family,
    one_of::family,
    not::family,
    conditional::family,
    // What the others evaluate comes before what they don't.
    unevaluated::family,
    identifier::family,
    annotation::family,
];
