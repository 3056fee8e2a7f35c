//! Judges the parameters of a request, and the header fields of a response. All
//! of them are looked at: who sends two wrong ones is told of both. They share
//! one budget.

use crate::api::{Api, Operation};
use crate::body::Fault;
use crate::budget::Budget;
use crate::parameter::{self, Fault as ReadFault, Location, Parameter};
use crate::scratch::Scratch;
use crate::settings::{Settings, Tolerance};
use crate::validator::{Direction, Report, Step, Trail};
use std::borrow::Cow;
use std::rc::Rc;
use tollgate_kit::fields::Fields;
use tollgate_kit::pairs::{self, Pairs};

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
    judge.refuse_unknown(operation, query)?;
    let mut captures = captures.iter();
    for parameter in &operation.parameters {
        let capture = match parameter.location {
            Location::Path => captures.next().copied(),
            Location::Query | Location::Header | Location::Cookie => None,
        };
        judge.parameter(parameter, &parameter.values(capture, query, fields))?;
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
    for header in headers {
        judge.parameter(header, &header.values(None, None, fields))?;
    }
    judge.finish()
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

/// A judgement of parameters under way.
struct Judge<'j> {
    api: &'j Api,
    settings: &'j Settings,
    direction: Direction,
    scratch: &'j mut Scratch,
    report: Report,
    judging: Budget,
    explaining: Budget,
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
            judging: Budget::new(settings.limits.work),
            explaining: Budget::new(settings.limits.work),
        }
    }

    fn finish(self) -> Result<(), Fault> {
        if self.report.is_empty() {
            return Ok(());
        }
        Err(Fault::Invalid(self.report.finish()))
    }

    /// Counts the query's parameters, and refuses those that aren't documented.
    fn refuse_unknown(&mut self, operation: &Operation, query: Option<&[u8]>) -> Result<(), Fault> {
        let pairs = Pairs::of_query(query);
        let limit = self.settings.limits.fields;
        if pairs.clone().nth(limit).is_some() {
            return Err(Fault::Limit(format!(
                "the query has more than {limit} parameters"
            )));
        }
        if self.settings.unknown_query == Tolerance::Allow {
            return Ok(());
        }
        let declared = operation
            .parameters
            .iter()
            .filter(|parameter| parameter.location == Location::Query);
        for (name, _) in pairs {
            let known = declared.clone().any(|parameter| parameter.is_named(name))
                || operation
                    .query_keys
                    .iter()
                    .any(|key| pairs::is_name(name, key));
            if !known {
                let label = match std::str::from_utf8(name) {
                    Ok(name) if name.len() <= MAX_NAME => format!("query.{name}"),
                    Ok(_) | Err(_) => "query".to_owned(),
                };
                self.report.add(
                    &Trail::root(Step::Parameter(&label)),
                    "unknown",
                    "is not a documented parameter",
                );
            }
        }
        Ok(())
    }

    fn parameter(&mut self, parameter: &Parameter, values: &[&[u8]]) -> Result<(), Fault> {
        let trail = Trail::root(Step::Parameter(&parameter.label));
        if values.is_empty() {
            if parameter.required {
                self.report.add(&trail, "required", "must be there");
            }
            return Ok(());
        }
        if parameter.allow_empty && values == [b""] {
            return Ok(());
        }
        match parameter.texts(values) {
            Ok(texts) => return self.texts(parameter, &texts),
            Err(ReadFault::Repeated) => self.report.add(&trail, "explode", "must be there once"),
            Err(ReadFault::Encoding) => {
                self.report
                    .add(&trail, "style", "must be percent-encoded UTF-8");
            }
        }
        Ok(())
    }

    /// Applies the schema to each reading of the texts, until one is valid.
    fn texts(&mut self, parameter: &Parameter, texts: &[Cow<'_, str>]) -> Result<(), Fault> {
        let validator = &self.api.validator;
        let mut violations = Vec::new();
        for interpretation in parameter.shape.interpretations() {
            let json = &mut self.scratch.text;
            parameter::write(texts, parameter.shape, *interpretation, json);
            let limits = &self.settings.limits.json;
            let value = self.scratch.tape.parse(json.as_bytes(), limits)?.root();
            let schema = parameter.schema;
            if validator.is_valid(schema, value, self.direction, &mut self.judging)? {
                return Ok(());
            }
            violations = validator.violations(
                schema,
                value,
                self.direction,
                &mut self.explaining,
                Step::Parameter(&parameter.label),
            );
        }
        self.report.extend(violations);
        Ok(())
    }
}

/// A name that a client made up is shown up to this length.
const MAX_NAME: usize = 64;
