//! `schema` with `hold: headers` where the flag is missing: Envoy shows it no
//! body, so it refuses what has one, soon, and its line names the cure. With the
//! flag nobody is refused for being slow.

use std::time::Duration;

use serde_json::json;
use tollgate::render::envoy::Protocol;
use tollgate_gateway::gate::at_once;
use tollgate_gateway::order::{GOOD, halves, placed, posted, told, with_token};
use tollgate_gateway::{Company, Form, Gate, Site, Test, Topic, World, policy};
use tollgate_rig::{Answer, Body, Http, Request};

pub const TOPIC: Topic = Topic {
    gates,
    tests: TESTS,
    company: Company::Others,
};

const TESTS: &[Test] = &[
    (
        "without_the_flag_a_body_is_refused_within_a_second",
        refused_within_a_second,
    ),
    (
        "without_the_flag_requests_without_a_body_pass",
        without_a_body,
    ),
    (
        "without_the_flag_an_announced_body_without_a_byte_is_not_let_through",
        an_empty_body,
    ),
    (
        "without_the_flag_a_slow_client_is_not_refused_before_its_body_comes",
        slow_client,
    ),
    (
        "without_the_flag_a_held_response_is_refused_within_a_second",
        response_refused_within_a_second,
    ),
    ("with_the_flag_a_slow_request_passes", slow_request),
    ("with_the_flag_a_slow_response_passes", slow_response),
];

const SLOW: Duration = Duration::from_millis(1500);
/// What an idle machine keeps, with room for one that isn't.
const SOON: Duration = Duration::from_millis(1000);

fn gates(site: &Site) -> Vec<Gate> {
    let requests = policy::file(policy::all(json!({ "response": { "body": "ignore" } })));
    let responses = policy::file(policy::all(json!({ "response": { "mode": "enforce" } })));
    let unflagged = Form::UNFLAGGED.map(|form| site.gate("unflagged", form, &requests));
    let held = Form::UNFLAGGED.map(|form| site.gate("unflagged_response", form, &responses));
    // Of their own: who has seen one held body no longer doubts.
    let slow = |topic| {
        Form::FLAGGED.map(|form| {
            site.gate_with(topic, form, &responses, |options| {
                options.upstream_protocol = Protocol::Http2;
            })
        })
    };
    [unflagged, held, slow("slow_request"), slow("slow_response")]
        .into_iter()
        .flatten()
        .collect()
}

fn refused_within_a_second(world: &World) {
    let line = |line: &str| line.contains("reason=kit_hold");
    for gate in world.one.gates("unflagged") {
        for http in [Http::One, Http::Two] {
            let send = || gate.watch(http, &placed(Body::whole(GOOD)));
            let (sight, lines) = world.one.written(send, line);
            assert_eq!(told(&sight.response), "503 kit_hold", "{}", gate.name);
            assert!(sight.took < SOON, "{}: {:?}", gate.name, sight.took);
            assert_eq!(sight.reached, None, "{}", gate.name);
            let line = lines.iter().find(|found| line(found)).unwrap();
            let cure = "cure=\"set allow_on_headers_stop_iteration, or schema.hold to body\"";
            assert!(line.contains(cure), "{line}");
        }
    }
}

fn without_a_body(world: &World) {
    for gate in world.one.gates("unflagged") {
        for http in [Http::One, Http::Two] {
            for (method, path) in [("GET", "/orders"), ("HEAD", "/orders"), ("POST", "/notes")] {
                let request = with_token(Request::new(method, path));
                let response = gate.client(http).send(&request);
                assert_eq!(told(&response), "200", "{} {method} {path}", gate.name);
                assert!(gate.reached().is_some(), "{} {method} {path}", gate.name);
            }
        }
        let empty = posted("/notes", Body::whole(""));
        assert_eq!(told(&gate.send(&empty)), "200", "{}", gate.name);
        assert!(gate.reached().is_some(), "{}", gate.name);
    }
}

/// The filter is not shown its end either, and Envoy counts no byte of it: such
/// a request stays until Envoy's idle timeout, or its client leaves.
fn an_empty_body(world: &World) {
    let nothing: [&[u8]; 1] = [b""];
    at_once(&world.one.gates("unflagged"), |gate| {
        for (http, method, path) in [
            (Http::One, "GET", "/orders"),
            (Http::Two, "GET", "/orders"),
            (Http::Two, "POST", "/notes"),
        ] {
            let request = with_token(Request::new(method, path)).body(Body::pieces(nothing));
            let client = gate.client(http).with_deadline(SOON);
            let response = client.send(&request);
            assert_eq!(response.status, None, "{} {http:?} {method}", gate.name);
            assert_eq!(gate.reached(), None, "{} {http:?} {method}", gate.name);
        }
    });
}

/// HTTP/2: the empty piece leaves the head alone on its way.
fn late(body: &[u8]) -> Body {
    Body::pieces([b"", body]).with_pause(SLOW)
}

fn slow_client(world: &World) {
    at_once(&world.one.gates("unflagged"), |gate| {
        let sight = gate.watch(Http::Two, &placed(late(GOOD)));
        assert_eq!(told(&sight.response), "503 kit_hold", "{}", gate.name);
        assert!(sight.took >= SLOW, "{}: {:?}", gate.name, sight.took);
        assert_eq!(sight.reached, None, "{}", gate.name);
    });
}

fn response_refused_within_a_second(world: &World) {
    for gate in world.one.gates("unflagged_response") {
        gate.upstream
            .answer(Answer::json(200, GOOD).field("x-secret", "1"));
        let sight = gate.watch(Http::One, &with_token(Request::new("GET", "/orders/7")));
        assert_eq!(told(&sight.response), "503 kit_hold", "{}", gate.name);
        assert!(sight.took < SOON, "{}: {:?}", gate.name, sight.took);
        assert_eq!(sight.response.values("x-secret"), [b""; 0], "{}", gate.name);
    }
}

fn slow_request(world: &World) {
    at_once(&world.one.gates("slow_request"), |gate| {
        for body in [late(GOOD), halves(GOOD, SLOW)] {
            let sight = gate.watch(Http::Two, &placed(body));
            assert_eq!(told(&sight.response), "200", "{}", gate.name);
            assert!(sight.head_after >= Some(SLOW), "{}: {sight:?}", gate.name);
        }
    });
}

fn slow_response(world: &World) {
    at_once(&world.one.gates("slow_response"), |gate| {
        for body in [late(GOOD), halves(GOOD, SLOW)] {
            gate.upstream.answer(Answer::json(200, "").body(body));
            let request = with_token(Request::new("GET", "/orders/7"));
            let sight = gate.watch(Http::One, &request);
            assert_eq!(told(&sight.response), "200", "{}", gate.name);
            assert_eq!(sight.response.body, GOOD, "{}", gate.name);
        }
    });
}
