//! The object that the fields of a form make, as JSON.

use super::Occurrence;
use crate::body::Fault;
use crate::body::judgement::write_bytes;
use crate::parameter::{self, Interpretation, Raw, Shape};
use crate::validator::{Report, Step, Trail};
use std::borrow::Cow;
use std::collections::BTreeMap;
use tollgate_kit::json::{Limits, escape_token};
use tollgate_kit::verdict::{Place, Violation};

/// The fields that came, those of one name together, in the order of their firsts.
pub(super) struct Object<'b> {
    members: Vec<Member<'b>>,
    places: BTreeMap<Cow<'b, str>, usize>,
}

struct Member<'b> {
    name: Cow<'b, str>,
    occurrence: Occurrence,
    values: Vec<Given<'b>>,
}

/// A value as it came, in the form in which it is read.
pub(super) enum Given<'b> {
    /// Text, or what a style makes of it.
    Text(Raw<'b>, &'b Shape),
    /// JSON, which was parsed already.
    Json(Cow<'b, str>),
    /// Bytes.
    Bytes(&'b [u8]),
    /// What can't be read as anything.
    Unreadable,
}

impl<'b> Object<'b> {
    pub(super) const fn new() -> Self {
        Self {
            members: Vec::new(),
            places: BTreeMap::new(),
        }
    }

    /// Adds a field, of which there may be so many.
    pub(super) fn add(&mut self, name: Cow<'b, str>, occurrence: Occurrence, given: Given<'b>) {
        let known = self.places.get(&name).copied();
        if let Some(member) = known.and_then(|at| self.members.get_mut(at)) {
            member.values.push(given);
            return;
        }
        self.places.insert(name.clone(), self.members.len());
        self.members.push(Member {
            name,
            occurrence,
            values: vec![given],
        });
    }

    /// How many fields of a name there are.
    pub(super) fn count(&self, name: &str) -> usize {
        let member = self.places.get(name).and_then(|at| self.members.get(*at));
        member.map_or(0, |member| member.values.len())
    }

    /// Reports the fields that may be there once, and are more often.
    pub(super) fn report_repeated(&self, report: &mut Report) {
        for member in &self.members {
            if member.occurrence == Occurrence::Once && member.values.len() > 1 {
                let root = Trail::root(Step::Body);
                let trail = root.then(Step::Member(&member.name));
                report.add(&trail, "explode", "must be there once");
            }
        }
    }

    /// The readings to try, the most specific first.
    pub(super) fn interpretations(&self) -> &'static [Interpretation] {
        let values = self.members.iter().flat_map(|member| &member.values);
        let readings = values.filter_map(|given| match given {
            Given::Text(_, shape) => Some(shape.interpretations()),
            Given::Json(_) | Given::Bytes(_) | Given::Unreadable => None,
        });
        let both = &[Interpretation::Typed, Interpretation::Text];
        match readings.map(<[_]>::len).max() {
            Some(2) => both,
            Some(_) | None => &[Interpretation::Typed],
        }
    }

    /// Writes the object.
    pub(super) fn write(
        &self,
        interpretation: Interpretation,
        limits: &Limits,
        json: &mut String,
    ) -> Result<(), Fault> {
        json.push('{');
        for (at, member) in self.members.iter().enumerate() {
            parameter::separate(at, json);
            short(&member.name, limits)?;
            parameter::quoted(&member.name, json);
            json.push(':');
            member.write(interpretation, limits, json)?;
        }
        json.push('}');
        Ok(())
    }

    /// Without what is said of values that were refused already.
    pub(super) fn remaining(&self, violations: Vec<Violation>) -> Vec<Violation> {
        let refused: Vec<String> = self.unreadable().collect();
        let is_refused = |violation: &Violation| match &violation.place {
            Place::Pointer(pointer) => refused.iter().any(|place| leads_into(pointer, place)),
            Place::Parameter(_) => false,
        };
        violations
            .into_iter()
            .filter(|violation| !is_refused(violation))
            .collect()
    }

    /// Where the values are that can't be read.
    fn unreadable(&self) -> impl Iterator<Item = String> {
        self.members.iter().flat_map(|member| {
            let name = escape_token(&member.name);
            let is_list = member.is_list();
            let values = member.values.iter().enumerate();
            values
                .filter(|(_, given)| matches!(given, Given::Unreadable))
                .map(move |(at, _)| match is_list {
                    true => format!("/{name}/{at}"),
                    false => format!("/{name}"),
                })
        })
    }
}

impl Member<'_> {
    fn is_list(&self) -> bool {
        match self.occurrence {
            Occurrence::Once => false,
            Occurrence::List => !self.is_whole(),
            Occurrence::Any => self.values.len() > 1,
        }
    }

    /// Whether it is the JSON of all elements, as many clients write it.
    fn is_whole(&self) -> bool {
        match self.values.as_slice() {
            [Given::Json(text)] => text.trim_start().starts_with('['),
            _ => false,
        }
    }

    fn write(
        &self,
        interpretation: Interpretation,
        limits: &Limits,
        json: &mut String,
    ) -> Result<(), Fault> {
        if !self.is_list() {
            return self
                .values
                .first()
                .map_or(Ok(()), |given| given.write(interpretation, limits, json));
        }
        json.push('[');
        for (at, given) in self.values.iter().enumerate() {
            parameter::separate(at, json);
            given.write(interpretation, limits, json)?;
        }
        json.push(']');
        Ok(())
    }
}

impl<'b> Given<'b> {
    fn write(
        &self,
        interpretation: Interpretation,
        limits: &Limits,
        json: &mut String,
    ) -> Result<(), Fault> {
        match self {
            Self::Text(raw, shape) => {
                fits(raw, limits)?;
                // In the second reading, what can't be a text is still what it was.
                let interpretations = shape.interpretations();
                let known = interpretations.contains(&interpretation);
                let first = interpretations.first().copied().filter(|_| !known);
                parameter::write(raw, shape, first.unwrap_or(interpretation), json);
            }
            Self::Json(text) => json.push_str(text),
            Self::Bytes(bytes) => write_bytes(bytes, json),
            Self::Unreadable => json.push_str("\"\""),
        }
        Ok(())
    }
}

/// Refuses texts over the limit. Goes as deep as a style does.
fn fits(raw: &Raw<'_>, limits: &Limits) -> Result<(), Fault> {
    match raw {
        Raw::Text(text) => short(text, limits),
        Raw::List(elements) => elements.iter().try_for_each(|raw| fits(raw, limits)),
        Raw::Members(members) => members.iter().try_for_each(|(_, raw)| fits(raw, limits)),
    }
}

fn short(text: &str, limits: &Limits) -> Result<(), Fault> {
    match text.len() > limits.string {
        true => Err(Fault::Limit("a field of the form is too long".to_owned())),
        false => Ok(()),
    }
}

fn leads_into(pointer: &str, place: &str) -> bool {
    let rest = pointer.strip_prefix(place);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
