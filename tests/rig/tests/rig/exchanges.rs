//! Requests and responses, as they are sent and as they arrive.

use std::time::Duration;

use serde_json::json;
use tollgate_rig::{
    Answer, Arrival, Authority, Body, Client, End, Ending, Envoy, Http, Port, Request, SERVER_NAME,
    Upstream,
};

use crate::Test;
use crate::bootstrap::{bootstrap, cluster, listener, proxy};

pub const TESTS: &[Test] = &[
    ("bytes_pass_both_ways", bytes_pass_both_ways),
    ("trailers_pass_over_http2", trailers_pass_over_http2),
    ("tls_speaks_both_versions", tls_speaks_both_versions),
    (
        "a_client_shows_its_certificate",
        a_client_shows_its_certificate,
    ),
    (
        "head_and_bodiless_answers_end",
        head_and_bodiless_answers_end,
    ),
    (
        "a_body_that_never_ends_is_seen_to_begin",
        a_body_that_never_ends_is_seen_to_begin,
    ),
    ("a_broken_answer_is_a_reset", a_broken_answer_is_a_reset),
    ("a_late_answer_is_a_timeout", a_late_answer_is_a_timeout),
    (
        "bytes_that_are_no_request_are_answered",
        bytes_that_are_no_request_are_answered,
    ),
    ("nobody_there_is_a_failure", nobody_there_is_a_failure),
];

fn bytes_pass_both_ways() {
    let proxy = proxy(Http::One, None);
    let client = Client::new(proxy.listen.address(), Http::One);
    proxy.upstream.answer(
        Answer::new(201)
            .field("x-answer", b"caf\xe9\xff")
            .field("set-cookie", "a=1")
            .field("set-cookie", "b=2")
            .body(Body::pieces(["one", "two"])),
    );
    let body = Body::pieces(["{\"a\":", "1}"]).with_pause(Duration::from_millis(20));
    let request = Request::new("POST", "/orders?x=%20")
        .authority("api.example.com")
        .field("X-Bytes", b"\xff\x80")
        .field("x-list", "a")
        .field("x-list", "b , c")
        .body(body);
    let response = client.send(&request);
    assert_eq!((response.status, &response.end), (Some(201), &End::Clean));
    assert_eq!(response.body, b"onetwo");
    assert_eq!(response.values("x-answer"), [b"caf\xe9\xff"]);
    assert_eq!(response.values("set-cookie"), [b"a=1", b"b=2"]);

    let arrived = proxy.upstream.take();
    assert_eq!(arrived.len(), 1);
    assert_eq!(arrived[0].method, "POST");
    assert_eq!(arrived[0].path, b"/orders?x=%20");
    assert_eq!(arrived[0].authority, "api.example.com");
    assert_eq!(arrived[0].values("x-bytes"), [b"\xff\x80"]);
    assert_eq!(arrived[0].values("x-list"), [&b"a"[..], b"b , c"]);
    assert_eq!(arrived[0].body, b"{\"a\":1}");
    assert_eq!(arrived[0].arrival, Arrival::Whole);
    assert!(proxy.upstream.requests().is_empty());
}

fn trailers_pass_over_http2() {
    let proxy = proxy(Http::Two, None);
    let client = Client::new(proxy.listen.address(), Http::Two);
    let trailers = vec![("grpc-status".to_owned(), b"0".to_vec())];
    proxy
        .upstream
        .answer(Answer::new(200).body(Body::pieces(["answer"]).with_trailers(trailers.clone())));
    let sent = vec![("x-checksum".to_owned(), b"7".to_vec())];
    let request = Request::new("POST", "/orders")
        .field("te", "trailers")
        .body(Body::pieces(["or", "der"]).with_trailers(sent.clone()));
    let response = client.send(&request);
    assert_eq!((response.status, &response.end), (Some(200), &End::Clean));
    assert_eq!(response.body, b"answer");
    assert_eq!(response.trailers, trailers);
    let arrived = proxy.upstream.take();
    assert_eq!(
        (arrived[0].http, arrived[0].arrival),
        (Http::Two, Arrival::Whole)
    );
    assert_eq!(arrived[0].body, b"order");
    assert_eq!(arrived[0].trailers, sent);
}

fn tls_speaks_both_versions() {
    let authority = Authority::new();
    let identity = authority.issue(&[SERVER_NAME]);
    let proxy = proxy(Http::One, Some(&identity));
    for http in [Http::One, Http::Two] {
        let client = Client::new(proxy.listen.address(), http).over_tls(&authority, None);
        let response = client.send(&Request::new("PUT", "/").body(Body::whole("x")));
        assert_eq!((response.status, &response.end), (Some(200), &End::Clean));
        assert_eq!(response.body, b"{}");
    }
    let arrived = proxy.upstream.take();
    assert_eq!(arrived[1].values("x-forwarded-proto"), [b"https"]);
    assert_eq!(arrived[1].values("content-length"), [b"1"]);
}

fn a_client_shows_its_certificate() {
    let authority = Authority::new();
    let (server, own) = (
        authority.issue(&[SERVER_NAME]),
        authority.issue(&["client.test"]),
    );
    let (upstream, listen) = (Upstream::start(), Port::free().unwrap());
    let mut listener = listener("main", listen.address(), "up", Some(&server));
    let chain = &mut listener["filter_chains"][0];
    let tls = &mut chain["transport_socket"]["typed_config"];
    tls["require_client_certificate"] = true.into();
    tls["common_tls_context"]["validation_context"] =
        json!({ "trusted_ca": { "filename": authority.file() } });
    let manager = &mut chain["filters"][0]["typed_config"];
    manager["forward_client_cert_details"] = "SANITIZE_SET".into();
    manager["set_current_client_cert_details"] = json!({ "dns": true });
    let cluster = cluster("up", upstream.address(), Http::One);
    let _envoy = Envoy::start(&bootstrap(&[listener], &[cluster]), 1).unwrap();

    let client = Client::new(listen.address(), Http::One);
    let anonymous = client.clone().over_tls(&authority, None);
    assert_eq!(anonymous.send(&Request::new("GET", "/")).status, None);
    let known = client.over_tls(&authority, Some(&own));
    assert_eq!(known.send(&Request::new("GET", "/")).status, Some(200));
    let arrived = upstream.take();
    let shown = String::from_utf8_lossy(arrived[0].values("x-forwarded-client-cert")[0]);
    assert!(shown.ends_with("DNS=client.test"), "{shown}");
}

fn head_and_bodiless_answers_end() {
    for upstream in [Http::One, Http::Two] {
        let proxy = proxy(upstream, None);
        for http in [Http::One, Http::Two] {
            let client = Client::new(proxy.listen.address(), http);
            proxy.upstream.answer(Answer::json(200, "{}"));
            let response = client.send(&Request::new("HEAD", "/"));
            assert_eq!((response.status, &response.end), (Some(200), &End::Clean));
            proxy.upstream.answer(Answer::new(204));
            let response = client.send(&Request::new("GET", "/"));
            assert_eq!((response.status, &response.end), (Some(204), &End::Clean));
            proxy.upstream.answer(Answer::new(200));
            let response = client.send(&Request::new("GET", "/"));
            assert_eq!((response.status, &response.end), (Some(200), &End::Clean));
            assert_eq!(response.body, b"");
        }
    }
}

fn a_body_that_never_ends_is_seen_to_begin() {
    let proxy = proxy(Http::One, None);
    for http in [Http::One, Http::Two] {
        let client =
            Client::new(proxy.listen.address(), http).with_deadline(Duration::from_millis(300));
        let body = Body::pieces(["begun", "never"]).with_pause(Duration::from_secs(60));
        let response = client.send(&Request::new("POST", "/").body(body));
        assert_eq!((response.status, &response.end), (None, &End::Timeout));
        let broken = |seen: &[tollgate_rig::Received]| {
            seen.iter()
                .any(|request| request.arrival == Arrival::Broken)
        };
        let arrived = proxy.upstream.wait(tollgate_rig::DEADLINE, broken);
        assert_eq!(arrived[0].body, b"begun");
        assert_eq!(arrived[0].arrival, Arrival::Broken);
        proxy.upstream.take();
    }
}

fn a_broken_answer_is_a_reset() {
    for upstream in [Http::One, Http::Two] {
        let proxy = proxy(upstream, None);
        for http in [Http::One, Http::Two] {
            let client = Client::new(proxy.listen.address(), http);
            proxy.upstream.answer(Answer {
                ending: Ending::Broken,
                ..Answer::new(200).body(Body::pieces(["half"]))
            });
            let response = client.send(&Request::new("GET", "/"));
            assert_eq!(
                (response.status, &response.body[..]),
                (Some(200), &b"half"[..])
            );
            assert!(matches!(response.end, End::Reset(_)), "{response:?}");
            proxy.upstream.answer(Answer::nothing());
            assert_eq!(client.send(&Request::new("GET", "/")).status, Some(503));
        }
    }
}

fn a_late_answer_is_a_timeout() {
    let proxy = proxy(Http::One, None);
    let client =
        Client::new(proxy.listen.address(), Http::One).with_deadline(Duration::from_millis(100));
    proxy
        .upstream
        .answer(Answer::json(200, "{}").after(Duration::from_secs(60)));
    let response = client.send(&Request::new("GET", "/"));
    assert_eq!((response.status, response.end), (None, End::Timeout));
}

fn bytes_that_are_no_request_are_answered() {
    let proxy = proxy(Http::One, None);
    let client = Client::new(proxy.listen.address(), Http::One);
    let response = client.send_bytes(b"GET / HTTP/1.1\r\n\r\n");
    assert_eq!((response.status, response.end), (Some(400), End::Clean));
    assert!(proxy.upstream.requests().is_empty());
}

fn nobody_there_is_a_failure() {
    let port = tollgate_rig::Port::free().unwrap();
    let response = Client::new(port.address(), Http::One).send(&Request::new("GET", "/"));
    assert!(matches!(response.end, End::Failed(_)), "{response:?}");
}
