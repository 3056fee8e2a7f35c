//! From the bytes of a form to its fields, and what is wrong with each by itself.

use super::object::{Given, Object};
use super::{FormField, FormPlan, How, Occurrence};
use crate::body::judgement::{Judged, Judgement};
use crate::body::multipart::{Boundary, Part, Parts};
use crate::body::{Fault, media_type};
use crate::parameter::{Fault as ReadFault, Found, Raw, Reading};
use crate::parameters::{self, words_of};
use crate::validator::{Report, Step, Trail};
use std::borrow::Cow;
use tollgate_kit::fields::Fields;
use tollgate_kit::pairs::{Encoding, Pairs, decode};
use tollgate_kit::verdict::{Place, Violation};

impl Judgement<'_> {
    /// Judges `application/x-www-form-urlencoded`.
    pub(in crate::body) fn urlencoded(&mut self, plan: &FormPlan, bytes: &[u8]) -> Judged {
        let mut object = Object::new();
        let mut report = Report::default();
        let pairs = || Pairs::of_query(Some(bytes));
        // Each name is compared with all that are in a style, to find it and to leave it.
        let times = plan.styled().count().saturating_mul(2).saturating_add(1);
        for (at, (name, _)) in pairs().enumerate() {
            self.count(at)?;
            let looks = name.len().saturating_mul(times);
            self.budgets.judging.spend_on_text(looks)?;
        }
        for (name, reading) in plan.styled() {
            let found = plan.find(name, reading, pairs());
            if !found.is_empty() {
                let given = styled(name, reading, &found, &mut report)?;
                object.add(Cow::Borrowed(name), Occurrence::Once, given);
            }
        }
        for (raw, value) in pairs() {
            let here = || std::iter::once((raw, value));
            if plan
                .styled()
                .any(|(name, reading)| !plan.find(name, reading, here()).is_empty())
            {
                continue;
            }
            let read = |raw| decode(raw, Encoding::Form).ok_or_else(not_encoded);
            let (name, value) = (read(raw)?, read(value)?);
            refuse_charset(&name, value.as_bytes())?;
            let field = plan.field(&name);
            let given = match field.is_json() {
                true => Given::Json(value),
                false => Given::Text(Raw::Text(value), &field.shape),
            };
            self.parse(&given)?;
            object.add(name, field.occurrence, given);
        }
        self.object(plan, &object, report)
    }

    /// Judges `multipart/form-data`; `fields` are those of the head.
    pub(in crate::body) fn multipart(
        &mut self,
        plan: &FormPlan,
        bytes: &[u8],
        fields: &Fields,
    ) -> Judged {
        let boundary = media_type(fields)?.and_then(|media_type| Boundary::of(&media_type));
        let mut object = Object::new();
        let mut report = Report::default();
        for (at, part) in Parts::new(bytes, boundary.ok_or(Fault::Unexpected)?).enumerate() {
            self.count(at)?;
            let part = part?;
            refuse_charset(part.name, part.content)?;
            let field = plan.field(part.name);
            let given = self.part(field, &part, object.count(part.name), &mut report)?;
            object.add(Cow::Borrowed(part.name), field.occurrence, given);
        }
        self.object(plan, &object, report)
    }

    /// What a part is, of whose name `before` came before it; reports what is wrong
    /// with its header fields.
    fn part<'b>(
        &mut self,
        field: &'b FormField,
        part: &Part<'b>,
        before: usize,
        report: &mut Report,
    ) -> Result<Given<'b>, Fault> {
        let root = Trail::root(Step::Body);
        let member = root.then(Step::Member(part.name));
        let element = member.then(Step::Element(before));
        let trail = match field.occurrence {
            Occurrence::List => &element,
            Occurrence::Once | Occurrence::Any => &member,
        };
        for violation in self.headers(field, part)? {
            report.add(trail, violation.keyword, violation.message);
        }
        match given(field, part)? {
            Ok(given) => {
                self.parse(&given)?;
                Ok(given)
            }
            Err(expected) => {
                report.add(trail, "encoding", expected);
                Ok(Given::Unreadable)
            }
        }
    }

    /// What is wrong with a part's header fields, said of the part.
    fn headers(&mut self, field: &FormField, part: &Part<'_>) -> Result<Vec<Violation>, Fault> {
        if field.headers.is_empty() {
            return Ok(Vec::new());
        }
        let pairs = part.fields.iter();
        let fields =
            Fields::from_pairs(pairs.map(|(name, value)| (name.to_ascii_lowercase(), value)));
        let budgets = &mut self.budgets;
        match parameters::part(self.judge, &field.headers, &fields, self.scratch, budgets) {
            Err(Fault::Invalid(mut violations)) => {
                for violation in &mut violations {
                    violation.message =
                        format!("{}: {}", label(&violation.place), violation.message);
                }
                Ok(violations)
            }
            Ok(()) => Ok(Vec::new()),
            Err(fault) => Err(fault),
        }
    }

    /// Refuses what is said to be JSON and isn't.
    fn parse(&mut self, given: &Given<'_>) -> Result<(), Fault> {
        let Given::Json(text) = given else {
            return Ok(());
        };
        let parsed = self.scratch.tape.parse(text.as_bytes(), &self.limits.json);
        let fault = parsed.err().map(Fault::from);
        match fault {
            Some(Fault::Syntax(what)) => {
                Err(Fault::Syntax(format!("in a field of the form: {what}")))
            }
            Some(fault) => Err(fault),
            None => Ok(()),
        }
    }

    /// Pays for a field; `at` were before it.
    fn count(&mut self, at: usize) -> Result<(), Fault> {
        self.budgets.judging.spend(1)?;
        let limit = self.limits.fields;
        match at < limit {
            true => Ok(()),
            false => Err(Fault::Limit(format!(
                "the form has more than {limit} fields"
            ))),
        }
    }

    /// Judges the object that the fields make.
    fn object(&mut self, plan: &FormPlan, object: &Object<'_>, mut report: Report) -> Judged {
        object.report_repeated(&mut report);
        let limits = &self.limits.json;
        let write = |reading, json: &mut String| object.write(reading, limits, json);
        let found = self.readings(plan.schema, object.interpretations(), write)?;
        if found.is_none() && report.is_empty() {
            return Ok(None);
        }
        report.extend(object.remaining(found.unwrap_or_default()));
        Ok(Some(report.finish()))
    }
}

/// What pairs in a style are; reports where they aren't written in it.
fn styled<'b>(
    name: &str,
    reading: &'b Reading,
    found: &Found<'b>,
    report: &mut Report,
) -> Result<Given<'b>, Fault> {
    let raws = reading.raws(name, found);
    match raws.map(|raws| raws.into_iter().next()) {
        Ok(Some(raw)) => Ok(Given::Text(raw, &reading.shape)),
        Ok(None) | Err(ReadFault::Encoding) => Err(not_encoded()),
        Err(fault) => {
            let (keyword, message) = words_of(fault);
            let root = Trail::root(Step::Body);
            report.add(&root.then(Step::Member(name)), keyword, message);
            Ok(Given::Unreadable)
        }
    }
}

/// A part as it is to be read, or what its media type must be.
fn given<'b>(field: &'b FormField, part: &Part<'b>) -> Result<Result<Given<'b>, String>, Fault> {
    let how = match field.part(part.media_type) {
        Ok(how) => how,
        Err(expected) => return Ok(Err(expected)),
    };
    let charset = part.media_type.map(|media_type| media_type.charset());
    Ok(match how {
        How::Bytes => Ok(Given::Bytes(part.content)),
        _ if charset.is_some_and(|charset| !charset.is_utf8()) => Err("must be in UTF-8".into()),
        How::Text => Ok(Given::Text(Raw::Text(text(part.content)?), &field.shape)),
        How::Json => Ok(Given::Json(text(part.content)?)),
    })
}

fn text(bytes: &[u8]) -> Result<Cow<'_, str>, Fault> {
    let text = std::str::from_utf8(bytes)
        .map_err(|_| Fault::Syntax("a text of the form is not UTF-8".to_owned()))?;
    Ok(Cow::Borrowed(text))
}

/// Where a form names its own charset, only some readers heed it (RFC 7578 §4.6).
fn refuse_charset(name: &str, value: &[u8]) -> Result<(), Fault> {
    match name == "_charset_" && !value.eq_ignore_ascii_case(b"utf-8") {
        true => Err(Fault::Syntax("the form is not in UTF-8".to_owned())),
        false => Ok(()),
    }
}

fn label(place: &Place) -> &str {
    let (Place::Parameter(label) | Place::Pointer(label)) = place;
    label
}

fn not_encoded() -> Fault {
    Fault::Syntax("a field of the form is not percent-encoded UTF-8".to_owned())
}
