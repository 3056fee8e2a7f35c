//! From faults to the rows of the table. What a denial says names constraints of
//! the document and never a value of the message.

use crate::api::Operation;
use crate::body::Fault;
use crate::injection::{Category, Cause, Suspicion};
use crate::reason;
use crate::route::PathItem;
use tollgate_kit::path::PathFault;
use tollgate_kit::reason::{INTERNAL, Reason};
use tollgate_kit::verdict::{Denial, Mode, Place, Violation};

/// A path that isn't documented.
#[must_use]
pub fn path(path: &[u8]) -> Box<Denial> {
    Denial::new(&reason::PATH, "no documented path matches")
        .with_fact("path", String::from_utf8_lossy(path))
}

/// A path with a semicolon where no parameter has one, and the documented path that
/// it is.
#[must_use]
pub fn semicolon(template: Option<&str>) -> Box<Denial> {
    let denial = Denial::new(
        &tollgate_kit::reason::PATH,
        PathFault::Semicolon.to_string(),
    );
    match template {
        Some(template) => denial.with_fact("path", template),
        None => denial,
    }
}

/// A method that the path doesn't have.
#[must_use]
pub fn method(item: &PathItem) -> Box<Denial> {
    let mut denial = Denial::new(&reason::METHOD, format!("the path takes {}", item.allow));
    denial.allow = Some(item.allow.to_string());
    denial.with_fact("path", &*item.template)
}

/// A fault of the parameters.
#[must_use]
pub fn parameter(fault: Fault, operation: &Operation) -> Box<Denial> {
    refused(
        fault,
        operation,
        &reason::PARAMETER,
        "the parameters do not match",
    )
}

/// A fault of a request's body.
#[must_use]
pub fn request(fault: Fault, operation: &Operation) -> Box<Denial> {
    refused(
        fault,
        operation,
        &reason::BODY,
        "the body does not match its schema",
    )
}

fn refused(
    fault: Fault,
    operation: &Operation,
    mismatch: &'static Reason,
    what: &str,
) -> Box<Denial> {
    let denial = match fault {
        Fault::Missing => Denial::new(&reason::BODY_MISSING, "the operation needs a body"),
        Fault::ContentType(what) => Denial::new(&reason::CONTENT_TYPE, what),
        Fault::ContentEncoding => Denial::new(&reason::CONTENT_ENCODING, ENCODED),
        Fault::TooLarge(limit) => too_large(limit),
        Fault::Limit(what) => Denial::new(&reason::LIMIT, what).with_status(400),
        Fault::Syntax(what) => Denial::new(&reason::BODY_SYNTAX, what),
        Fault::Invalid(violations) => return invalid(mismatch, what, violations, operation),
        Fault::Unexpected => internal(UNEXPECTED),
    };
    denial.with_fact("path", &*operation.template)
}

/// A fault of a response. What is too large to be judged is only counted as that
/// where it passes: as a reply, 413 would blame the client.
#[must_use]
pub fn response(fault: Fault, operation: &Operation, mode: Mode) -> Box<Denial> {
    let broken = |what: &str| Denial::new(&reason::RESPONSE, what);
    let denial = match (fault, mode) {
        (Fault::Missing, _) => broken("the response has no body where one is documented"),
        (Fault::ContentType(what), _) => broken(what),
        (Fault::ContentEncoding, _) => broken(ENCODED),
        (Fault::TooLarge(limit), Mode::Report) => too_large(limit),
        (Fault::TooLarge(limit), Mode::Enforce) => broken(&format!(
            "the body has more than the {limit} bytes that are judged"
        )),
        (Fault::Limit(what), Mode::Report) => Denial::new(&reason::LIMIT, what).with_status(400),
        (Fault::Limit(what) | Fault::Syntax(what), Mode::Enforce)
        | (Fault::Syntax(what), Mode::Report) => broken(&what),
        (Fault::Invalid(violations), _) => {
            let what = "the response does not match what is documented";
            let mut denial = invalid(&reason::RESPONSE, what, violations, operation);
            // A pointer names members of what the client is not to see.
            let told = |violation: &Violation| matches!(violation.place, Place::Parameter(_));
            denial.errors.retain(told);
            return denial;
        }
        (Fault::Unexpected, _) => internal(UNEXPECTED),
    };
    denial.with_fact("path", &*operation.template)
}

/// A status that isn't documented.
#[must_use]
pub fn status(status: u16, operation: &Operation) -> Box<Denial> {
    Denial::new(
        &reason::RESPONSE_STATUS,
        format!("the status {status} is not documented"),
    )
    .with_fact("path", &*operation.template)
}

/// What looks like an attack, in a request to `path`.
#[must_use]
pub fn suspicion(suspicion: Suspicion, path: &str) -> Box<Denial> {
    let denial = match suspicion.cause {
        Cause::Signature(category, place) => signature(category, place),
        Cause::Exhausted(what) => Denial::new(&reason::LIMIT, what.to_string()).with_status(400),
    };
    denial.with_fact("path", path).in_mode(suspicion.mode)
}

fn signature(category: Category, place: Place) -> Box<Denial> {
    let message = match category {
        Category::Sqli => "must not look like SQL injection",
        Category::Xss => "must not look like cross-site scripting",
    };
    let mut denial = Denial::new(&reason::INJECTION, "a text looks like an attack");
    denial.errors.push(Violation {
        place,
        keyword: "injection",
        message: message.to_owned(),
    });
    denial.with_category(category.name())
}

/// A state that cannot be.
#[must_use]
pub fn internal(what: &str) -> Box<Denial> {
    Denial::new(&INTERNAL, what)
}

fn too_large(limit: usize) -> Box<Denial> {
    Denial::new(
        &reason::LIMIT,
        format!("the body has more than {limit} bytes"),
    )
}

fn invalid(
    reason: &'static Reason,
    what: &str,
    violations: Vec<Violation>,
    operation: &Operation,
) -> Box<Denial> {
    let detail = match violations.len() {
        0 => what.to_owned(),
        1 => format!("{what}: 1 violation"),
        many => format!("{what}: {many} violations"),
    };
    let mut denial = Denial::new(reason, detail).with_fact("path", &*operation.template);
    if let Some(first) = violations.first() {
        denial = denial.with_fact("keyword", first.keyword);
    }
    denial.errors = violations;
    denial
}

const ENCODED: &str = "the body is encoded, and only `identity` can be judged";
const UNEXPECTED: &str = "a body was judged that nobody asked for";
