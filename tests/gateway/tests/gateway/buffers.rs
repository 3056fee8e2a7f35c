//! Bodies that are too large: `schema` says so before Envoy would without a
//! reason, also beyond what the listener buffers.

use std::time::Duration;

use serde_json::json;
use tollgate::render::envoy::HoldFlag;
use tollgate_gateway::order::{placed, told};
use tollgate_gateway::{Company, Form, Gate, Site, Test, Topic, World, policy};
use tollgate_rig::{Body, Http};

pub const TOPIC: Topic = Topic {
    gates,
    tests: TESTS,
    company: Company::Others,
};

const TESTS: &[Test] = &[
    (
        "a_body_over_the_limit_is_413_schema_limit_also_beyond_the_listeners",
        over_the_limit,
    ),
    ("a_body_at_the_limit_passes", at_the_limit),
];

fn gates(site: &Site) -> Vec<Gate> {
    let gate = |topic: &'static str, form: Form, limit: &str| {
        let hold = match form.flag {
            HoldFlag::Set => "headers",
            HoldFlag::Unset => "body",
        };
        let limits = json!({ "body": limit, "string": "16MiB" });
        let policy = policy::file(policy::all(json!({ "hold": hold, "limits": limits })));
        site.gate(topic, form, &policy)
    };
    let small = Form::EVERY.map(|form| gate("buffers_64k", form, "64KiB"));
    let large = Form::EVERY.map(|form| gate("buffers_1m", form, "1MiB"));
    small.into_iter().chain(large).collect()
}

/// JSON of exactly so many bytes.
fn order(size: usize) -> Vec<u8> {
    let mut order = br#"{"quantity":1,"item":"apple"}"#.to_vec();

    order.resize(size, b' ');
    order
}

/// At once, in pieces, and a little before all the rest.
fn shapes(body: &[u8]) -> [Body; 3] {
    let (first, rest) = body.split_at(1000);
    let burst = Body::pieces([first, rest]).with_pause(Duration::from_millis(50));
    [Body::whole(body), Body::pieces(body.chunks(50_000)), burst]
}

fn over_the_limit(world: &World) {
    for (topic, limit) in [("buffers_64k", 64 * 1024), ("buffers_1m", 1024 * 1024)] {
        for gate in world.one.gates(topic) {
            for http in [Http::One, Http::Two] {
                for size in [limit + 1, limit * 3 / 2, 5 * 1024 * 1024] {
                    for body in shapes(&order(size)) {
                        let (framing, pause) = (body.framing, body.pause);
                        let send = || gate.client(http).send(&placed(body));
                        let (response, line) = gate.logged(send);
                        let context = format!(
                            "{} {http:?} {size} {framing:?} {pause:?}: {line}",
                            gate.name
                        );
                        // Whoever still sends may lose the body of the answer.
                        assert_eq!(response.status, Some(413), "{context}");
                        assert_eq!(line["details"], "tollgate_schema_limit", "{context}");
                        let reached = gate.reached().map(|reached| reached.body);
                        assert_eq!(reached.unwrap_or_default(), b"", "{context}");
                    }
                }
            }
        }
    }
}

fn at_the_limit(world: &World) {
    for (topic, limit) in [("buffers_64k", 64 * 1024), ("buffers_1m", 1024 * 1024)] {
        for gate in world.one.gates(topic) {
            for http in [Http::One, Http::Two] {
                for body in shapes(&order(limit)) {
                    let (response, line) = gate.logged(|| gate.client(http).send(&placed(body)));
                    assert_eq!(told(&response), "200", "{} {line}", gate.name);
                    assert_eq!(gate.reached().unwrap().body.len(), limit, "{}", gate.name);
                }
            }
        }
    }
}
