//! Bytes from 0x80 on in fields and paths: a reason or a passage as they are,
//! and never a filter that fails.

use serde_json::json;
use tollgate_gateway::order::{GOOD, told, with_token};
use tollgate_gateway::{Company, Form, Gate, Site, Test, Topic, World, policy, token};
use tollgate_rig::{Body, Http, Request};

pub const TOPIC: Topic = Topic {
    gates,
    tests: TESTS,
    company: Company::Others,
};

const TESTS: &[Test] = &[
    (
        "bytes_that_are_no_text_pass_in_fields_that_no_rule_names",
        in_other_fields,
    ),
    (
        "bytes_that_are_no_text_are_refused_with_a_reason_where_text_is_wanted",
        where_text_is_wanted,
    ),
    ("bytes_that_are_no_text_do_not_pass_in_a_path", in_paths),
    (
        "bytes_that_are_no_text_pass_in_the_fields_of_a_response",
        in_responses,
    ),
];

fn gates(site: &Site) -> Vec<Gate> {
    let policy = policy::file(policy::all(json!({})));
    Form::FLAGGED
        .map(|form| site.gate("bytes", form, &policy))
        .into()
}

fn high() -> Vec<u8> {
    (0x80..=0xff).collect()
}

fn get() -> Request {
    with_token(Request::new("GET", "/orders"))
}

/// The filters go on as if nothing had been.
fn goes_on(gate: &Gate) {
    assert_eq!(told(&gate.send(&get())), "200", "{}", gate.name);
    assert!(gate.reached().is_some(), "{}", gate.name);
}

fn in_other_fields(world: &World) {
    for gate in world.one.gates("bytes") {
        for http in [Http::One, Http::Two] {
            for name in [
                "x-anything",
                "cookie",
                "user-agent",
                "accept",
                "x-request-id",
            ] {
                let value = [b"a=", &high()[..]].concat();
                let response = gate.client(http).send(&get().field(name, value.clone()));
                assert_eq!(told(&response), "200", "{} {name}", gate.name);
                let reached = gate.reached().unwrap();
                // Envoy writes a request id of its own.
                if name != "x-request-id" {
                    assert_eq!(reached.values(name), [&value[..]], "{} {name}", gate.name);
                }
                goes_on(gate);
            }
        }
    }
}

fn where_text_is_wanted(world: &World) {
    let good = token::good("ec");
    for gate in world.one.gates("bytes") {
        for http in [Http::One, Http::Two] {
            for (name, value, expected) in [
                ("authorization", high(), "401 jwt_missing"),
                (
                    "authorization",
                    [b"Bearer ", &high()[..]].concat(),
                    "401 jwt_malformed",
                ),
                (
                    "authorization",
                    [b"Bearer ", good.as_bytes(), b"\xff"].concat(),
                    "401 jwt_malformed",
                ),
                (
                    "authorization",
                    [b"\xffBearer ", good.as_bytes()].concat(),
                    "401 jwt_missing",
                ),
            ] {
                let request = Request::new("GET", "/orders").field(name, value);
                let response = gate.client(http).send(&request);
                assert_eq!(told(&response), expected, "{} {name}", gate.name);
                assert_eq!(gate.reached(), None, "{} {name}", gate.name);
                goes_on(gate);
            }
            for (name, value, expected) in [
                (
                    "content-type",
                    &b"application/json\xff"[..],
                    "400 headers_malformed",
                ),
                (
                    "content-type",
                    b"application/json; x=\"\xff\"",
                    "415 schema_content_type",
                ),
                ("content-encoding", b"\xff", "415 schema_content_encoding"),
            ] {
                let mut request = with_token(Request::new("POST", "/orders")).field(name, value);
                if name != "content-type" {
                    request = request.field("content-type", "application/json");
                }
                let response = gate.client(http).send(&request.body(Body::whole(GOOD)));
                assert_eq!(told(&response), expected, "{} {name}", gate.name);
                assert_eq!(
                    gate.reached().is_some(),
                    expected == "200",
                    "{} {name}",
                    gate.name
                );
                goes_on(gate);
            }
        }
    }
}

fn in_paths(world: &World) {
    for gate in world.one.gates("bytes") {
        for path in [
            &b"/orders/\xff"[..],
            b"/orders/caf\xc3\xa9",
            b"/orders?limit=\xff",
            b"\xff",
        ] {
            let response = gate.send(&with_token(Request::new("GET", path)));
            assert_eq!(
                response.status,
                Some(400),
                "{}: {path:?} {response:?}",
                gate.name
            );
            assert_eq!(gate.reached(), None, "{}: {path:?}", gate.name);
            goes_on(gate);
        }
        // HTTP/2 carries UTF-8, which Envoy escapes before it is judged.
        let request = with_token(Request::new("GET", b"/orders/caf\xc3\xa9"));
        let response = gate.client(Http::Two).send(&request);
        assert_eq!(told(&response), "200", "{}", gate.name);
        assert_eq!(
            gate.reached().unwrap().path,
            b"/orders/caf%C3%A9",
            "{}",
            gate.name
        );
        let host = b"GET /orders HTTP/1.1\r\nhost: gateway\xff.test\r\n\r\n";
        let response = gate.client(Http::One).send_bytes(host);
        assert_eq!(response.status, Some(400), "{}", gate.name);
        goes_on(gate);
    }
}

fn in_responses(world: &World) {
    for gate in world.one.gates("bytes") {
        for http in [Http::One, Http::Two] {
            let answer = tollgate_rig::Answer::json(200, "{}")
                .field("x-anything", high())
                .field("content-language", high())
                .field("cache-control", high())
                .field("server", high());
            gate.upstream.answer(answer);
            let response = gate.client(http).send(&get());
            assert_eq!(told(&response), "200", "{}", gate.name);
            assert_eq!(
                response.values("x-anything"),
                [&high()[..]],
                "{}",
                gate.name
            );
            assert_eq!(response.values("server"), [b""; 0], "{}", gate.name);
            gate.upstream.answer(tollgate_rig::Answer::json(200, "{}"));
            gate.reached();
            goes_on(gate);
        }
    }
}
