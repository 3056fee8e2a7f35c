//! Virtual time: ticks, and calls to clusters.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use crate::scripted::Event::*;
use crate::scripted::{Flag, Scripted, chain, reply};
use tollgate_emulator::*;

const MS: Duration = Duration::from_millis(1);

fn call(guest: &Guest, cluster: &str, timeout: Duration) -> HostResult<u32> {
    let headers = Headers::from([
        (":method", "GET"),
        (":path", "/keys"),
        (":authority", "idp"),
    ]);
    guest.http_call(cluster, &headers, b"", &Headers::new(), timeout)
}

/// A filter that notes the time of each tick and each answer's status.
fn noting(host: &Host) -> (Scripted, Rc<RefCell<Vec<String>>>) {
    let notes = Rc::new(RefCell::new(Vec::new()));
    let into = notes.clone();
    let filter = Scripted::new(host, "note", Flag::Unset, move |event, guest| {
        let at = guest.host().elapsed().as_millis();
        match event {
            Tick => into.borrow_mut().push(format!("{at} tick")),
            Answered(answer) => {
                let status = guest
                    .map_value(MapType::CallHeaders, b":status")
                    .unwrap_or_default();
                let body = guest
                    .buffer(BufferType::CallBody, 0, 1000)
                    .unwrap_or_default();
                assert_eq!(
                    (body.len(), guest.map(MapType::CallHeaders).unwrap().len()),
                    (answer.body_size as usize, answer.headers as usize)
                );
                let (status, body) = (
                    String::from_utf8_lossy(&status),
                    String::from_utf8_lossy(&body),
                );
                let reset = guest.status().unwrap().0;
                into.borrow_mut()
                    .push(format!("{at} {} {status} {body} {reset}", answer.headers));
            }
            _ => {}
        }
        Action::Continue
    });
    (filter, notes)
}

#[test]
fn ticks_come_at_their_period_until_it_is_zero() {
    let host = Host::new();
    let (filter, notes) = noting(&host);
    let root = filter.installed.root();
    root.set_tick_period(100 * MS).unwrap();
    host.advance(250 * MS);
    assert_eq!(notes.take(), ["100 tick", "200 tick"]);
    root.set_tick_period(500 * MS).unwrap();
    host.advance(500 * MS);
    assert_eq!(notes.take(), ["750 tick"]);
    root.set_tick_period(Duration::ZERO).unwrap();
    host.advance(5000 * MS);
    assert_eq!(notes.take(), [""; 0]);
}

#[test]
fn the_clock_moves_with_time_and_can_be_set() {
    let host = Host::new();
    let (filter, _notes) = noting(&host);
    let root = filter.installed.root();
    host.set_time(1_000_000_000);
    assert_eq!(root.time(), Ok(1_000_000_000));
    host.advance(2 * MS);
    assert_eq!(root.time(), Ok(1_002_000_000));
    host.set_time(5);
    assert_eq!((root.time(), host.elapsed()), (Ok(5), 2 * MS));
}

#[test]
fn answers_come_after_their_delay_and_timeouts_as_504() {
    let host = Host::new();
    let (filter, notes) = noting(&host);
    let root = filter.installed.root();
    host.cluster("idp", |_| {
        Answer::new(200, "keys").header("x-k", "1").after(30 * MS)
    });
    host.cluster("slow", |_| Answer::new(200, "late").after(1000 * MS));
    host.cluster("dead", |_| Answer::refused());
    host.cluster("mute", |_| Answer::never());
    host.cluster("broken", |_| Answer::reset().after(40 * MS));
    for cluster in ["idp", "slow", "mute", "dead", "broken"] {
        call(root, cluster, 200 * MS).unwrap();
    }
    host.advance(500 * MS);
    let seen = notes.take();
    let refused = "upstream connect error or disconnect/reset before headers. reset reason: remote connection failure";
    assert_eq!(seen[0], format!("0 3 503 {refused} 0"));
    assert_eq!(seen[1], "30 2 200 keys 0");
    assert_eq!(seen[2], "40 0   11");
    assert_eq!(
        seen[3..],
        [
            "200 3 504 upstream request timeout 0",
            "200 3 504 upstream request timeout 0"
        ]
    );
    let calls = host.calls_out();
    assert_eq!(
        (calls.len(), &calls[0].cluster[..], calls[0].timeout),
        (5, "idp", 200 * MS)
    );
}

#[test]
fn a_call_without_a_cluster_or_a_path_fails_at_once() {
    let host = Host::new();
    let (filter, _notes) = noting(&host);
    let root = filter.installed.root();
    assert_eq!(call(root, "nosuch", MS), Err(Status::BadArgument));
    host.cluster("idp", |_| Answer::new(200, ""));
    let headers = Headers::from([(":method", "GET"), (":path", "/")]);
    assert_eq!(
        root.http_call("idp", &headers, b"", &Headers::new(), MS),
        Err(Status::BadArgument)
    );
    assert!(host.calls_out().is_empty());
}

#[test]
fn an_answer_lets_every_stream_go_on_that_waits_for_it() {
    let host = Host::new();
    host.cluster("idp", |_| Answer::new(200, "keys").after(20 * MS));
    let waiting = Rc::new(RefCell::new(Vec::<Guest>::new()));
    let filter = Scripted::new(
        &host,
        "wait",
        Flag::Unset,
        move |event, guest| match event {
            RequestHeaders { .. } => {
                if waiting.borrow().is_empty() {
                    call(guest, "idp", 200 * MS).unwrap();
                }
                waiting.borrow_mut().push(guest.clone());
                Action::Pause
            }
            Answered(_) => {
                let streams = waiting.take();
                streams[0].continue_stream(Way::Request).unwrap();
                streams[1].send_local_response(reply(403, "no")).unwrap();
                Action::Continue
            }
            _ => Action::Continue,
        },
    );
    let chain = chain(&host, &[&filter]);
    let first = chain.run(
        &Request::new("POST", "/").chunk("hello"),
        &Upstream::new(200),
    );
    let second = chain.run(&Request::new("GET", "/"), &Upstream::new(200));
    assert!(first.is_hanging() && second.is_hanging());
    host.advance(20 * MS);
    assert_eq!(
        (first.response().unwrap().status, first.upstream().body),
        (200, b"hello".to_vec())
    );
    assert_eq!(first.upstream().released[0].at, 20 * MS);
    assert_eq!(second.response().unwrap().status, 403);
    assert!(second.upstream().is_untouched());
    assert_eq!([first.violations(), second.violations()].concat(), [""; 0]);
}

#[test]
fn an_answer_without_delay_comes_before_the_next_piece_of_the_request() {
    let host = Host::new();
    host.cluster("idp", |_| Answer::new(200, "keys"));
    let filter = Scripted::new(&host, "ask", Flag::Unset, |event, guest| {
        if let RequestHeaders { .. } = event {
            call(guest, "idp", 200 * MS).unwrap();
        }
        Action::Continue
    });
    chain(&host, &[&filter]).run(
        &Request::new("POST", "/").chunk("hello"),
        &Upstream::new(200),
    );
    let callbacks = filter.take();
    assert!(matches!(callbacks[1], Answered(_)), "{callbacks:?}");
}

#[test]
fn an_answer_for_a_stream_that_is_gone_still_comes_to_its_root() {
    let host = Host::new();
    host.cluster("idp", |_| Answer::new(200, "keys").after(20 * MS));
    let filter = Scripted::new(&host, "ask", Flag::Unset, |event, guest| {
        if let RequestHeaders { .. } = event {
            call(guest, "idp", 200 * MS).unwrap();
        }
        Action::Continue
    });
    let exchange = chain(&host, &[&filter]).run(&Request::new("GET", "/"), &Upstream::new(200));
    assert!(exchange.response().unwrap().complete);
    filter.take();
    host.advance(20 * MS);
    assert!(matches!(filter.take()[..], [Answered(_)]));
}

#[test]
fn going_on_after_everything_was_stopped_offers_the_body_to_the_filter_itself() {
    let host = Host::new();
    host.cluster("idp", |_| Answer::new(200, "keys").after(20 * MS));
    let asked = Rc::new(RefCell::new(None::<Guest>));
    let filter = Scripted::new(&host, "ask", Flag::Unset, move |event, guest| match event {
        RequestHeaders { .. } => {
            call(guest, "idp", 200 * MS).unwrap();
            *asked.borrow_mut() = Some(guest.clone());
            Action::Pause
        }
        Answered(_) => {
            asked
                .borrow()
                .as_ref()
                .unwrap()
                .continue_stream(Way::Request)
                .unwrap();
            Action::Continue
        }
        RequestBody { .. } => Action::Pause,
        _ => Action::Continue,
    });
    let request = Request::new("POST", "/")
        .chunk("hello")
        .trailers([("x-t", "1")]);
    let exchange = chain(&host, &[&filter]).run(&request, &Upstream::new(200));
    host.advance(20 * MS);
    // Envoy: a body that the filter holds there, before trailers that it lets go, is lost.
    let seen = filter.take();
    assert_eq!(
        seen[2..5],
        [
            RequestBody {
                size: 5,
                end: false
            },
            RequestTrailers,
            RequestTrailers
        ]
    );
    assert!(exchange.upstream().complete && exchange.upstream().body.is_empty());
    assert_eq!(
        exchange.violations(),
        ["Request: filter 0 has seen the end, and body bytes are lost"]
    );
}
