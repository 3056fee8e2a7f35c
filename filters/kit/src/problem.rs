//! Replies: RFC 9457 problem details, the challenge of RFC 6750 §3, and a plain
//! message for gRPC.

use crate::fields::Fields;
use crate::host::Reply;
use crate::json::escape_into;
use crate::reason::{Challenge, grpc_status};
use crate::stage::{Detail, Request};
use crate::verdict::{Denial, Place, Schemes, Violation};

/// At most this many violations go into a reply.
pub const MAX_ERRORS: usize = 10;

/// The reply that refuses a request.
#[must_use]
pub fn reply(denial: &Denial, request: &Request<'_>, request_id: &str, detail: Detail) -> Reply {
    let mut reply = Reply {
        status: denial.status,
        details: format!("tollgate_{}", denial.reason.slug),
        ..Reply::default()
    };
    if request.is_grpc() {
        reply.grpc_status = Some(grpc_status(denial.status));
        reply.body = message(denial, detail).into_bytes();
        return reply;
    }
    for (name, value) in fields(denial, detail) {
        reply.fields.append(name.as_bytes(), value.as_bytes());
    }
    reply.body = body(denial, request_id, detail).into_bytes();
    reply
}

/// How much room a refused response has for a body in its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Room {
    /// None: the response was a head alone.
    None,
    /// The body is there and is replaced whole, so its length is known.
    Known,
    /// The body still comes, and may end without a piece to replace.
    Streaming,
}

/// The head and body that stand in a refused response's place.
#[must_use]
pub fn replacement(
    denial: &Denial,
    request: &Request<'_>,
    request_id: &str,
    detail: Detail,
    room: Room,
) -> (Fields, Vec<u8>) {
    let mut head = Fields::default();
    if request.is_grpc() {
        head.append(b":status", b"200");
        head.append(b"content-type", b"application/grpc");
        head.append(
            b"grpc-status",
            grpc_status(denial.status).to_string().as_bytes(),
        );
        head.append(b"grpc-message", message(denial, detail).as_bytes());
        return (head, Vec::new());
    }
    head.append(b":status", denial.status.to_string().as_bytes());
    if room == Room::None {
        head.append(b"content-length", b"0");
        return (head, Vec::new());
    }
    let body = body(denial, request_id, detail).into_bytes();
    head.append(b"content-type", CONTENT_TYPE.as_bytes());
    if room == Room::Known {
        head.append(b"content-length", body.len().to_string().as_bytes());
    }
    (head, body)
}

fn fields(denial: &Denial, detail: Detail) -> Vec<(&'static str, String)> {
    let mut fields = vec![("content-type", CONTENT_TYPE.to_owned())];
    if denial.reason.challenge != Challenge::None {
        let Schemes { bearer, dpop } = denial.schemes;
        if bearer {
            fields.push((
                "www-authenticate",
                challenge("Bearer", None, denial, detail),
            ));
        }
        if let Some(algorithms) = dpop {
            let challenge = challenge("DPoP", Some(algorithms), denial, detail);
            fields.push(("www-authenticate", challenge));
        }
    }
    if let Some(allow) = &denial.allow {
        fields.push(("allow", allow.clone()));
    }
    if let Some(seconds) = denial.retry_after {
        fields.push(("retry-after", seconds.to_string()));
    }
    fields
}

/// RFC 6750 §3, and RFC 9449 §7.1 with the algorithms of proofs.
fn challenge(scheme: &str, algorithms: Option<&str>, denial: &Denial, detail: Detail) -> String {
    let described = detail == Detail::Full && !denial.detail.is_empty();
    let code = denial.reason.challenge.error_code();
    let description = code.filter(|_| described).map(|_| quotable(&denial.detail));
    let parameters = [
        ("error", code.map(str::to_owned)),
        ("error_description", description),
        ("scope", denial.scope.clone()),
        ("algs", algorithms.map(str::to_owned)),
    ];
    let given = parameters
        .into_iter()
        .filter_map(|(name, value)| Some(format!("{name}=\"{}\"", value?)));
    let given: Vec<String> = given.collect();
    if given.is_empty() {
        return scheme.to_owned();
    }
    format!("{scheme} {}", given.join(", "))
}

/// What may stand between quotes as it is.
fn quotable(text: &str) -> String {
    let plain = |c: &char| matches!(c, ' '..='~') && !matches!(c, '"' | '\\');
    text.chars().filter(plain).collect()
}

fn body(denial: &Denial, request_id: &str, detail: Detail) -> String {
    let mut json = String::with_capacity(256);
    json.push_str("{\"type\":\"urn:tollgate:problem:");
    json.push_str(denial.reason.slug);
    json.push_str("\",\"title\":");
    quoted(denial.reason.title, &mut json);
    json.push_str(",\"status\":");
    json.push_str(&denial.status.to_string());
    if detail == Detail::Full && !denial.detail.is_empty() {
        json.push_str(",\"detail\":");
        quoted(&denial.detail, &mut json);
    }
    if let (Detail::Full, Some(category)) = (detail, denial.category) {
        json.push_str(",\"category\":");
        quoted(category, &mut json);
    }
    json.push_str(",\"instance\":\"urn:uuid:");
    json.push_str(request_id);
    json.push('"');
    if detail == Detail::Full && !denial.errors.is_empty() {
        errors(&denial.errors, &mut json);
    }
    json.push_str("}\n");
    json
}

fn errors(violations: &[Violation], json: &mut String) {
    json.push_str(",\"errors\":[");
    for (at, violation) in violations.iter().take(MAX_ERRORS).enumerate() {
        if at > 0 {
            json.push(',');
        }
        let (name, place) = match &violation.place {
            Place::Pointer(pointer) => ("{\"pointer\":", pointer),
            Place::Parameter(parameter) => ("{\"parameter\":", parameter),
        };
        json.push_str(name);
        quoted(place, json);
        json.push_str(",\"keyword\":");
        quoted(violation.keyword, json);
        json.push_str(",\"message\":");
        quoted(&violation.message, json);
        json.push('}');
    }
    json.push(']');
}

fn message(denial: &Denial, detail: Detail) -> String {
    match detail {
        Detail::Full if !denial.detail.is_empty() => {
            format!("{}: {}", denial.reason.title, denial.detail)
        }
        Detail::Full | Detail::Minimal => denial.reason.title.to_owned(),
    }
}

fn quoted(text: &str, json: &mut String) {
    json.push('"');
    escape_into(text, json);
    json.push('"');
}

/// The id of a request: `x-request-id` where it is a UUID, else a fresh one
/// (version 4, RFC 9562 §5.4) of these random bytes.
#[must_use]
pub fn request_id(fields: &Fields, random: [u8; 16]) -> String {
    if let Some(id) = fields.text("x-request-id").filter(|id| is_uuid(id)) {
        return id.to_ascii_lowercase();
    }
    let mut bits = u128::from_be_bytes(random);
    bits = (bits & !(0xf << 76) & !(0b11 << 62)) | (0x4 << 76) | (0b10 << 62);
    let hex = format!("{bits:032x}");
    let part = |from: usize, to: usize| hex.get(from..to).unwrap_or("");
    [
        part(0, 8),
        part(8, 12),
        part(12, 16),
        part(16, 20),
        part(20, 32),
    ]
    .join("-")
}

fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

const CONTENT_TYPE: &str = "application/problem+json";
