//! `schema` with `hold: body`, for forms that cannot hold heads: the upstream
//! sees the head of a refused request, and never a byte of its body.

use std::time::Duration;

use serde_json::json;
use tollgate::render::envoy::Protocol;
use tollgate_gateway::gate::at_once;
use tollgate_gateway::order::{BAD, GOOD, bytes, halves, placed, told};
use tollgate_gateway::{Company, Form, Gate, Site, Test, Topic, World, policy};
use tollgate_rig::{Arrival, Body, Http};

pub const TOPIC: Topic = Topic {
    gates,
    tests: TESTS,
    company: Company::Others,
};

const TESTS: &[Test] = &[
    (
        "with_hold_body_the_upstream_sees_the_head_of_a_bad_body_and_no_byte_of_it",
        bad_bodies,
    ),
    ("with_hold_body_a_good_body_passes_whole", good_bodies),
];

const LATER: Duration = Duration::from_millis(300);

fn gates(site: &Site) -> Vec<Gate> {
    let policy = policy::file(policy::all(json!({ "hold": "body" })));
    let gate = |form| {
        site.gate_with("body_only", form, &policy, |options| {
            options.upstream_protocol = Protocol::Http2;
        })
    };
    Form::EVERY.map(gate).into()
}

fn shapes(body: &[u8]) -> [(Http, Body); 5] {
    let trailers = vec![("x-checksum".to_owned(), b"7".to_vec())];
    [
        (Http::One, Body::whole(body)),
        (Http::One, bytes(body)),
        (Http::One, halves(body, LATER)),
        (Http::Two, halves(body, LATER)),
        (Http::Two, halves(body, LATER).with_trailers(trailers)),
    ]
}

fn bad_bodies(world: &World) {
    at_once(&world.one.gates("body_only"), |gate| {
        for (http, body) in shapes(BAD) {
            let slow = !body.pause.is_zero() && body.pieces.len() == 2;
            let sight = gate.watch(http, &placed(body));
            assert_eq!(told(&sight.response), "400 schema_body", "{}", gate.name);
            // A request that is refused at once may never have left.
            assert!(sight.reached.is_some() || !slow, "{}: {sight:?}", gate.name);
            if let Some(reached) = sight.reached {
                assert_eq!(reached.body, b"", "{}", gate.name);
                assert_eq!(reached.arrival, Arrival::Broken, "{}", gate.name);
            }
        }
    });
}

fn good_bodies(world: &World) {
    at_once(&world.one.gates("body_only"), |gate| {
        for (http, body) in shapes(GOOD) {
            let slow = !body.pause.is_zero() && body.pieces.len() == 2;
            let sent = body.trailers.clone().unwrap_or_default();
            let sight = gate.watch(http, &placed(body));
            assert_eq!(told(&sight.response), "200", "{}", gate.name);
            assert!(
                !slow || sight.body_after >= Some(LATER),
                "{}: {sight:?}",
                gate.name
            );
            let reached = sight.reached.unwrap();
            assert_eq!((&reached.body[..], reached.trailers), (GOOD, sent));
            assert_eq!(reached.arrival, Arrival::Whole, "{}", gate.name);
        }
    });
}
