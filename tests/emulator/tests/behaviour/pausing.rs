//! What a pause holds back, with `allow_on_headers_stop_iteration` set and unset.

use std::time::Duration;

use crate::scripted::Event::*;
use crate::scripted::{Event, Flag, Scripted, chain, reply};
use tollgate_emulator::*;

fn two_chunks() -> Request {
    Request::new("POST", "/a").chunk("good1").chunk("good2")
}

/// Holds the body, and the headers if `headers` is a pause, until the end.
fn holding(host: &Host, flag: Flag, headers: Action, verdict: fn(&Guest) -> Action) -> Scripted {
    Scripted::new(host, "hold", flag, move |event, guest| match event {
        RequestHeaders { end: false } => headers,
        RequestBody { end: false, .. } => Action::Pause,
        RequestBody { end: true, .. } | RequestTrailers => verdict(guest),
        _ => Action::Continue,
    })
}

fn allow(_: &Guest) -> Action {
    Action::Continue
}

fn deny(guest: &Guest) -> Action {
    guest.send_local_response(reply(400, "rejected")).unwrap();
    Action::Pause
}

#[test]
fn headers_that_continue_reach_the_upstream_before_the_body_is_judged() {
    for flag in [Flag::Set, Flag::Unset] {
        let host = Host::new();
        let filter = holding(&host, flag, Action::Continue, deny);
        let exchange = chain(&host, &[&filter]).run(&two_chunks(), &Upstream::new(200));
        let upstream = exchange.upstream();
        let seen: Vec<_> = upstream
            .released
            .iter()
            .map(|release| (release.step, release.what))
            .collect();
        assert_eq!(
            seen,
            [(1, Released::Headers), (4, Released::Reset)],
            "{flag:?}"
        );
        assert!(upstream.body.is_empty() && upstream.reset && !upstream.complete);
        assert_eq!(exchange.response().unwrap().status, 400);
    }
}

#[test]
fn headers_that_pause_without_the_flag_hold_everything_and_no_body_callback_comes() {
    let host = Host::new();
    let filter = holding(&host, Flag::Unset, Action::Pause, allow);
    let exchange = chain(&host, &[&filter]).run(&two_chunks(), &Upstream::new(200));
    assert_eq!(filter.take(), [RequestHeaders { end: false }]);
    assert!(exchange.is_hanging() && exchange.upstream().is_untouched());
    exchange.disconnect();
    assert_eq!(exchange.details().unwrap(), "downstream_remote_disconnect");
    assert_eq!(filter.take(), [Log, Delete]);
}

#[test]
fn headers_and_body_that_pause_with_the_flag_hide_the_request_until_it_is_judged() {
    let host = Host::new();
    let filter = holding(&host, Flag::Set, Action::Pause, allow);
    let exchange = chain(&host, &[&filter]).run(&two_chunks(), &Upstream::new(200));
    let upstream = exchange.upstream();
    assert_eq!(upstream.released[0].step, 4);
    assert_eq!(upstream.body, b"good1good2");
    assert!(upstream.complete && exchange.response().unwrap().complete);
    assert_eq!(exchange.violations(), [""; 0]);

    let filter = holding(&host, Flag::Set, Action::Pause, deny);
    let exchange = chain(&host, &[&filter]).run(&two_chunks(), &Upstream::new(200));
    assert!(exchange.upstream().is_untouched());
    assert_eq!(exchange.response().unwrap().body, b"rejected");
}

#[test]
fn body_sizes_grow_while_pausing_and_are_the_chunks_while_continuing() {
    let host = Host::new();
    let sizes = |action: Action| {
        let filter = Scripted::new(&host, "sizes", Flag::Set, move |event, _| match event {
            RequestBody { end: false, .. } => action,
            _ => Action::Continue,
        });
        chain(&host, &[&filter]).run(&two_chunks(), &Upstream::new(200));
        let sizes = |event: Event| {
            if let RequestBody { size, end } = event {
                Some((size, end))
            } else {
                None
            }
        };
        filter
            .take()
            .into_iter()
            .filter_map(sizes)
            .collect::<Vec<_>>()
    };
    assert_eq!(sizes(Action::Pause), [(5, false), (10, false), (10, true)]);
    assert_eq!(sizes(Action::Continue), [(5, false), (5, false), (0, true)]);
}

/// A filter that asks a cluster about the request and answers 401, but whose body
/// and trailers callbacks go on.
fn asking(host: &Host, flag: Flag) -> Scripted {
    host.cluster("idp", |_| {
        Answer::new(200, "keys").after(Duration::from_millis(20))
    });
    let asked = std::rc::Rc::new(std::cell::RefCell::new(None::<Guest>));
    Scripted::new(host, "ask", flag, move |event, guest| match event {
        RequestHeaders { .. } => {
            let headers = Headers::from([
                (":method", "GET"),
                (":path", "/keys"),
                (":authority", "idp"),
            ]);
            guest
                .http_call(
                    "idp",
                    &headers,
                    b"",
                    &Headers::new(),
                    Duration::from_millis(200),
                )
                .unwrap();
            *asked.borrow_mut() = Some(guest.clone());
            Action::Pause
        }
        Answered(_) => {
            let stream = asked.borrow();
            stream
                .as_ref()
                .unwrap()
                .send_local_response(reply(401, "no"))
                .unwrap();
            Action::Continue
        }
        _ => Action::Continue,
    })
}

#[test]
fn a_continue_from_the_body_or_trailers_callback_lets_paused_headers_go() {
    let body = Request::new("POST", "/").chunk("hello");
    let trailers = Request::new("POST", "/").trailers([("x-t", "1")]);
    for request in [body, trailers] {
        for (flag, status) in [(Flag::Set, 200), (Flag::Unset, 401)] {
            let host = Host::new();
            let filter = asking(&host, flag);
            let exchange = chain(&host, &[&filter]).run(&request, &Upstream::new(200));
            host.advance(Duration::from_millis(50));
            assert_eq!(
                exchange.response().unwrap().status,
                status,
                "{flag:?} {request:?}"
            );
            assert_eq!(exchange.upstream().is_untouched(), flag == Flag::Unset);
        }
    }
}

#[test]
fn with_trailers_no_body_callback_has_the_end_of_the_stream() {
    let host = Host::new();
    let request = two_chunks().trailers([("x-t", "1")]);
    let filter = holding(&host, Flag::Set, Action::Pause, |guest| {
        assert_eq!(
            guest.buffer(BufferType::RequestBody, 0, 100).unwrap(),
            b"good1good2"
        );
        assert_eq!(
            guest.map(MapType::RequestTrailers).unwrap(),
            Headers::from([("x-t", "1")])
        );
        Action::Continue
    });
    let exchange = chain(&host, &[&filter]).run(&request, &Upstream::new(200));
    let callbacks = filter.take();
    let body = [
        RequestBody {
            size: 5,
            end: false,
        },
        RequestBody {
            size: 10,
            end: false,
        },
    ];
    assert_eq!(callbacks[1..3], body);
    assert_eq!(callbacks[3], RequestTrailers);
    let upstream = exchange.upstream();
    assert_eq!(
        (upstream.body, upstream.trailers.unwrap().len()),
        (b"good1good2".to_vec(), 1)
    );
}

#[test]
fn trailers_without_a_body_bring_no_body_callback() {
    let host = Host::new();
    let filter = holding(&host, Flag::Set, Action::Pause, allow);
    let request = Request::new("POST", "/").trailers([("x-t", "1")]);
    let exchange = chain(&host, &[&filter]).run(&request, &Upstream::new(200));
    assert_eq!(
        filter.take()[..2],
        [RequestHeaders { end: false }, RequestTrailers]
    );
    assert!(exchange.upstream().complete);
}

#[test]
fn a_response_held_with_its_headers_can_be_replaced_and_is_seen_by_the_filters_in_front() {
    let host = Host::new();
    let front = crate::scripted::stamp(&host, "front");
    let judge = Scripted::new(&host, "judge", Flag::Set, |event, guest| match event {
        ResponseHeaders { .. } | ResponseBody { end: false, .. } => Action::Pause,
        ResponseBody { size, end: true } => {
            guest
                .replace_map_value(MapType::ResponseHeaders, b":status", b"502")
                .unwrap();
            guest
                .remove_map_value(MapType::ResponseHeaders, b"content-length")
                .unwrap();
            guest
                .set_buffer(BufferType::ResponseBody, 0, size as usize, b"replaced")
                .unwrap();
            Action::Continue
        }
        _ => Action::Continue,
    });
    let upstream = Upstream::new(200)
        .header("content-length", "6")
        .chunk("BAD")
        .chunk("BAD");
    let exchange = chain(&host, &[&front, &judge]).run(&Request::new("GET", "/"), &upstream);
    let response = exchange.response().unwrap();
    assert_eq!(
        (response.status, &response.body[..]),
        (502, &b"replaced"[..])
    );
    assert_eq!(response.headers.text("x-front").as_deref(), Some("1"));
    assert_eq!(exchange.violations(), [""; 0]);
}

#[test]
fn going_on_where_nothing_is_paused_is_a_violation() {
    let host = Host::new();
    let filter = Scripted::new(&host, "eager", Flag::Set, |event, guest| {
        if let RequestHeaders { .. } = event {
            guest.continue_stream(Way::Request).unwrap();
        }
        Action::Continue
    });
    let exchange = chain(&host, &[&filter]).run(&Request::new("GET", "/"), &Upstream::new(200));
    assert_eq!(exchange.violations().len(), 1);
}

#[test]
fn a_body_of_another_length_than_announced_is_a_violation() {
    let host = Host::new();
    let filter = Scripted::new(&host, "longer", Flag::Set, |event, guest| {
        if let RequestBody { end: false, .. } = event {
            guest
                .set_buffer(BufferType::RequestBody, 0, 0, b"more")
                .unwrap();
        }
        Action::Continue
    });
    let request = Request::new("POST", "/")
        .header("content-length", "5")
        .chunk("hello");
    let exchange = chain(&host, &[&filter]).run(&request, &Upstream::new(200));
    assert_eq!(
        exchange.violations(),
        ["the request has 9 bytes of body, but content-length 5"]
    );
}

#[test]
fn a_filter_that_stops_everything_slows_the_client_down_at_the_limit() {
    let host = Host::new();
    let filter = Scripted::new(&host, "slow", Flag::Set, |event, _| match event {
        RequestHeaders { .. } => Action::Other(4),
        _ => Action::Continue,
    });
    let request = Request::new("POST", "/")
        .chunk([b'x'; 60])
        .chunk([b'y'; 60])
        .chunk([b'z'; 60]);
    let chain = crate::scripted::limited_chain(&host, &[&filter], 100);
    let exchange = chain.run(&request, &Upstream::new(200));
    assert!(exchange.is_hanging(), "no 413: the third chunk waits");
}
