//! What each host call answers in which phase.

use std::cell::RefCell;
use std::rc::Rc;

use crate::scripted::Event::*;
use crate::scripted::{Event, Flag, Scripted, chain};
use tollgate_emulator::*;

/// What a probe answered in each callback of a stream that passes a chain.
fn probed<T: 'static>(
    flag: Flag,
    action: fn(Event) -> Action,
    probe: fn(&Guest) -> T,
) -> Vec<(Event, T)> {
    let host = Host::new();
    let answers = Rc::new(RefCell::new(Vec::new()));
    let into = answers.clone();
    let filter = Scripted::new(&host, "probe", flag, move |event, guest| {
        into.borrow_mut().push((event, probe(guest)));
        action(event)
    });
    let request = Request::new("POST", "/p?q=1")
        .header("x-v", [b'a', 0xff])
        .header("x-v", "b")
        .chunk("hello");
    let upstream = Upstream::new(200).header("x-up", "u").chunk("answer");
    chain(&host, &[&filter]).run(&request, &upstream);
    answers.take()
}

fn go_on(_: Event) -> Action {
    Action::Continue
}

fn hold_request(event: Event) -> Action {
    match event {
        RequestHeaders { .. } | RequestBody { end: false, .. } => Action::Pause,
        _ => Action::Continue,
    }
}

fn request_header(guest: &Guest) -> HostResult<Vec<u8>> {
    guest.map_value(MapType::RequestHeaders, b"x-v")
}

#[test]
fn request_headers_are_gone_once_the_filter_has_continued() {
    for (event, answer) in probed(Flag::Set, go_on, request_header) {
        let there = matches!(event, RequestHeaders { .. } | Log);
        let expected = if there {
            Ok(vec![b'a', 0xff])
        } else {
            Err(Status::BadArgument)
        };
        if event != Delete {
            assert_eq!(answer, expected, "{event:?}");
        }
    }
}

#[test]
fn request_headers_that_were_paused_stay_in_reach() {
    for (event, answer) in probed(Flag::Set, hold_request, request_header) {
        if event != Delete {
            assert_eq!(answer, Ok(vec![b'a', 0xff]), "{event:?}");
        }
    }
}

#[test]
fn a_map_out_of_reach_has_no_fields_and_cannot_be_changed() {
    let probe = |guest: &Guest| {
        let all = guest
            .map(MapType::RequestHeaders)
            .map(|fields| fields.len());
        (
            all,
            guest.replace_map_value(MapType::RequestHeaders, b"x-out", b"1"),
        )
    };
    for (event, answer) in probed(Flag::Set, go_on, probe) {
        match event {
            RequestHeaders { .. } => assert_eq!(answer, (Ok(6), Ok(()))),
            Log => assert_eq!(answer, (Ok(7), Err(Status::BadArgument))),
            _ => assert_eq!(answer, (Ok(0), Err(Status::BadArgument)), "{event:?}"),
        }
    }
}

#[test]
fn response_headers_are_in_reach_of_their_own_callbacks_only() {
    let probe = |guest: &Guest| guest.map_value(MapType::ResponseHeaders, b"x-up");
    for (event, answer) in probed(Flag::Set, go_on, probe) {
        match event {
            ResponseHeaders { .. } | Log => assert_eq!(answer, Ok(b"u".to_vec())),
            _ => assert_eq!(answer, Err(Status::BadArgument), "{event:?}"),
        }
    }
}

#[test]
fn a_body_is_empty_outside_of_its_callbacks() {
    let probe = |guest: &Guest| guest.buffer(BufferType::RequestBody, 1, 3);
    for (event, answer) in probed(Flag::Set, go_on, probe) {
        let there = matches!(event, RequestBody { end: false, .. });
        assert_eq!(
            answer,
            Ok(if there { b"ell".to_vec() } else { Vec::new() }),
            "{event:?}"
        );
    }
}

#[test]
fn properties_of_the_request_go_with_its_headers() {
    let probe = |guest: &Guest| {
        let one = |path: &[u8]| {
            guest
                .property(path)
                .ok()
                .map(|value| String::from_utf8_lossy(&value).into_owned())
        };
        [
            one(b"request\0url_path"),
            one(b"request\0query"),
            one(b"request\0headers\0x-v"),
            one(b"connection\0mtls"),
        ]
    };
    for (event, answer) in probed(Flag::Set, go_on, probe) {
        let some = |text: &str| Some(text.to_owned());
        match event {
            RequestHeaders { .. } | Log => {
                assert_eq!(
                    answer,
                    [some("/p"), some("q=1"), some("a\u{fffd},b"), some("\0")]
                );
            }
            Delete => {}
            _ => assert_eq!(answer, [None, None, None, some("\0")], "{event:?}"),
        }
    }
}

/// Runs `test` in a request headers callback, of a request with a body.
fn in_request_headers(host: &Host, test: impl Fn(&Guest) + 'static) -> Exchange {
    let filter = Scripted::new(host, "test", Flag::Set, move |event, guest| {
        if let RequestHeaders { .. } = event {
            test(guest);
        }
        Action::Continue
    });
    chain(host, &[&filter]).run(
        &Request::new("POST", "/").chunk("hello"),
        &Upstream::new(200),
    )
}

#[test]
fn filter_state_has_a_prefix_and_belongs_to_streams() {
    let host = Host::new();
    let exchange = in_request_headers(&host, |guest| {
        guest.set_property(b"tollgate.sub", b"bob").unwrap();
        assert_eq!(guest.property(b"tollgate.sub").unwrap(), b"bob");
        assert_eq!(
            guest.property(b"filter_state\0wasm.tollgate.sub").unwrap(),
            b"bob"
        );
        guest.set_property(b"metadata\0x", b"y").unwrap();
        assert_eq!(guest.property(b"metadata\0x"), Err(Status::NotFound));
    });
    assert_eq!(exchange.state("wasm.tollgate.sub").unwrap(), "bob");
    let filter = Scripted::new(&host, "root", Flag::Unset, |_, _| Action::Continue);
    let root = filter.installed.root();
    assert_eq!(root.set_property(b"a", b"b"), Err(Status::NotFound));
    assert_eq!(root.property(b"plugin_name").unwrap(), b"root");
}

#[test]
fn a_body_is_replaced_at_its_front_and_its_end() {
    let host = Host::new();
    let filter = Scripted::new(&host, "write", Flag::Set, |event, guest| {
        let write = |start, length, bytes: &[u8]| {
            guest.set_buffer(BufferType::RequestBody, start, length, bytes)
        };
        match event {
            RequestHeaders { .. } => assert_eq!(write(0, 0, b"x"), Err(Status::BadArgument)),
            RequestBody { end: false, .. } => {
                assert_eq!(write(2, 1, b"x"), Err(Status::BadArgument));
                write(0, 2, b"HE").unwrap();
                write(0, 0, b"> ").unwrap();
                write(99, 0, b" <").unwrap();
            }
            _ => {}
        }
        Action::Continue
    });
    let exchange = chain(&host, &[&filter]).run(
        &Request::new("POST", "/").chunk("hello"),
        &Upstream::new(200),
    );
    assert_eq!(exchange.upstream().body, b"> HEllo <");
}

#[test]
fn whoever_touches_trailers_in_the_last_body_callback_makes_them() {
    let host = Host::new();
    let filter = Scripted::new(&host, "touch", Flag::Set, |event, guest| {
        if let RequestBody { end, .. } = event {
            let removed = guest.remove_map_value(MapType::RequestTrailers, b"x-t");
            assert_eq!(
                removed,
                if end {
                    Ok(())
                } else {
                    Err(Status::BadArgument)
                }
            );
        }
        Action::Continue
    });
    let exchange = chain(&host, &[&filter]).run(
        &Request::new("POST", "/").chunk("hello"),
        &Upstream::new(200),
    );
    assert_eq!(exchange.upstream().trailers, Some(Headers::new()));
}

#[test]
fn shared_data_is_kept_by_vm_id_and_written_by_compare_and_swap() {
    let host = Host::new();
    let filter = Scripted::new(&host, "share", Flag::Unset, |_, _| Action::Continue);
    let guest = filter.installed.root();
    assert_eq!(guest.shared_data(b"k"), Err(Status::NotFound));
    guest.set_shared_data(b"k", b"1", 0).unwrap();
    assert_eq!(guest.shared_data(b"k").unwrap(), (b"1".to_vec(), 1));
    host.set_shared_value("vm", b"k", b"2");
    assert_eq!(
        guest.set_shared_data(b"k", b"3", 1),
        Err(Status::CasMismatch)
    );
    guest.set_shared_data(b"k", b"3", 2).unwrap();
    assert_eq!(host.shared_value("vm", b"k").unwrap(), b"3");
    assert_eq!(host.shared_value("other", b"k"), None);
}

#[test]
fn a_counter_only_goes_up_and_two_definitions_are_one_metric() {
    let host = Host::new();
    let filter = Scripted::new(&host, "count", Flag::Unset, |_, _| Action::Continue);
    let guest = filter.installed.root();
    let counter = guest.define_metric(MetricType::Counter, "denied").unwrap();
    guest.increment_metric(counter, 2).unwrap();
    assert_eq!(
        guest.increment_metric(counter, -1),
        Err(Status::BadArgument)
    );
    let again = guest.define_metric(MetricType::Counter, "denied").unwrap();
    guest.record_metric(again, 3).unwrap();
    assert_ne!(counter, again);
    assert_eq!(
        (guest.metric(counter), host.metric("denied")),
        (Ok(5), Some(5))
    );

    let gauge = guest.define_metric(MetricType::Gauge, "age").unwrap();
    guest.record_metric(gauge, 7).unwrap();
    guest.increment_metric(gauge, -2).unwrap();
    let histogram = guest.define_metric(MetricType::Histogram, "bytes").unwrap();
    guest.record_metric(histogram, 9).unwrap();
    assert_eq!(
        (host.metric("age"), host.histogram("bytes")),
        (Some(5), vec![9])
    );
    assert_eq!(guest.metric(histogram), Err(Status::BadArgument));
    assert_eq!(guest.record_metric(99, 1), Err(Status::NotFound));
}

#[test]
fn verify_signature_asks_the_verifier_of_the_test() {
    let host = Host::new();
    let filter = Scripted::new(&host, "verify", Flag::Unset, |_, _| Action::Continue);
    let guest = filter.installed.root();
    let ask = |argument: &[u8]| guest.call_foreign_function(b"verify_signature", argument);
    assert_eq!(ask(b""), Err(Status::NotFound));
    host.set_verifier(|hash, key, signature, text| match hash {
        "sha256" => Ok(key == b"key" && signature == b"sig" && text == b"text"),
        _ => Err(format!("{hash} is not supported.")),
    });
    assert_eq!(
        ask(b"\x0a\x06sha256\x12\x03key\x1a\x03sig\x22\x04text"),
        Ok(vec![8, 1])
    );
    let refused = ask(b"\x0a\x06sha256\x12\x03key\x1a\x03bad\x22\x04text").unwrap();
    assert_eq!(refused[..2], [0x12, 38]);
    assert_eq!(
        ask(b"\x0a\x03md4").unwrap(),
        b"\x12\x15md4 is not supported."
    );
    assert_eq!(ask(b"\xff\xff"), Err(Status::BadArgument));
    assert_eq!(
        guest.call_foreign_function(b"nosuch", b""),
        Err(Status::NotFound)
    );
}

#[test]
fn the_route_cache_can_be_cleared_by_a_stream() {
    let host = Host::new();
    let exchange = in_request_headers(&host, |guest| {
        assert_eq!(
            guest.call_foreign_function(b"clear_route_cache", b""),
            Ok(Vec::new())
        );
    });
    assert_eq!(exchange.route_cache_clears(), 1);
}

#[test]
fn any_host_call_can_be_made_to_fail_once_or_always() {
    let host = Host::new();
    host.fail(HostCall::GetMap, Which::Nth(2), Status::InternalFailure);
    host.fail(HostCall::SetProperty, Which::Every, Status::NotFound);
    in_request_headers(&host, |guest| {
        let answers = [(); 3].map(|()| guest.map(MapType::RequestHeaders).map(drop));
        assert_eq!(answers, [Ok(()), Err(Status::InternalFailure), Ok(())]);
        assert_eq!(guest.set_property(b"a", b"b"), Err(Status::NotFound));
        assert_eq!(guest.set_property(b"a", b"b"), Err(Status::NotFound));
    });
    assert_eq!(host.calls_made(HostCall::GetMap), 3);
    host.heal();
    in_request_headers(&host, |guest| {
        assert_eq!(guest.set_property(b"a", b"b"), Ok(()))
    });
}

#[test]
fn every_host_call_has_a_name() {
    for call in HostCall::ALL {
        assert_eq!(HostCall::named(call.name()), Some(*call));
    }
    assert_eq!(HostCall::named("proxy_nosuch"), None);
}

#[test]
fn log_lines_below_the_level_are_dropped() {
    let host = Host::new();
    in_request_headers(&host, |guest| {
        guest.log(LogLevel::Debug, b"quiet").unwrap();
        guest.log(LogLevel::Warn, b"loud").unwrap();
        assert_eq!(guest.log_level(), Ok(LogLevel::Info));
    });
    assert_eq!(
        host.take_log(),
        [LogLine {
            level: LogLevel::Warn,
            text: "loud".to_owned()
        }]
    );
    assert_eq!(host.log(), []);
}
