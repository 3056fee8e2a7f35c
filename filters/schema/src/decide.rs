//! The decision, phase by phase: path, method, parameters, then the body by its
//! head and by itself; for a response status, header fields, body.

use crate::api::Operation;
use crate::body::{self, Fault, Presence, Wanted};
use crate::injection;
use crate::memo::{Expected, Note};
use crate::policy::Policy;
use crate::route::Route;
use crate::scratch::Scratch;
use crate::settings::{Coverage, Tolerance};
use crate::validator::Direction;
use crate::{denial, parameters};
use tollgate_kit::fields::Fields;
use tollgate_kit::path::Target;
use tollgate_kit::stage::{Body, Request, Response};
use tollgate_kit::trace::Trace;
use tollgate_kit::verdict::{Denial, Hold, Mode};

/// What follows from a head.
#[derive(Debug)]
pub enum Next {
    /// It passes.
    Pass(Passed),
    /// Its body is needed first.
    Await {
        /// What to remember.
        note: Note,
        /// Bytes that are read at most.
        limit: usize,
        /// What is held meanwhile.
        hold: Hold,
    },
}

/// What goes with a message that passes.
#[derive(Debug)]
pub struct Passed {
    /// What to remember.
    pub note: Note,
    /// What it is counted as where it wasn't judged.
    pub unjudged: Option<&'static str>,
    /// What is reported all the same.
    pub reported: Option<Box<Denial>>,
}

/// A decision, or why not.
pub type Decision<T> = Result<T, Box<Denial>>;

impl Next {
    /// Nothing speaks against it.
    fn pass(note: Note) -> Self {
        Self::Pass(Passed::from(note))
    }

    /// Nothing is known of it.
    fn unjudged(note: Note, what: &'static str) -> Self {
        Self::Pass(Passed {
            unjudged: Some(what),
            ..Passed::from(note)
        })
    }
}

impl From<Note> for Passed {
    fn from(note: Note) -> Self {
        Self {
            note,
            unjudged: None,
            reported: None,
        }
    }
}

/// Judges the head of a request.
pub fn request(
    policy: &Policy,
    request: &Request<'_>,
    scratch: &mut Scratch,
    trace: Trace<'_>,
) -> Decision<Next> {
    let general = policy.general.mode;
    let Some(target) = request.target else {
        return Err(internal(policy, "the path was not normalised"));
    };
    let route = policy.api.router.find(target.path());
    if route.is_none() && policy.unknown_path == Tolerance::Deny {
        return Err(denial::path(target.path()).in_mode(general));
    }
    if target.path().contains(&b';') {
        semicolons(policy, target.path(), request.method(), route.as_ref())?;
    }
    let Some(route) = route else {
        return Ok(Next::Pass(Passed {
            reported: injection::undocumented(&policy.general, target)?,
            ..Passed::from(Note::NONE)
        }));
    };
    trace.step(|| format!("the path {} is documented", route.item.template));
    let Some(at) = route.item.operation(request.method()) else {
        if policy.preflight == Tolerance::Allow && is_preflight(request) {
            return Ok(Next::pass(Note::NONE));
        }
        return Err(denial::method(route.item).in_mode(general));
    };
    let operation = operation(policy, at)?;
    let wanted = head(
        policy,
        operation,
        &route.captures,
        (request, target),
        scratch,
        trace,
    );
    let wanted = wanted.map_err(|denial| denial.in_mode(operation.settings.mode))?;
    let reported = injection::head(operation, &route.captures, target)?;
    trace.step(|| "path and query were looked at for injection".to_owned());
    let passed = |unjudged, reported| Passed {
        unjudged,
        reported,
        ..Passed::from(Note::of(at))
    };
    Ok(match wanted {
        Wanted::Nothing => Next::Pass(passed(None, reported)),
        Wanted::Unjudged(what) => Next::Pass(passed(Some(what), reported)),
        Wanted::Body(expected, limit) => Next::Await {
            note: Note {
                request: expected,
                reports_head: reported.is_some(),
                ..Note::of(at)
            },
            limit,
            hold: operation.settings.hold(policy.hold),
        },
    })
}

/// Refuses a semicolon that isn't part of a parameter in the style `matrix`, as the
/// kit does where no document has one: some servers drop what follows it.
fn semicolons(
    policy: &Policy,
    path: &[u8],
    method: &str,
    route: Option<&Route<'_, '_>>,
) -> Decision<()> {
    let count = |text: &[u8]| text.iter().filter(|byte| **byte == b';').count();
    let operation = route
        .and_then(|route| route.item.operation(method))
        .and_then(|at| policy.api.operations.get(at));
    let expected = match (route, operation) {
        (Some(route), Some(operation)) => {
            let captures = operation.matrices(&route.captures);
            captures.map(count).sum()
        }
        (_, _) => 0,
    };
    if count(path) == expected {
        return Ok(());
    }
    let settings = operation.map_or(&policy.general, |operation| &operation.settings);
    let template = route.map(|route| &*route.item.template);
    Err(denial::semicolon(template).in_mode(settings.mode))
}

/// What an operation makes of the head of its request.
fn head(
    policy: &Policy,
    operation: &Operation,
    captures: &[&[u8]],
    (request, target): (&Request<'_>, &Target),
    scratch: &mut Scratch,
    trace: Trace<'_>,
) -> Decision<Wanted> {
    let judged = parameters::request(
        &policy.api,
        operation,
        captures,
        target.query(),
        request.fields,
        scratch,
    );
    judged.map_err(|fault| denial::parameter(fault, operation))?;
    trace.step(|| format!("the parameters match: {}", parameters::words(operation)));
    expect(policy, operation, request).map_err(|fault| denial::request(fault, operation))
}

fn expect(policy: &Policy, operation: &Operation, request: &Request<'_>) -> Result<Wanted, Fault> {
    if operation.settings.body == Coverage::Ignore {
        return Ok(Wanted::Nothing);
    }
    if is_upgrade(request) {
        // Its body has no end to wait for.
        return match operation.may_upgrade() {
            true => Ok(Wanted::Unjudged("request.upgrade")),
            false => Err(Fault::ContentType(NO_UPGRADE)),
        };
    }
    let (content, presence) = match &operation.body {
        Some(body) => (&body.content, body.presence()),
        None => (&NOTHING, Presence::Optional),
    };
    judge(policy, operation, Direction::Request).head(
        content,
        presence,
        request.fields,
        request.end_of_stream,
    )
}

const fn judge<'p>(
    policy: &'p Policy,
    operation: &'p Operation,
    direction: Direction,
) -> body::Judge<'p> {
    body::Judge {
        direction,
        operation,
        api: &policy.api,
    }
}

/// Judges the body of a request.
pub fn request_body(
    policy: &Policy,
    request: &Request<'_>,
    note: Note,
    body: Body<'_>,
    scratch: &mut Scratch,
) -> Decision<Next> {
    let operation = noted(policy, note)?;
    let presence = operation
        .body
        .as_ref()
        .map_or(Presence::Optional, |body| body.presence());
    let judge = judge(policy, operation, Direction::Request);
    let judged = judge.judge(note.request, presence, request.fields, body, scratch);
    let judged = judged
        .map_err(|fault| denial::request(fault, operation).in_mode(operation.settings.mode))?;
    let of_body = injection::settle(judged, &operation.template)?;
    let of_head = match note.reports_head {
        true => head_again(policy, operation, request)?,
        false => None,
    };
    Ok(Next::Pass(Passed {
        reported: of_head.or(of_body),
        ..Passed::from(Note {
            request: Expected::Nothing,
            ..note
        })
    }))
}

/// What was found in the head while the body was still to come.
fn head_again(
    policy: &Policy,
    operation: &Operation,
    request: &Request<'_>,
) -> injection::Reported {
    let target = request.target;
    let target = target.ok_or_else(|| internal(policy, "the path was not normalised"))?;
    let route = policy.api.router.find(target.path());
    let captures = route.map(|route| route.captures).unwrap_or_default();
    injection::head(operation, &captures, target)
}

/// Judges the head of a response.
pub fn response(
    policy: &Policy,
    response: &Response<'_>,
    note: Note,
    scratch: &mut Scratch,
) -> Decision<Next> {
    let Some(at) = note.operation else {
        return Ok(Next::pass(Note::NONE));
    };
    let operation = operation(policy, at)?;
    let settings = &operation.settings;
    let mode = settings.response_mode();
    let status = response
        .fields
        .text(":status")
        .and_then(|status| status.parse().ok());
    let status: u16 = status.ok_or_else(|| internal(policy, "the response has no status"))?;
    let Some(documented) = operation.response(status) else {
        return match settings.response.undocumented_status {
            Tolerance::Allow => Ok(Next::pass(note)),
            Tolerance::Deny => Err(denial::status(status, operation).in_mode(mode)),
        };
    };
    let refuse = |fault| denial::response(fault, operation, mode).in_mode(mode);
    let judged = parameters::response(
        &policy.api,
        settings,
        &documented.headers,
        response.fields,
        scratch,
    );
    judged.map_err(refuse)?;
    if settings.response.body == Coverage::Ignore {
        return Ok(Next::pass(note));
    }
    if status == 101 {
        return Ok(Next::unjudged(note, "response.upgrade"));
    }
    if is_bodiless(response, status) {
        return Ok(Next::pass(note));
    }
    let wanted = judge(policy, operation, Direction::Response).head(
        &documented.content,
        Presence::Required,
        response.fields,
        response.end_of_stream,
    );
    Ok(match wanted.map_err(refuse)? {
        Wanted::Nothing => Next::pass(note),
        Wanted::Unjudged(what) => Next::unjudged(note, what),
        Wanted::Body(response, limit) => Next::Await {
            note: Note { response, ..note },
            limit,
            hold: hold(mode),
        },
    })
}

/// A response that is only reported goes on at once.
const fn hold(mode: Mode) -> Hold {
    match mode {
        Mode::Enforce => Hold::Headers,
        Mode::Report => Hold::Nothing,
    }
}

/// Judges the body of a response.
pub fn response_body(
    policy: &Policy,
    note: Note,
    fields: &Fields,
    body: Body<'_>,
    scratch: &mut Scratch,
) -> Decision<Next> {
    let operation = noted(policy, note)?;
    let judge = judge(policy, operation, Direction::Response);
    let judged = judge.judge(note.response, Presence::Required, fields, body, scratch);
    let mode = operation.settings.response_mode();
    judged.map_err(|fault| denial::response(fault, operation, mode).in_mode(mode))?;
    Ok(Next::pass(Note {
        response: Expected::Nothing,
        ..note
    }))
}

/// The answer to HEAD, 1xx, 204 and 304 have no body, whatever is documented (RFC
/// 9110 §6.4.1).
fn is_bodiless(response: &Response<'_>, status: u16) -> bool {
    response.request.method() == "HEAD" || matches!(status, 100..=199 | 204 | 304)
}

/// Whether the client asks for another protocol (RFC 9110 §7.8).
fn is_upgrade(request: &Request<'_>) -> bool {
    let mut options = request.fields.elements("connection");
    request.fields.contains("upgrade")
        && options.any(|option| option.eq_ignore_ascii_case(b"upgrade"))
}

/// What the Fetch standard sends before a request (§4.8).
fn is_preflight(request: &Request<'_>) -> bool {
    request.method() == "OPTIONS"
        && request.fields.contains("origin")
        && request.fields.contains("access-control-request-method")
}

/// The denial of a state that cannot be.
#[must_use]
pub fn internal(policy: &Policy, what: &str) -> Box<Denial> {
    denial::internal(what).in_mode(policy.mode)
}

fn noted(policy: &Policy, note: Note) -> Decision<&Operation> {
    let at = note.operation;
    let at = at.ok_or_else(|| internal(policy, "a body was judged that nobody asked for"))?;
    operation(policy, at)
}

fn operation(policy: &Policy, at: usize) -> Decision<&Operation> {
    policy
        .api
        .operations
        .get(at)
        .ok_or_else(|| internal(policy, "an operation is missing"))
}

const NO_UPGRADE: &str = "the operation documents no other protocol, as a response 101 would";
static NOTHING: crate::api::Content = crate::api::Content::NONE;
