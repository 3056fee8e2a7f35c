//! Judges the parameters of a request, and the header fields of a response. All
//! of them are looked at: who sends two wrong ones is told of both.

use crate::api::Operation;
use crate::body::Fault;
use crate::parameter::{self, Fault as ReadFault, Location, Pairs, Parameter};
use crate::policy::{Policy, Tolerance};
use crate::scratch::Scratch;
use crate::validator::{Direction, Report, Step, Trail};
use std::borrow::Cow;
use std::rc::Rc;
use tollgate_kit::fields::Fields;
use tollgate_kit::json::Node;

/// Judges the parameters of an operation.
pub fn request(
    policy: &Policy,
    operation: &Operation,
    captures: &[&[u8]],
    query: Option<&[u8]>,
    fields: &Fields,
    scratch: &mut Scratch,
) -> Result<(), Fault> {
    let mut report = Report::default();
    refuse_unknown(policy, operation, query, &mut report)?;
    let mut captures = captures.iter();
    for parameter in &operation.parameters {
        let capture = match parameter.location {
            Location::Path => captures.next().copied(),
            Location::Query | Location::Header | Location::Cookie => None,
        };
        let values = parameter.values(capture, query, fields);
        judge(
            parameter,
            &values,
            Direction::Request,
            policy,
            scratch,
            &mut report,
        )?;
    }
    finish(report)
}

/// Judges the header fields of a response.
pub fn response(
    policy: &Policy,
    headers: &[Rc<Parameter>],
    fields: &Fields,
    scratch: &mut Scratch,
) -> Result<(), Fault> {
    let mut report = Report::default();
    for header in headers {
        let values = header.values(None, None, fields);
        judge(
            header,
            &values,
            Direction::Response,
            policy,
            scratch,
            &mut report,
        )?;
    }
    finish(report)
}

fn finish(report: Report) -> Result<(), Fault> {
    if report.is_empty() {
        return Ok(());
    }
    Err(Fault::Invalid(report.finish()))
}

/// Counts the query's parameters, and refuses those that aren't documented.
fn refuse_unknown(
    policy: &Policy,
    operation: &Operation,
    query: Option<&[u8]>,
    report: &mut Report,
) -> Result<(), Fault> {
    let pairs = Pairs::of_query(query);
    if pairs.clone().nth(policy.limits.fields).is_some() {
        return Err(Fault::Limit(format!(
            "the query has more than {} parameters",
            policy.limits.fields
        )));
    }
    if policy.unknown_query == Tolerance::Allow {
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
                .any(|key| parameter::is_name(name, key));
        if !known {
            let label = match std::str::from_utf8(name) {
                Ok(name) if name.len() <= MAX_NAME => format!("query.{name}"),
                Ok(_) | Err(_) => "query".to_owned(),
            };
            report.add(
                &Trail::root(Step::Parameter(&label)),
                "unknown",
                "is not a documented parameter",
            );
        }
    }
    Ok(())
}

fn judge(
    parameter: &Parameter,
    values: &[&[u8]],
    direction: Direction,
    policy: &Policy,
    scratch: &mut Scratch,
    report: &mut Report,
) -> Result<(), Fault> {
    let trail = Trail::root(Step::Parameter(&parameter.label));
    if values.is_empty() {
        if parameter.required {
            report.add(&trail, "required", "must be there");
        }
        return Ok(());
    }
    if parameter.allow_empty && values == [b""] {
        return Ok(());
    }
    match parameter.texts(values) {
        Ok(texts) => check(parameter, &texts, direction, policy, scratch, report)?,
        Err(ReadFault::Repeated) => report.add(&trail, "explode", "must be there once"),
        Err(ReadFault::Encoding) => report.add(&trail, "style", "must be percent-encoded UTF-8"),
    }
    Ok(())
}

/// Applies the schema to each reading of the texts, until one is valid.
fn check(
    parameter: &Parameter,
    texts: &[Cow<'_, str>],
    direction: Direction,
    policy: &Policy,
    scratch: &mut Scratch,
    report: &mut Report,
) -> Result<(), Fault> {
    let work = policy.limits.work;
    let is_valid = |value: Node<'_>| {
        policy
            .api
            .validator
            .is_valid(parameter.schema, value, direction, work)
    };
    let explain = |value: Node<'_>| {
        policy.api.validator.violations(
            parameter.schema,
            value,
            direction,
            work,
            Step::Parameter(&parameter.label),
        )
    };
    let mut violations = Vec::new();
    for interpretation in parameter.shape.interpretations() {
        parameter::write(texts, parameter.shape, *interpretation, &mut scratch.text);
        let document = scratch
            .tape
            .parse(scratch.text.as_bytes(), &policy.limits.json)?;
        if is_valid(document.root())? {
            return Ok(());
        }
        violations = explain(document.root());
    }
    report.extend(violations);
    Ok(())
}

/// A name that a client made up is shown up to this length.
const MAX_NAME: usize = 64;
