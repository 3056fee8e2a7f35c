//! What a case sends, and what its upstream answers, as bytes.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tollgate_rig::{Answer, Body, Fields, Request};

use crate::case::{self, Case, Chunks, cut};
use crate::scene::Scene;

/// The second that a case's tokens are signed for, not near its end. Envoy's
/// clock cannot be moved: what is decided must be decided within that second.
pub fn now(case: &Case) -> u64 {
    let into = since_epoch().subsec_millis();
    if !case.tokens.is_empty() && into > LATE_IN_A_SECOND {
        std::thread::sleep(Duration::from_millis(u64::from(1000 - into)));
    }
    second()
}

/// The second that it is.
pub fn second() -> u64 {
    since_epoch().as_secs()
}

fn since_epoch() -> Duration {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
}

const LATE_IN_A_SECOND: u32 = 600;

/// A request of a case.
pub fn request(asked: &case::Request, scene: &Scene) -> Request {
    let place = |value: &case::Bytes| scene.place(&value.bytes());
    let fields = |fields: &case::Fields| {
        let field = |(name, value): &(String, case::Bytes)| (name.clone(), place(value));
        fields.iter().map(field).collect::<Fields>()
    };
    let mut body = match &asked.body {
        Some(body) => framed(&body.bytes(), asked.chunks.as_ref()),
        None => Body::none(),
    };
    if let Some(trailers) = &asked.trailers {
        body = body.with_trailers(fields(trailers));
    }
    Request {
        method: asked.method.clone(),
        path: place(&asked.path),
        authority: Some(asked.authority.clone()),
        fields: fields(&asked.headers),
        body,
    }
}

/// What the upstream answers.
pub fn answer(case: &Case) -> Answer {
    let asked = &case.upstream;
    let fields = |fields: &case::Fields| {
        let field = |(name, value): &(String, case::Bytes)| (name.clone(), value.bytes());
        fields.iter().map(field).collect::<Fields>()
    };
    let mut body = framed(&asked.content(), asked.chunks.as_ref());
    if let Some(trailers) = &asked.trailers {
        body = body.with_trailers(fields(trailers));
    }
    let answer = Answer::new(asked.status).body(body);
    match &asked.headers {
        Some(asked) => Answer {
            fields: fields(asked),
            ..answer
        },
        None => answer.field("content-type", "application/json"),
    }
}

/// A body with a length, or in its pieces, which then arrive one by one.
fn framed(bytes: &[u8], chunks: Option<&Chunks>) -> Body {
    match chunks {
        None => Body::whole(bytes),
        Some(_) => {
            let pieces = cut(bytes, chunks);
            let pause = match pieces.len() {
                0..=FEW => PAUSE,
                _ => Duration::ZERO,
            };
            Body::pieces(pieces).with_pause(pause)
        }
    }
}

const FEW: usize = 16;
/// Enough for Envoy to read a piece before the next one comes.
const PAUSE: Duration = Duration::from_millis(5);
