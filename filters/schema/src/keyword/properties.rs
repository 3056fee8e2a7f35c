//! What the members of an object may be, in one walk over them: `properties`,
//! `required`, `additionalProperties`, `patternProperties` (2020-12 applicator
//! §10.3.2, validation §6.5.3), with `readOnly` and `writeOnly` by the direction
//! of the message (OpenAPI 3.0.3 §4.7.24.1).

use super::Keyword;
use super::names::Names;
use crate::budget::Exhausted;
use crate::document::Compiler;
use crate::pattern::Pattern;
use crate::validator::{
    ALL, Check, Direction, Evaluated, Report, Rule, Run, SchemaId, Step, Trail, Types,
};
use std::rc::Rc;
use tollgate_kit::config::{Members, Setting};
use tollgate_kit::json::{Node, Value};

struct Properties {
    names: Names,
    entries: Vec<Entry>,
    patterns: Vec<(Rc<Pattern>, SchemaId)>,
    additional: Additional,
    required_in_request: usize,
    required_in_response: usize,
}

/// A name that `properties` or `required` has.
struct Entry {
    schema: Option<SchemaId>,
    required: bool,
    access: Access,
}

enum Additional {
    /// Nothing is said of other members.
    Ignore,
    Allow,
    Deny,
    Match(SchemaId),
}

/// In which direction a property goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Both ways.
    Both,
    /// `readOnly`: not in requests.
    ReadOnly,
    /// `readOnly` where the policy lets it through: not required in requests.
    ReadOnlyTolerated,
    /// `writeOnly`: not in responses.
    WriteOnly,
}

/// The four keywords.
pub fn family<'a>(members: &mut Members<'a>, compiler: &mut Compiler<'a>, rules: &mut Vec<Rule>) {
    let (names, entries) = entries(members, compiler);
    let patterns = patterns(members, compiler);
    let additional = additional(members, compiler);
    if entries.is_empty() && patterns.is_empty() && matches!(additional, Additional::Ignore) {
        return;
    }
    let count = |direction| {
        let required = entries.iter().filter(|entry| entry.is_required(direction));
        required.count()
    };
    let keyword = Properties {
        required_in_request: count(Direction::Request),
        required_in_response: count(Direction::Response),
        names: Names::new(names),
        entries,
        patterns,
        additional,
    };
    rules.push(Rule::on(Types::OBJECT, keyword));
}

/// The names of `properties`, then those that only `required` has.
fn entries<'a>(
    members: &mut Members<'a>,
    compiler: &mut Compiler<'a>,
) -> (Vec<Box<str>>, Vec<Entry>) {
    let mut names: Vec<Box<str>> = Vec::new();
    let mut entries: Vec<Entry> = Vec::new();
    let properties = members.optional("properties").and_then(Setting::object);
    for (name, setting) in properties.into_iter().flat_map(Members::all) {
        let access = compiler.access(&setting);
        names.push(name.into());
        entries.push(Entry {
            schema: Some(compiler.schema(setting)),
            required: false,
            access,
        });
    }
    let list = members.optional("required").map(required);
    for name in list.into_iter().flatten() {
        let known = names.iter().position(|known| **known == *name);
        match known.and_then(|at| entries.get_mut(at)) {
            Some(entry) => entry.required = true,
            None => {
                names.push(name);
                entries.push(Entry {
                    schema: None,
                    required: true,
                    access: Access::Both,
                });
            }
        }
    }
    (names, entries)
}

pub(super) fn required(setting: Setting<'_>) -> Vec<Box<str>> {
    let mut names: Vec<Box<str>> = Vec::new();
    for setting in setting.list().unwrap_or_default() {
        match setting.node.as_str() {
            None => setting
                .expected::<()>("the name of a member")
                .unwrap_or_default(),
            Some(name) if names.iter().any(|known| **known == *name) => {
                setting.fault(format!("{name:?} is in the list twice"));
            }
            Some(name) => names.push(name.into()),
        }
    }
    names
}

fn patterns<'a>(
    members: &mut Members<'a>,
    compiler: &mut Compiler<'a>,
) -> Vec<(Rc<Pattern>, SchemaId)> {
    let patterns = members
        .optional("patternProperties")
        .and_then(Setting::object);
    let mut compiled = Vec::new();
    for (text, setting) in patterns.into_iter().flat_map(Members::all) {
        let pattern = compiler.pattern(text, &setting);
        let schema = compiler.schema(setting);
        compiled.extend(pattern.map(|pattern| (pattern, schema)));
    }
    compiled
}

fn additional<'a>(members: &mut Members<'a>, compiler: &mut Compiler<'a>) -> Additional {
    match members.optional("additionalProperties") {
        None => Additional::Ignore,
        Some(setting) => match setting.node.as_bool() {
            Some(true) => Additional::Allow,
            Some(false) => Additional::Deny,
            None => Additional::Match(compiler.schema(setting)),
        },
    }
}

/// What `readOnly` and `writeOnly` in a schema object say.
#[must_use]
pub fn access(schema: Node<'_>) -> Access {
    let flag = |name| schema.get(name).and_then(Node::as_bool) == Some(true);
    if flag("readOnly") {
        Access::ReadOnly
    } else if flag("writeOnly") {
        Access::WriteOnly
    } else {
        Access::Both
    }
}

// === impl Entry ===

impl Entry {
    fn is_required(&self, direction: Direction) -> bool {
        let exempt = match direction {
            Direction::Request => {
                matches!(self.access, Access::ReadOnly | Access::ReadOnlyTolerated)
            }
            Direction::Response => self.access == Access::WriteOnly,
        };
        self.required && !exempt
    }

    /// The keyword that refuses the member in this direction.
    fn refused(&self, direction: Direction) -> Option<&'static str> {
        match (self.access, direction) {
            (Access::ReadOnly, Direction::Request) => Some("readOnly"),
            (Access::WriteOnly, Direction::Response) => Some("writeOnly"),
            (
                Access::Both | Access::ReadOnlyTolerated | Access::ReadOnly | Access::WriteOnly,
                _,
            ) => None,
        }
    }
}

// === impl Properties ===

impl Properties {
    /// Whether a member has a schema of its own, by its name or a pattern.
    fn declares(&self, name: &str, from: &mut usize, run: &mut Run<'_>) -> Check {
        let entry = self.names.find(name, from);
        let entry = entry.and_then(|at| self.entries.get(at));
        if entry.is_some_and(|entry| entry.schema.is_some()) {
            return Ok(true);
        }
        for (pattern, _) in &self.patterns {
            if pattern.matches(name, run.budget)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether one member is valid, and counts as a required one.
    fn member(
        &self,
        name: &str,
        value: Node<'_>,
        from: &mut usize,
        missing: &mut usize,
        run: &mut Run<'_>,
    ) -> Check {
        run.budget.spend(1)?;
        let entry = self
            .names
            .find(name, from)
            .and_then(|at| self.entries.get(at));
        let mut declared = false;
        if let Some(entry) = entry {
            *missing = missing.wrapping_sub(usize::from(entry.is_required(run.direction)));
            if entry.refused(run.direction).is_some() {
                return Ok(false);
            }
            if let Some(schema) = entry.schema {
                declared = true;
                if !run.apply(schema, value)? {
                    return Ok(false);
                }
            }
        }
        for (pattern, schema) in &self.patterns {
            if pattern.matches(name, run.budget)? {
                declared = true;
                if !run.apply(*schema, value)? {
                    return Ok(false);
                }
            }
        }
        match &self.additional {
            Additional::Deny => Ok(declared),
            Additional::Match(schema) if !declared => run.apply(*schema, value),
            Additional::Ignore | Additional::Allow | Additional::Match(_) => Ok(true),
        }
    }

    fn explain_member(
        &self,
        (name, value): (&str, Node<'_>),
        from: &mut usize,
        trail: &Trail<'_>,
        run: &mut Run<'_>,
        report: &mut Report,
    ) -> Result<(), Exhausted> {
        let entry = self
            .names
            .find(name, from)
            .and_then(|at| self.entries.get(at));
        let mut declared = false;
        if let Some(keyword) = entry.and_then(|entry| entry.refused(run.direction)) {
            let message = match run.direction {
                Direction::Request => "must not be in a request",
                Direction::Response => "must not be in a response",
            };
            report.add(trail, keyword, message);
            return Ok(());
        }
        if let Some(schema) = entry.and_then(|entry| entry.schema) {
            declared = true;
            run.explain(schema, value, trail, report)?;
        }
        for (pattern, schema) in &self.patterns {
            if pattern.matches(name, run.budget)? {
                declared = true;
                run.explain(*schema, value, trail, report)?;
            }
        }
        match &self.additional {
            Additional::Deny if !declared => {
                report.add(trail, "additionalProperties", "is not a documented member")
            }
            Additional::Match(schema) if !declared => run.explain(*schema, value, trail, report)?,
            Additional::Ignore | Additional::Allow | Additional::Deny | Additional::Match(_) => {}
        }
        Ok(())
    }
}

impl Keyword for Properties {
    fn name(&self) -> &'static str {
        "properties"
    }

    fn message(&self) -> String {
        "every member must match its schema".to_owned()
    }

    fn check(&self, value: Node<'_>, run: &mut Run<'_>) -> Check {
        let Value::Object(object) = value.value() else {
            return Ok(true);
        };
        if self.entries.is_empty()
            && matches!(self.additional, Additional::Allow)
            && self.patterns.is_empty()
        {
            return Ok(true);
        }
        let mut missing = match run.direction {
            Direction::Request => self.required_in_request,
            Direction::Response => self.required_in_response,
        };
        let mut from = 0;
        for (at, (name, member)) in object.iter().enumerate() {
            if !self.member(name, member, &mut from, &mut missing, run)? {
                run.stops.at_child(at);
                return Ok(false);
            }
        }
        if missing > 0 {
            run.stops.at_child(ALL);
        }
        Ok(missing == 0)
    }

    fn explain(
        &self,
        value: Node<'_>,
        trail: &Trail<'_>,
        run: &mut Run<'_>,
        report: &mut Report,
    ) -> Result<(), Exhausted> {
        let passed = run.stops.passed();
        let Value::Object(object) = value.value() else {
            return Ok(());
        };
        for (at, entry) in self.entries.iter().enumerate() {
            let name = self.names.name(at);
            if entry.is_required(run.direction) && object.get(name).is_none() {
                report.add(trail, "required", format!("must have the member {name:?}"));
            }
        }
        let mut from = 0;
        for (name, member) in object.iter().skip(passed) {
            if report.is_full() {
                break;
            }
            run.budget.spend(1)?;
            let trail = trail.then(Step::Member(name));
            self.explain_member((name, member), &mut from, &trail, run, report)?;
        }
        Ok(())
    }

    fn collect(&self, value: Node<'_>, run: &mut Run<'_>, seen: &mut Evaluated) -> Check {
        if !matches!(self.additional, Additional::Ignore) {
            seen.add_all();
            return self.check(value, run);
        }
        let mut from = 0;
        for (at, (name, _)) in value.as_object().into_iter().flatten().enumerate() {
            run.budget.spend(1)?;
            if self.declares(name, &mut from, run)? {
                seen.add(at);
            }
        }
        self.check(value, run)
    }
}
