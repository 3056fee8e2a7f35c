//! The one JSON object, for scripts.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;
use tollgate_kit::host::Reply;
use tollgate_kit::verdict::{Denial, Edit, Place, Violation};

use super::trial::{Decision, Judged};
use super::{Files, Tried, part};
use crate::check::output::Entry;
use crate::policy::Report;

/// Prints the trial, or what is wrong with its files.
///
/// # Errors
/// Where the output is closed.
pub fn print(
    out: &mut impl Write,
    files: Files<'_>,
    tried: &Result<Tried, Report>,
) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, &Object::of(files, tried))?;
    writeln!(out)
}

#[derive(Serialize)]
struct Object<'a> {
    file: String,
    request: String,
    policy: Option<&'a str>,
    at: Option<String>,
    decision: Option<&'static str>,
    filters: Vec<Filter<'a>>,
    errors: Vec<Entry<'a>>,
}

#[derive(Serialize)]
struct Filter<'a> {
    filter: &'static str,
    decision: &'static str,
    steps: &'a [String],
    denial: Option<Denied<'a>>,
    edits: Vec<Change<'a>>,
    reply: Option<Answer>,
}

#[derive(Serialize)]
struct Denied<'a> {
    reason: &'static str,
    title: &'static str,
    status: u16,
    detail: &'a str,
    facts: BTreeMap<&'static str, &'a str>,
    errors: Vec<Breach<'a>>,
}

#[derive(Serialize)]
struct Breach<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pointer: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    parameter: Option<&'a str>,
    keyword: &'static str,
    message: &'a str,
}

#[derive(Serialize)]
struct Change<'a> {
    edit: &'static str,
    name: &'a str,
    value: Option<String>,
}

#[derive(Serialize)]
struct Answer {
    status: u16,
    grpc_status: Option<i32>,
    headers: Vec<(String, String)>,
    body: String,
}

// === impl Object ===

impl<'a> Object<'a> {
    fn of(files: Files<'_>, tried: &'a Result<Tried, Report>) -> Self {
        let (done, report) = match tried {
            Ok(tried) => (Some(tried), None),
            Err(report) => (None, Some(report)),
        };
        let findings = report.into_iter().flat_map(Report::findings);
        let filters = done.into_iter().flat_map(|tried| &tried.trial.filters);
        Self {
            file: files.policy.display().to_string(),
            request: files.request.display().to_string(),
            policy: done.map(|tried| tried.policy.hash()),
            at: done.map(|tried| part::written(tried.given.at)),
            decision: done.map(|tried| match tried.trial.passes() {
                true => "pass",
                false => "refuse",
            }),
            filters: filters.map(Filter::of).collect(),
            errors: findings.map(Entry::of).collect(),
        }
    }
}

// === impl Filter ===

impl<'a> Filter<'a> {
    fn of(judged: &'a Judged) -> Self {
        let (decision, denial, reply) = match &judged.decision {
            Decision::Allow { .. } => ("allow", None, None),
            Decision::Report(denial) => ("report", Some(denial), None),
            Decision::Deny(denial, reply) => ("deny", Some(denial), Some(reply)),
            Decision::NotAsked => ("not_asked", None, None),
        };
        let change = |edit| Change::of(judged.filter, edit);
        Self {
            filter: judged.filter,
            decision,
            steps: &judged.steps,
            denial: denial.map(|denial| Denied::of(denial)),
            edits: judged.edits.iter().map(change).collect(),
            reply: reply.map(Answer::of),
        }
    }
}

// === impl Denied ===

impl<'a> Denied<'a> {
    fn of(denial: &'a Denial) -> Self {
        let facts = denial.facts.iter();
        Self {
            reason: denial.reason.slug,
            title: denial.reason.title,
            status: denial.status,
            detail: &denial.detail,
            facts: facts.map(|(name, value)| (*name, value.as_str())).collect(),
            errors: denial.errors.iter().map(Breach::of).collect(),
        }
    }
}

// === impl Breach ===

impl<'a> Breach<'a> {
    fn of(violation: &'a Violation) -> Self {
        let (pointer, parameter) = match &violation.place {
            Place::Pointer(pointer) => (Some(pointer.as_str()), None),
            Place::Parameter(parameter) => (None, Some(parameter.as_str())),
        };
        Self {
            pointer,
            parameter,
            keyword: violation.keyword,
            message: &violation.message,
        }
    }
}

// === impl Change ===

impl<'a> Change<'a> {
    fn of(filter: &str, edit: &'a Edit) -> Self {
        let (edit, name, value) = match edit {
            Edit::Set(name, value) => ("set", name, Some(value)),
            Edit::Append(name, value) => ("append", name, Some(value)),
            Edit::Remove(name) => ("remove", name, None),
        };
        Self {
            edit,
            name,
            value: value.and_then(|value| super::shown(filter, name, value)),
        }
    }
}

// === impl Answer ===

impl Answer {
    fn of(reply: &Reply) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let fields = reply.fields.iter();
        Self {
            status: reply.status,
            grpc_status: reply.grpc_status,
            headers: fields
                .map(|(name, value)| (text(name), text(value)))
                .collect(),
            body: text(&reply.body),
        }
    }
}
