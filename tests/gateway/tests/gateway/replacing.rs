//! A response that breaks its contract is replaced in place: nothing of it
//! reaches the client, and the filters in front see what stands in its place.

use std::time::Duration;

use serde_json::json;
use tollgate::render::envoy::Protocol;
use tollgate_gateway::hardening::faults_in_the_clear;
use tollgate_gateway::order::{BAD, GOOD, bytes, halves, told, with_token};
use tollgate_gateway::{Company, Form, Gate, Site, Test, Topic, World, policy};
use tollgate_rig::{Answer, Body, End, Ending, Fields, Http, Request, Response};

pub const TOPIC: Topic = Topic {
    gates,
    tests: TESTS,
    company: Company::Others,
};

const TESTS: &[Test] = &[
    (
        "a_response_that_breaks_the_contract_is_replaced_whole",
        replaced_whole,
    ),
    ("a_good_response_passes_whole_however_it_is_cut", good),
    (
        "a_response_of_another_status_is_replaced_also_without_a_body",
        other_status,
    ),
    ("responses_without_a_body_pass", without_a_body),
    (
        "the_trailers_of_a_replaced_response_do_not_reach_the_client",
        trailers,
    ),
    (
        "a_response_that_is_too_large_is_replaced_by_us_and_not_by_envoy",
        too_large,
    ),
    (
        "of_a_response_that_breaks_off_no_byte_reaches_the_client",
        broken,
    ),
    ("replies_of_envoy_are_not_judged", local),
];

const LATER: Duration = Duration::from_millis(100);

fn gates(site: &Site) -> Vec<Gate> {
    let policy = policy::file(policy::all(json!({ "response": { "mode": "enforce" } })));
    let one = Form::FLAGGED.map(|form| site.gate("replacing", form, &policy));
    let two = Form::FLAGGED.map(|form| {
        site.gate_with("replacing_http2", form, &policy, |options| {
            options.upstream_protocol = Protocol::Http2;
        })
    });
    one.into_iter().chain(two).collect()
}

fn every_gate(world: &World) -> Vec<&Gate> {
    let mut gates = world.one.gates("replacing");
    gates.extend(world.one.gates("replacing_http2"));
    gates
}

fn get(gate: &Gate, http: Http, answer: Answer) -> Response {
    ask(gate, http, "GET", answer)
}

fn ask(gate: &Gate, http: Http, method: &str, answer: Answer) -> Response {
    gate.upstream.answer(answer);
    let response = gate
        .client(http)
        .send(&with_token(Request::new(method, "/orders/7")));
    assert!(gate.reached().is_some(), "{}", gate.name);
    response
}

/// With fields that must not leak.
fn telling(answer: Answer) -> Answer {
    answer
        .field("x-secret", "1")
        .field("set-cookie", "session=1")
        .field("etag", "\"1\"")
        .field("server", "nginx")
        .field("x-powered-by", "PHP/5")
}

/// Nothing of the upstream's, all of ours, and its length is right.
fn is_replacement(gate: &Gate, response: &Response, told_as: &str) {
    let context = format!("{}: {response:?}", gate.name);
    assert_eq!(told(response), told_as, "{context}");
    assert_eq!(response.end, End::Clean, "{context}");
    for name in ["x-secret", "set-cookie", "etag"] {
        assert!(response.values(name).is_empty(), "{context}");
    }
    assert_eq!(faults_in_the_clear(response), [""; 0], "{context}");
    assert_eq!(
        response.values("content-type"),
        [b"application/problem+json"],
        "{context}"
    );
    assert!(!response.text().contains("apple"), "{context}");
    let length = response.body.len().to_string();
    let lengths = response.values("content-length");
    assert!(
        lengths.is_empty() || lengths == [length.as_bytes()],
        "{context}"
    );
    assert!(response.trailers.is_empty(), "{context}");
}

fn shapes(body: &[u8]) -> [Body; 4] {
    [
        Body::whole(body),
        Body::pieces([body]),
        bytes(body),
        halves(body, LATER),
    ]
}

fn replaced_whole(world: &World) {
    for gate in every_gate(world) {
        for http in [Http::One, Http::Two] {
            for body in shapes(BAD) {
                let answer = telling(Answer::json(200, "").body(body));
                let response = get(gate, http, answer);
                is_replacement(gate, &response, "502 schema_response");
            }
            let html = telling(
                Answer::new(200)
                    .field("content-type", "text/html")
                    .body(Body::whole("apple")),
            );
            is_replacement(gate, &get(gate, http, html), "502 schema_response");
        }
    }
}

fn good(world: &World) {
    for gate in every_gate(world) {
        for http in [Http::One, Http::Two] {
            for body in shapes(GOOD) {
                let answer = Answer::json(200, "").body(body).field("x-own", "1");
                let response = get(gate, http, answer);
                assert_eq!(
                    (told(&response), &response.body[..]),
                    ("200".to_owned(), GOOD)
                );
                assert_eq!(response.values("x-own"), [b"1"], "{}", gate.name);
                assert_eq!(faults_in_the_clear(&response), [""; 0], "{}", gate.name);
            }
        }
    }
}

fn other_status(world: &World) {
    for gate in every_gate(world) {
        for http in [Http::One, Http::Two] {
            let response = get(gate, http, telling(Answer::json(418, GOOD)));
            is_replacement(gate, &response, "502 schema_response_status");
            for (method, answer) in [
                ("GET", telling(Answer::new(299))),
                ("HEAD", telling(Answer::json(418, GOOD))),
            ] {
                let response = ask(gate, http, method, answer);
                assert_eq!(response.status, Some(502), "{} {method}", gate.name);
                assert_eq!(response.end, End::Clean, "{} {method}", gate.name);
                assert_eq!(
                    response.values("x-secret"),
                    [b""; 0],
                    "{} {method}",
                    gate.name
                );
                assert_eq!(
                    faults_in_the_clear(&response),
                    [""; 0],
                    "{} {method}",
                    gate.name
                );
            }
        }
    }
}

fn without_a_body(world: &World) {
    for gate in every_gate(world) {
        for http in [Http::One, Http::Two] {
            for (method, answer, status) in [
                ("HEAD", Answer::json(200, GOOD), "200"),
                ("GET", Answer::new(204), "204"),
                ("DELETE", Answer::new(204), "204"),
            ] {
                let response = ask(gate, http, method, answer);
                assert_eq!(told(&response), status, "{} {method}", gate.name);
                assert_eq!((&response.body[..], &response.end), (&b""[..], &End::Clean));
                assert_eq!(faults_in_the_clear(&response), [""; 0], "{}", gate.name);
            }
        }
    }
}

fn trailers(world: &World) {
    let sent: Fields = vec![("x-secret".to_owned(), b"1".to_vec())];
    for gate in world.one.gates("replacing_http2") {
        for (status, body, told_as) in [
            (200, halves(GOOD, LATER), "200"),
            (200, halves(BAD, LATER), "502 schema_response"),
            (200, Body::whole(BAD), "502 schema_response"),
            (418, halves(GOOD, LATER), "502 schema_response_status"),
        ] {
            let answer = Answer::json(status, "").body(body.with_trailers(sent.clone()));
            let response = get(gate, Http::Two, answer);
            assert_eq!(told(&response), told_as, "{}", gate.name);
            let expected = if told_as == "200" {
                sent.clone()
            } else {
                Fields::new()
            };
            assert_eq!(response.trailers, expected, "{} {told_as}", gate.name);
        }
    }
}

fn too_large(world: &World) {
    let json = |size: usize| {
        let item = "apple".repeat(size / 5);
        format!("{{\"item\":\"{item}\",\"quantity\":1}}").into_bytes()
    };
    for gate in every_gate(world) {
        for http in [Http::One, Http::Two] {
            // Within what the listener buffers, and beyond it.
            for size in [100_000, 3_000_000] {
                let whole = json(size);
                for body in [
                    Body::whole(whole.clone()),
                    Body::pieces(whole.chunks(16_384)),
                ] {
                    let answer = telling(Answer::json(200, "").body(body));
                    let (response, line) = gate.logged(|| get(gate, http, answer));
                    assert_eq!(
                        line["details"], "via_upstream",
                        "{} {size} {line}",
                        gate.name
                    );
                    is_replacement(gate, &response, "502 schema_response");
                }
            }
        }
    }
}

fn broken(world: &World) {
    for gate in every_gate(world) {
        for http in [Http::One, Http::Two] {
            for body in [Body::pieces([&GOOD[..12]]), Body::pieces([BAD])] {
                let answer = Answer {
                    ending: Ending::Broken,
                    ..telling(Answer::json(200, "").body(body))
                };
                let response = get(gate, http, answer);
                let refused = response.status.is_none_or(|status| status >= 500);
                assert!(refused, "{}: {response:?}", gate.name);
                assert!(
                    !response.text().contains("apple"),
                    "{}: {response:?}",
                    gate.name
                );
                assert_eq!(response.values("x-secret"), [b""; 0], "{}", gate.name);
            }
        }
    }
}

fn local(world: &World) {
    for gate in every_gate(world) {
        gate.upstream.answer(Answer::nothing());
        let request = with_token(Request::new("GET", "/orders/7"));
        let (response, line) = gate.logged(|| gate.send(&request));
        assert_eq!(told(&response), "503", "{}", gate.name);
        assert_eq!(faults_in_the_clear(&response), [""; 0], "{}", gate.name);
        assert_eq!(line["mark_schema"], "allow", "{}", gate.name);
        gate.reached();
    }
}
