//! `schema` with `hold: headers` and the flag: the upstream sees nothing of a
//! request before its body is judged, and nothing at all of one that is refused.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::json;
use tollgate::render::envoy::Protocol;
use tollgate_gateway::order::{BAD, GOOD, bytes, halves, placed, posted, told, with_token};
use tollgate_gateway::{Company, Form, Gate, Site, Test, Topic, World, policy, token};
use tollgate_rig::{Arrival, Body, DEADLINE, Fields, Http, Request};

pub const TOPIC: Topic = Topic {
    gates,
    tests: TESTS,
    company: Company::Others,
};

const TESTS: &[Test] = &[
    (
        "nothing_reaches_the_upstream_before_the_body_is_judged",
        nothing_before_the_decision,
    ),
    (
        "a_good_body_passes_whole_and_once_however_it_is_cut",
        good_bodies_pass,
    ),
    (
        "a_bad_body_leaves_the_upstream_untouched_however_it_is_cut",
        bad_bodies_leave_nothing,
    ),
    (
        "requests_without_a_body_are_judged_by_their_head",
        without_a_body,
    ),
    ("an_announced_body_without_a_byte_is_none", an_empty_body),
    (
        "trailers_without_a_body_end_the_request",
        trailers_without_a_body,
    ),
    (
        "a_client_that_waits_for_100_continue_is_judged_by_its_body",
        waiting_for_continue,
    ),
];

const LATER: Duration = Duration::from_millis(300);

fn gates(site: &Site) -> Vec<Gate> {
    let policy = policy::file(policy::all(json!({})));
    let gate = |form| {
        site.gate_with("holding", form, &policy, |options| {
            options.upstream_protocol = Protocol::Http2;
        })
    };
    Form::FLAGGED.map(gate).into()
}

fn trailers() -> Fields {
    vec![("x-checksum".to_owned(), b"7".to_vec())]
}

/// A body in every shape, each with the version of HTTP that can carry it.
fn shapes(body: &[u8]) -> Vec<(&'static str, Http, Body)> {
    let ended_by_nothing = Body::pieces([body, b""]);
    vec![
        ("with a length", Http::One, Body::whole(body)),
        ("in single bytes", Http::One, bytes(body)),
        ("in halves", Http::One, halves(body, LATER)),
        ("in single bytes, HTTP/2", Http::Two, bytes(body)),
        ("in halves, HTTP/2", Http::Two, halves(body, LATER)),
        ("with an empty last frame", Http::Two, ended_by_nothing),
        (
            "with trailers",
            Http::Two,
            Body::whole(body).with_trailers(trailers()),
        ),
        (
            "in halves with trailers",
            Http::Two,
            halves(body, LATER).with_trailers(trailers()),
        ),
    ]
}

fn nothing_before_the_decision(world: &World) {
    for gate in world.one.gates("holding") {
        for http in [Http::One, Http::Two] {
            let sight = gate.watch(http, &placed(halves(GOOD, LATER)));
            assert_eq!(told(&sight.response), "200", "{}", gate.name);
            assert!(sight.head_after >= Some(LATER), "{}: {sight:?}", gate.name);
        }
    }
}

fn good_bodies_pass(world: &World) {
    for gate in world.one.gates("holding") {
        for (shape, http, body) in shapes(GOOD) {
            let sent = body.trailers.clone().unwrap_or_default();
            let response = gate.client(http).send(&placed(body));
            assert_eq!(told(&response), "200", "{} {shape}", gate.name);
            let reached = gate.reached().unwrap();
            assert_eq!(reached.body, GOOD, "{} {shape}", gate.name);
            assert_eq!(reached.trailers, sent, "{} {shape}", gate.name);
            assert_eq!(reached.arrival, Arrival::Whole, "{} {shape}", gate.name);
        }
    }
}

fn bad_bodies_leave_nothing(world: &World) {
    for gate in world.one.gates("holding") {
        for (shape, http, body) in shapes(BAD) {
            let response = gate.client(http).send(&placed(body));
            assert_eq!(told(&response), "400 schema_body", "{} {shape}", gate.name);
            assert_eq!(gate.reached(), None, "{} {shape}", gate.name);
        }
    }
}

fn without_a_body(world: &World) {
    for gate in world.one.gates("holding") {
        for http in [Http::One, Http::Two] {
            let client = gate.client(http);
            for (method, path, expected) in [
                ("GET", "/orders", "200"),
                ("HEAD", "/orders", "200"),
                ("DELETE", "/orders/7", "200"),
                ("POST", "/notes", "200"),
                ("POST", "/orders", "400 schema_body_missing"),
                ("GET", "/orders?limit=0", "400 schema_parameter"),
            ] {
                let response = client.send(&with_token(Request::new(method, path)));
                assert_eq!(told(&response), expected, "{} {method} {path}", gate.name);
                let reached = gate.reached();
                assert_eq!(reached.is_some(), expected == "200", "{} {path}", gate.name);
            }
        }
    }
}

/// A body that was announced and has no byte is none.
fn an_empty_body(world: &World) {
    let nothing: [&[u8]; 1] = [b""];
    for gate in world.one.gates("holding") {
        for http in [Http::One, Http::Two] {
            for (method, path, expected) in [
                ("GET", "/orders", "200"),
                ("DELETE", "/orders/7", "200"),
                ("POST", "/notes", "200"),
                ("POST", "/orders", "400 schema_body_missing"),
            ] {
                let request = with_token(Request::new(method, path)).body(Body::pieces(nothing));
                let response = gate.client(http).send(&request);
                assert_eq!(told(&response), expected, "{} {method} {path}", gate.name);
                let reached = gate.reached();
                assert_eq!(reached.is_some(), expected == "200", "{} {path}", gate.name);
            }
        }
    }
}

fn trailers_without_a_body(world: &World) {
    for gate in world.one.gates("holding") {
        let client = gate.client(Http::Two);
        let body = || Body::none().with_trailers(trailers());
        let response = client.send(&posted("/notes", body()));
        assert_eq!(told(&response), "200", "{}", gate.name);
        let reached = gate.reached().unwrap();
        assert_eq!((reached.body.len(), reached.trailers), (0, trailers()));
        let response = client.send(&placed(body()));
        assert_eq!(told(&response), "400 schema_body_missing", "{}", gate.name);
        assert_eq!(gate.reached(), None, "{}", gate.name);
    }
}

fn waiting_for_continue(world: &World) {
    for gate in world.one.gates("holding") {
        for (body, status) in [(GOOD, "200"), (BAD, "400")] {
            let mut stream = TcpStream::connect(gate.address()).unwrap();
            stream.set_read_timeout(Some(DEADLINE)).unwrap();
            let head = format!(
                "POST /orders HTTP/1.1\r\nhost: gateway.test\r\nauthorization: Bearer {}\r\n\
                 content-type: application/json\r\ncontent-length: {}\r\nexpect: 100-continue\r\n\
                 connection: close\r\n\r\n",
                token::good("ec"),
                body.len(),
            );
            stream.write_all(head.as_bytes()).unwrap();
            let mut interim = [0; 25];
            stream.read_exact(&mut interim).unwrap();
            assert_eq!(&interim, b"HTTP/1.1 100 Continue\r\n\r\n");
            assert_eq!(gate.upstream.requests(), [], "{}", gate.name);
            stream.write_all(body).unwrap();
            let mut answer = String::new();
            stream.read_to_string(&mut answer).unwrap();
            let line = format!("HTTP/1.1 {status} ");
            assert!(answer.starts_with(&line), "{}: {answer}", gate.name);
            assert_eq!(gate.reached().is_some(), status == "200", "{}", gate.name);
        }
    }
}
