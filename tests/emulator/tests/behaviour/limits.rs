//! Bodies that are held back over the buffer limit.

use crate::scripted::Event::*;
use crate::scripted::{Flag, Scripted, limited_chain, stamp};
use tollgate_emulator::*;

const LIMIT: usize = 32_768;

fn large_request() -> Request {
    Request::new("POST", "/b")
        .chunk([b'x'; 32_000])
        .chunk([b'x'; 32_000])
        .chunk([b'x'; 32_000])
}

fn large_response() -> Upstream {
    Upstream::new(200).chunk([b'x'; 100_000])
}

fn pausing_request(host: &Host, headers: Action) -> Scripted {
    Scripted::new(host, "hold", Flag::Set, move |event, _| match event {
        RequestHeaders { .. } => headers,
        RequestBody { end: false, .. } => Action::Pause,
        _ => Action::Continue,
    })
}

fn pausing_response(host: &Host, headers: Action) -> Scripted {
    Scripted::new(host, "hold", Flag::Set, move |event, _| match event {
        ResponseHeaders { .. } => headers,
        ResponseBody { end: false, .. } => Action::Pause,
        _ => Action::Continue,
    })
}

#[test]
fn a_held_request_over_the_limit_is_413_and_passes_the_response_callbacks() {
    let host = Host::new();
    let (front, hold) = (stamp(&host, "front"), pausing_request(&host, Action::Pause));
    let chain = limited_chain(&host, &[&front, &hold], LIMIT);
    let exchange = chain.run(&large_request(), &Upstream::new(200));
    let response = exchange.response().unwrap();
    assert_eq!(
        (response.status, &response.body[..]),
        (413, &b"Payload Too Large"[..])
    );
    assert_eq!(response.headers.text("x-front").as_deref(), Some("1"));
    assert_eq!(exchange.details().unwrap(), "request_payload_too_large");
    assert!(exchange.upstream().is_untouched());
    let seen = [
        RequestHeaders { end: false },
        RequestBody {
            size: 32_000,
            end: false,
        },
        RequestBody {
            size: 64_000,
            end: false,
        },
        ResponseHeaders { end: false },
        ResponseBody {
            size: 17,
            end: true,
        },
        Log,
        Delete,
    ];
    assert_eq!(hold.take(), seen);
}

#[test]
fn with_headers_continued_the_upstream_has_seen_the_request_that_gets_413() {
    let host = Host::new();
    let hold = pausing_request(&host, Action::Continue);
    let exchange = limited_chain(&host, &[&hold], LIMIT).run(&large_request(), &Upstream::new(200));
    assert_eq!(exchange.response().unwrap().status, 413);
    assert!(exchange.upstream().reset && exchange.upstream().body.is_empty());
}

#[test]
fn a_filter_that_never_pauses_is_not_limited() {
    let host = Host::new();
    let pass = stamp(&host, "pass");
    let exchange = limited_chain(&host, &[&pass], LIMIT).run(&large_request(), &large_response());
    assert_eq!(exchange.upstream().body.len(), 96_000);
    assert_eq!(exchange.response().unwrap().body.len(), 100_000);
}

#[test]
fn a_held_response_over_the_limit_is_500_past_all_filters() {
    let host = Host::new();
    let (front, hold) = (
        stamp(&host, "front"),
        pausing_response(&host, Action::Pause),
    );
    let chain = limited_chain(&host, &[&front, &hold], LIMIT);
    let exchange = chain.run(&Request::new("GET", "/"), &large_response());
    let response = exchange.response().unwrap();
    assert_eq!(
        (response.status, &response.body[..]),
        (500, &b"Internal Server Error"[..])
    );
    assert_eq!(response.headers.get("x-front"), None);
    assert_eq!(exchange.details().unwrap(), "response_payload_too_large");
}

#[test]
fn a_held_response_body_over_the_limit_breaks_off_headers_that_have_left() {
    let host = Host::new();
    let hold = pausing_response(&host, Action::Continue);
    let chain = limited_chain(&host, &[&hold], LIMIT);
    let response = chain
        .run(&Request::new("GET", "/"), &large_response())
        .response()
        .unwrap();
    assert_eq!(response.status, 200);
    assert!(response.reset && response.body.is_empty());
}
