//! Judges the parameters of a request, and the header fields of a response. All
//! of them are looked at: who sends two wrong ones is told of both. They share
//! one budget.

use crate::api::{Api, Operation};
use crate::body::{self, Fault};
use crate::budget::Budgets;
use crate::parameter::{self, Fault as ReadFault, Found, Judged, Location, Parameter, Raw};
use crate::scratch::Scratch;
use crate::settings::{Settings, Tolerance};
use crate::validator::{Direction, Report, Step, Trail};
use std::rc::Rc;
use tollgate_kit::fields::Fields;
use tollgate_kit::pairs::{self, Pairs};
use tollgate_kit::verdict::Violation;

/// Judges the parameters of an operation.
pub fn request(
    api: &Api,
    operation: &Operation,
    captures: &[&[u8]],
    query: Option<&[u8]>,
    fields: &Fields,
    scratch: &mut Scratch,
) -> Result<(), Fault> {
    let mut judge = Judge::new(api, &operation.settings, Direction::Request, scratch);
    judge.refuse_unknown(operation, query, fields)?;
    let mut captures = captures.iter();
    for parameter in &operation.parameters {
        let capture = match parameter.location {
            Location::Path => captures.next().copied(),
            Location::Query | Location::Header | Location::Cookie => None,
        };
        let is_taken = |raw: &[u8]| {
            let location = parameter.location;
            let mut others =
                in_location(operation, location).filter(|other| !Rc::ptr_eq(other, parameter));
            is_key(operation, location, raw) || others.any(|other| other.keeps(raw, parameter))
        };
        let found = parameter.find(capture, query, fields, is_taken);
        judge.parameter(parameter, &found)?;
    }
    judge.finish()
}

/// Judges the header fields of a response.
pub fn response(
    api: &Api,
    settings: &Settings,
    headers: &[Rc<Parameter>],
    fields: &Fields,
    scratch: &mut Scratch,
) -> Result<(), Fault> {
    let mut judge = Judge::new(api, settings, Direction::Response, scratch);
    judge.headers(headers, fields)?;
    judge.finish()
}

/// Judges the header fields of a form's part, within what is left of the budgets for
/// judging and for explaining.
pub fn part(
    form: body::Judge<'_>,
    headers: &[Rc<Parameter>],
    fields: &Fields,
    scratch: &mut Scratch,
    budgets: &mut Budgets,
) -> Result<(), Fault> {
    let settings = &form.operation.settings;
    let mut judge = Judge::new(form.api, settings, form.direction, scratch);
    std::mem::swap(&mut judge.budgets, budgets);
    let judged = judge.headers(headers, fields);
    std::mem::swap(&mut judge.budgets, budgets);
    judged.and_then(|()| judge.finish())
}

fn in_location(operation: &Operation, location: Location) -> impl Iterator<Item = &Rc<Parameter>> {
    let parameters = operation.parameters.iter();
    parameters.filter(move |parameter| parameter.location == location)
}

/// Whether a name is that of a key of the API.
fn is_key(operation: &Operation, location: Location, raw: &[u8]) -> bool {
    match location {
        Location::Query => {
            let mut keys = operation.query_keys.iter();
            keys.any(|key| pairs::is_name(raw, key))
        }
        Location::Cookie => {
            let mut keys = operation.cookie_keys.iter();
            keys.any(|key| key.as_bytes() == raw)
        }
        Location::Path | Location::Header => false,
    }
}

/// The parameters of an operation, for people.
#[must_use]
pub fn words(operation: &Operation) -> String {
    let labels = operation.parameters.iter();
    let labels: Vec<&str> = labels.map(|parameter| &*parameter.label).collect();
    match labels.is_empty() {
        true => "none is documented".to_owned(),
        false => labels.join(", "),
    }
}

/// What a parameter is called, by the name that a client wrote.
#[must_use]
pub fn label(location: Location, name: &[u8]) -> String {
    match std::str::from_utf8(name) {
        Ok(name) if name.len() <= MAX_NAME => format!("{}.{name}", location.word()),
        Ok(_) | Err(_) => location.word().to_owned(),
    }
}

/// A judgement of parameters under way.
struct Judge<'j> {
    api: &'j Api,
    settings: &'j Settings,
    direction: Direction,
    scratch: &'j mut Scratch,
    report: Report,
    budgets: Budgets,
}

impl<'j> Judge<'j> {
    fn new(
        api: &'j Api,
        settings: &'j Settings,
        direction: Direction,
        scratch: &'j mut Scratch,
    ) -> Self {
        Self {
            api,
            settings,
            direction,
            scratch,
            report: Report::default(),
            budgets: Budgets::new(settings.limits.work),
        }
    }

    fn headers(&mut self, headers: &[Rc<Parameter>], fields: &Fields) -> Result<(), Fault> {
        for header in headers {
            let found = header.find(None, None, fields, |_| false);
            self.parameter(header, &found)?;
        }
        Ok(())
    }

    fn finish(self) -> Result<(), Fault> {
        if self.report.is_empty() {
            return Ok(());
        }
        Err(Fault::Invalid(self.report.finish()))
    }

    /// Counts the query's parameters, and refuses those and the cookies that aren't
    /// documented.
    fn refuse_unknown(
        &mut self,
        operation: &Operation,
        query: Option<&[u8]>,
        fields: &Fields,
    ) -> Result<(), Fault> {
        let pairs = Pairs::of_query(query);
        let limit = self.settings.limits.fields;
        if pairs.clone().nth(limit).is_some() {
            return Err(Fault::Limit(format!(
                "the query has more than {limit} parameters"
            )));
        }
        if self.settings.unknown_query == Tolerance::Deny {
            self.unknown(operation, Location::Query, pairs);
        }
        if self.settings.unknown_cookie == Tolerance::Deny {
            let cookies = fields.get_all("cookie").flat_map(Pairs::of_cookies);
            self.unknown(operation, Location::Cookie, cookies);
        }
        Ok(())
    }

    /// Reports the names that nothing in the document has.
    fn unknown<'m>(
        &mut self,
        operation: &Operation,
        location: Location,
        pairs: impl Iterator<Item = (&'m [u8], &'m [u8])>,
    ) {
        for (name, _) in pairs {
            let known = in_location(operation, location).any(|parameter| parameter.owns(name))
                || is_key(operation, location, name);
            if !known {
                let label = label(location, name);
                let trail = Trail::root(Step::Parameter(&label));
                self.report
                    .add(&trail, "unknown", "is not a documented parameter");
            }
        }
    }

    fn parameter(&mut self, parameter: &Parameter, found: &Found<'_>) -> Result<(), Fault> {
        let trail = Trail::root(Step::Parameter(&parameter.label));
        if found.is_empty() {
            if parameter.required {
                self.report.add(&trail, "required", "must be there");
            }
            return Ok(());
        }
        let is_empty = found.members.is_empty() && found.values == [b""];
        if parameter.judged == Judged::Presence || (parameter.allow_empty && is_empty) {
            return Ok(());
        }
        let (name, reading) = (&*parameter.name, &parameter.reading);
        let judged = match reading.only(name, found) {
            Some(Ok(raw)) => Ok(self.raws(parameter, std::slice::from_ref(&raw))),
            Some(Err(fault)) => Err(fault),
            None => match reading.raws(name, found) {
                Ok(raws) => Ok(self.raws(parameter, &raws)),
                Err(fault) => Err(fault),
            },
        };
        judged.unwrap_or_else(|fault| {
            self.unreadable(parameter, fault);
            Ok(())
        })
    }

    fn raws(&mut self, parameter: &Parameter, raws: &[Raw<'_>]) -> Result<(), Fault> {
        match parameter.judged {
            Judged::Json => self.json(parameter, raws),
            Judged::Value | Judged::Presence => self.values(parameter, raws),
        }
    }

    #[cold]
    fn unreadable(&mut self, parameter: &Parameter, fault: ReadFault) {
        let trail = Trail::root(Step::Parameter(&parameter.label));
        let (keyword, message) = words_of(fault);
        let style = parameter.reading.style.word();
        let message = match fault {
            ReadFault::Style => format!("must be written in the style `{style}`"),
            ReadFault::Repeated | ReadFault::Duplicate | ReadFault::Encoding => message.to_owned(),
        };
        self.report.add(&trail, keyword, message);
    }

    /// Applies the schema to the JSON that the text is.
    fn json(&mut self, parameter: &Parameter, raws: &[Raw<'_>]) -> Result<(), Fault> {
        let text = &mut self.scratch.text;
        text.clear();
        if let [Raw::Text(json)] = raws {
            text.push_str(json);
        }
        match self.judge(parameter) {
            Err(Fault::Syntax(_)) => {
                let trail = Trail::root(Step::Parameter(&parameter.label));
                self.report.add(&trail, "content", "must be JSON");
                Ok(())
            }
            Err(fault) => Err(fault),
            Ok(violations) => {
                self.report.extend(violations);
                Ok(())
            }
        }
    }

    /// Applies the schema to each value that the texts may be, until one is valid.
    fn values(&mut self, parameter: &Parameter, raws: &[Raw<'_>]) -> Result<(), Fault> {
        let shape = &parameter.reading.shape;
        let mut violations = Vec::new();
        for raw in raws {
            for interpretation in shape.interpretations() {
                let json = &mut self.scratch.text;
                json.clear();
                parameter::write(raw, shape, *interpretation, json);
                let found = self.judge(parameter)?;
                if found.is_empty() {
                    return Ok(());
                }
                if violations.is_empty() {
                    violations = found;
                }
            }
        }
        self.report.extend(violations);
        Ok(())
    }

    /// What is wrong with the value that the scratch's text is.
    fn judge(&mut self, parameter: &Parameter) -> Result<Vec<Violation>, Fault> {
        let limits = &self.settings.limits.json;
        let tape = &mut self.scratch.tape;
        let value = tape.parse(self.scratch.text.as_bytes(), limits)?.root();
        let (validator, schema) = (&self.api.validator, parameter.schema);
        let place = Step::Parameter(&parameter.label);
        let judged = validator.judge(schema, value, self.direction, &mut self.budgets, place)?;
        Ok(judged.unwrap_or_default())
    }
}

/// The keyword and the message for a text that can't be read.
#[must_use]
pub const fn words_of(fault: ReadFault) -> (&'static str, &'static str) {
    match fault {
        ReadFault::Repeated => ("explode", "must be there once"),
        ReadFault::Duplicate => ("explode", "must have each member once"),
        ReadFault::Encoding => ("style", "must be percent-encoded UTF-8"),
        ReadFault::Style => ("style", "must be written in its style"),
    }
}

/// A name that a client made up is shown up to this length.
const MAX_NAME: usize = 64;
