//! The requests that most tests send, and what comes back in short.

use std::time::Duration;

use serde_json::Value;
use tollgate_rig::{Body, Request, Response};

use crate::token;

/// A body that the document takes.
pub const GOOD: &[u8] = br#"{"item":"apple","quantity":1}"#;
/// One that it doesn't.
pub const BAD: &[u8] = br#"{"item":"apple","quantity":0}"#;

/// The same request with a good token.
pub fn with_token(request: Request) -> Request {
    bearing(request, &token::good("ec"))
}

/// The same request with this token.
pub fn bearing(request: Request, token: &str) -> Request {
    request.field("authorization", format!("Bearer {token}"))
}

/// `POST /orders` with a good token and this body.
pub fn placed(body: Body) -> Request {
    posted("/orders", body)
}

/// `POST` of JSON with a good token.
pub fn posted(path: &str, body: Body) -> Request {
    with_token(Request::new("POST", path))
        .field("content-type", "application/json")
        .body(body)
}

/// A body in single bytes.
pub fn bytes(body: &[u8]) -> Body {
    Body::pieces(body.chunks(1)).with_pause(Duration::from_millis(1))
}

/// A body in halves, the second so much later.
pub fn halves(body: &[u8], later: Duration) -> Body {
    let (first, second) = body.split_at(body.len() / 2);
    Body::pieces([first, second]).with_pause(later)
}

/// Status and reason: `400 schema_body`, or `200`; `-` for no status.
pub fn told(response: &Response) -> String {
    let status = response
        .status
        .map_or("-".to_owned(), |status| status.to_string());
    let problem: Value = serde_json::from_slice(&response.body).unwrap_or_default();
    let reason = problem["type"]
        .as_str()
        .and_then(|kind| kind.strip_prefix("urn:tollgate:problem:"));
    match reason {
        Some(reason) => format!("{status} {reason}"),
        None => status,
    }
}
