//! Who sees a local reply, and what Envoy makes of it.

use crate::scripted::Event::{self, *};
use crate::scripted::{Flag, Scripted, chain, reply, stamp};
use tollgate_emulator::*;

/// Answers 403 when `at` comes.
fn replying(host: &Host, at: fn(Event) -> bool) -> Scripted {
    Scripted::new(host, "b", Flag::Set, move |event, guest| match event {
        ResponseHeaders { .. } if !at(event) => {
            guest
                .add_map_value(MapType::ResponseHeaders, b"x-b", b"1")
                .unwrap();
            Action::Continue
        }
        RequestBody { end: false, .. } | RequestHeaders { end: false } if !at(event) => {
            Action::Pause
        }
        _ if at(event) => {
            guest.send_local_response(reply(403, "no")).unwrap();
            Action::Continue
        }
        _ => Action::Continue,
    })
}

/// The stamps on the response to a request with a body and trailers.
fn stamps(at: fn(Event) -> bool) -> (u16, String) {
    let host = Host::new();
    let (a, b, c) = (stamp(&host, "a"), replying(&host, at), stamp(&host, "c"));
    let request = Request::new("POST", "/")
        .chunk("hello")
        .trailers([("x-t", "1")]);
    let upstream = Upstream::new(200).chunk("hello").trailers([("x-ut", "1")]);
    let response = chain(&host, &[&a, &b, &c])
        .run(&request, &upstream)
        .response()
        .unwrap();
    let stamped = |name: &&str| response.headers.get(format!("x-{name}")).is_some();
    (
        response.status,
        ["c", "b", "a"].into_iter().filter(stamped).collect(),
    )
}

#[test]
fn a_reply_in_the_request_phase_passes_its_own_filter_and_those_in_front() {
    assert_eq!(
        stamps(|event| matches!(event, RequestHeaders { .. })),
        (403, "ba".to_owned())
    );
    assert_eq!(
        stamps(|event| matches!(event, RequestBody { .. })),
        (403, "ba".to_owned())
    );
    assert_eq!(
        stamps(|event| matches!(event, RequestTrailers)),
        (403, "ba".to_owned())
    );
}

#[test]
fn a_reply_in_the_response_phase_passes_no_filter() {
    assert_eq!(
        stamps(|event| matches!(event, ResponseHeaders { .. })),
        (403, String::new())
    );
}

#[test]
fn an_answer_of_the_upstream_or_the_router_passes_all_filters() {
    assert_eq!(stamps(|_| false), (200, "cba".to_owned()));
    let host = Host::new();
    let (a, c) = (stamp(&host, "a"), stamp(&host, "c"));
    let refuses = Upstream::new(200).answers(Answers::Refuses);
    let exchange = chain(&host, &[&a, &c]).run(&Request::new("GET", "/"), &refuses);
    let response = exchange.response().unwrap();
    assert_eq!(response.status, 503);
    assert!(response.headers.get("x-a").is_some() && response.headers.get("x-c").is_some());
}

#[test]
fn a_reply_after_response_headers_have_left_breaks_the_response_off() {
    let host = Host::new();
    let filter = Scripted::new(&host, "late", Flag::Unset, |event, guest| match event {
        ResponseBody { end: false, .. } => Action::Pause,
        ResponseBody { end: true, .. } => {
            guest.send_local_response(reply(502, "bad")).unwrap();
            Action::Pause
        }
        _ => Action::Continue,
    });
    let exchange =
        chain(&host, &[&filter]).run(&Request::new("GET", "/"), &Upstream::new(200).chunk("BAD"));
    let response = exchange.response().unwrap();
    assert_eq!(
        (response.status, response.reset, response.body.len()),
        (200, true, 0)
    );
}

#[test]
fn a_second_reply_does_not_replace_the_first() {
    let host = Host::new();
    let filter = Scripted::new(&host, "twice", Flag::Unset, |event, guest| {
        if let RequestHeaders { .. } = event {
            guest.send_local_response(reply(401, "first")).unwrap();
            guest.send_local_response(reply(403, "second")).unwrap();
        }
        Action::Continue
    });
    let exchange = chain(&host, &[&filter]).run(&Request::new("GET", "/"), &Upstream::new(200));
    assert_eq!(exchange.response().unwrap().status, 401);
}

/// The response to a request whose headers are answered with this reply.
fn answered(request: &Request, reply: LocalReply) -> ResponseView {
    let host = Host::new();
    let filter = Scripted::new(&host, "reply", Flag::Unset, move |event, guest| {
        if let RequestHeaders { .. } = event {
            guest.send_local_response(reply.clone()).unwrap();
        }
        Action::Pause
    });
    // The filter also pauses its own reply's callbacks; one more filter stands in front.
    let exchange = chain(&host, &[&filter]).run(request, &Upstream::new(200));
    exchange.disconnect();
    exchange.response().unwrap_or_default()
}

#[test]
fn a_filter_that_pauses_its_own_reply_hangs() {
    let response = answered(&Request::new("GET", "/"), reply(403, "no"));
    assert_eq!(response, ResponseView::default());
}

/// The same without the pause.
fn shaped(request: &Request, reply: LocalReply) -> ResponseView {
    let host = Host::new();
    let filter = Scripted::new(&host, "reply", Flag::Unset, move |event, guest| {
        if let RequestHeaders { .. } = event {
            guest.send_local_response(reply.clone()).unwrap();
        }
        Action::Continue
    });
    let exchange = chain(&host, &[&filter]).run(request, &Upstream::new(200));
    assert!(exchange.upstream().is_untouched());
    exchange.response().unwrap()
}

#[test]
fn a_reply_keeps_its_content_type_and_is_text_without_one() {
    let get = Request::new("GET", "/");
    assert_eq!(
        shaped(&get, reply(403, "no"))
            .headers
            .text("content-type")
            .unwrap(),
        "text/plain"
    );
    let headers = Headers::from([("content-type", "application/problem+json")]);
    let problem = LocalReply {
        headers: headers.clone(),
        ..reply(403, "{}")
    };
    let response = shaped(&get, problem);
    assert_eq!(
        response.headers.text("content-type").unwrap(),
        "application/problem+json"
    );
    assert_eq!(response.headers.text("content-length").unwrap(), "2");
    let empty = LocalReply {
        headers,
        ..reply(403, "")
    };
    assert_eq!(shaped(&get, empty).headers.get("content-type"), None);
}

#[test]
fn a_reply_to_head_keeps_its_length_and_loses_its_body() {
    let response = shaped(&Request::new("HEAD", "/"), reply(403, "denied"));
    assert_eq!(response.headers.text("content-length").unwrap(), "6");
    assert!(response.body.is_empty() && response.complete);
}

#[test]
fn a_reply_to_grpc_is_a_status_with_the_body_as_its_message() {
    let grpc = Request::new("POST", "/").header("content-type", "application/grpc");
    let response = shaped(&grpc, reply(403, "denied, 100%"));
    assert_eq!((response.status, response.body.len()), (200, 0));
    assert_eq!(response.headers.text("grpc-status").unwrap(), "7");
    assert_eq!(
        response.headers.text("grpc-message").unwrap(),
        "denied, 100%25"
    );
    let response = shaped(
        &grpc,
        LocalReply {
            grpc_status: 3,
            ..reply(400, "")
        },
    );
    assert_eq!(response.headers.text("grpc-status").unwrap(), "3");
    let web = Request::new("POST", "/").header("content-type", "application/grpc-web");
    assert_eq!(shaped(&web, reply(403, "denied")).status, 403);
}

#[test]
fn the_details_of_a_reply_are_kept_without_spaces() {
    let host = Host::new();
    let filter = Scripted::new(&host, "details", Flag::Unset, |event, guest| {
        if let RequestHeaders { .. } = event {
            let details = "jwt expired".to_owned();
            guest
                .send_local_response(LocalReply {
                    details,
                    ..reply(401, "")
                })
                .unwrap();
        }
        if event == Log {
            assert_eq!(
                guest.property(b"response\0code_details").unwrap(),
                b"jwt_expired"
            );
            assert_eq!(
                guest.property(b"response\0code").unwrap(),
                401u64.to_le_bytes()
            );
        }
        Action::Continue
    });
    let exchange = chain(&host, &[&filter]).run(&Request::new("GET", "/"), &Upstream::new(200));
    assert_eq!(exchange.details().unwrap(), "jwt_expired");
}

#[test]
fn a_filter_that_has_not_seen_the_request_is_still_logged() {
    let host = Host::new();
    let first = replying(&host, |event| matches!(event, RequestHeaders { .. }));
    let second = stamp(&host, "second");
    chain(&host, &[&first, &second]).run(&Request::new("GET", "/"), &Upstream::new(200));
    assert_eq!(second.take(), [Log, Delete]);
}

#[test]
fn the_router_refuses_what_it_cannot_send() {
    let host = Host::new();
    let filter = Scripted::new(&host, "breaks", Flag::Unset, |event, guest| {
        if let RequestHeaders { .. } = event {
            guest
                .replace_map_value(MapType::RequestHeaders, b"x-out", b"a\r\nx-in: 1")
                .unwrap();
        }
        Action::Continue
    });
    let exchange = chain(&host, &[&filter]).run(&Request::new("GET", "/"), &Upstream::new(200));
    assert_eq!(exchange.response().unwrap().status, 503);
    let details = "filter_removed_required_request_headers{invalid_header_value_for:_x-out}";
    assert_eq!(exchange.details().unwrap(), details);
    assert!(exchange.upstream().is_untouched());
}
