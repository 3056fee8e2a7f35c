//! Policies that are refused, and policies that change while requests come.

use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Value, json};
use tollgate_gateway::order::told;
use tollgate_gateway::side::{bootstrap, clusters};
use tollgate_gateway::{Company, Form, Gate, Place, Site, Test, Topic, World, policy};
use tollgate_rig::{Envoy, Request};

pub const TOPIC: Topic = Topic {
    gates,
    tests: TESTS,
    company: Company::Others,
};

const TESTS: &[Test] = &[
    (
        "envoy_does_not_start_with_a_policy_that_is_refused",
        refused_at_start,
    ),
    (
        "a_refused_update_leaves_the_old_policy_and_tells_every_fault",
        refused_update,
    ),
    (
        "policies_that_change_under_requests_lose_none",
        changes_under_requests,
    ),
    (
        "a_filter_without_a_configuration_is_refused",
        without_a_configuration,
    ),
];

fn gates(site: &Site) -> Vec<Gate> {
    let policy = policy::file(json!({ "headers": headers("1") }));
    let gate = |topic| site.gate(topic, Form::SEPARATE, &policy).at(Place::Coming);
    [
        "refused_at_start",
        "refused_update",
        "changes",
        "unconfigured",
    ]
    .map(gate)
    .into()
}

fn headers(version: &str) -> Value {
    json!({ "profile": "api", "set": [{ "name": "x-policy", "value": version }] })
}

/// The listener of `gate` with another text as its filter's configuration.
fn configured(gate: &Gate, text: &str) -> Value {
    let mut listener = gate.listener.clone();
    let filters = &mut listener["filter_chains"][0]["filters"][0]["typed_config"]["http_filters"];
    let config = &mut filters[0]["typed_config"]["config"];
    config["configuration"]["value"] = text.into();
    // As `render` does: it is of the policy's hash.
    config["vm_config"]["vm_id"] = format!("{}-{}", gate.name, text.len()).into();
    listener
}

fn serving(gate: &Gate) -> Option<String> {
    let response = gate.send(&Request::new("GET", "/orders"));
    assert_eq!(told(&response), "200", "{}: {response:?}", gate.name);
    let values = response.values("x-policy");
    values
        .first()
        .map(|value| String::from_utf8_lossy(value).into_owned())
}

const BAD: &str = r#"{"profil":"api","set":[{"name":"x y","value":"1"}],"mode":"enforced"}"#;
/// Every fault of [`BAD`], as a line of the log ends.
const FAULTS: [&str; 4] = [
    "tollgate refused: error: mode: expected one of `enforce`, `report`, found \"enforced\"",
    "tollgate refused: error: set[0].name: \"x y\" is not a header field's name",
    "tollgate refused: error: profile: is required",
    "tollgate refused: error: profil: unknown field",
];

fn refused_at_start(world: &World) {
    let gate = world.two.gates("refused_at_start")[0];
    let listener = configured(gate, BAD);
    let error = Envoy::start(&bootstrap(&[&listener], &clusters([gate])), 1).unwrap_err();
    assert!(error.reason.starts_with("Envoy ended"), "{error}");
    for fault in FAULTS {
        assert!(error.log.contains(fault), "{fault}\n{error}");
    }
}

fn refused_update(world: &World) {
    let gate = world.two.gates("refused_update")[0];
    world.two.stand(&[gate]);
    assert_eq!(serving(gate).as_deref(), Some("1"));
    let rejected = "listener_manager.lds.update_rejected";
    let before = world.two.stats(rejected);
    let (refused, lines) = world.two.written(
        || world.two.put(vec![configured(gate, BAD)]),
        |line| line.contains("policy refused"),
    );
    assert!(
        refused
            .unwrap_err()
            .details
            .contains("Unable to create Wasm plugin")
    );
    assert_eq!(world.two.stats(rejected).since(&before).get(rejected), 1);
    for fault in FAULTS {
        assert!(
            lines.iter().any(|line| line.ends_with(fault)),
            "{fault}\n{lines:#?}"
        );
    }
    for _ in 0..10 {
        assert_eq!(serving(gate).as_deref(), Some("1"));
    }
    world
        .two
        .put(vec![configured(gate, &headers("2").to_string())])
        .unwrap();
    for _ in 0..10 {
        assert_eq!(serving(gate).as_deref(), Some("2"));
    }
}

fn changes_under_requests(world: &World) {
    let gate = world.two.gates("changes")[0];
    world.two.stand(&[gate]);
    let over = AtomicBool::new(false);
    let seen = std::thread::scope(|scope| {
        let client = || {
            let mut seen = Vec::new();
            while !over.load(Ordering::Relaxed) {
                seen.push(serving(gate));
            }
            seen
        };
        let clients: Vec<_> = (0..4).map(|_| scope.spawn(client)).collect();
        for version in ["2", "1", "2", "3"] {
            let listener = configured(gate, &headers(version).to_string());
            world.two.put(vec![listener]).unwrap();
        }
        assert_eq!(serving(gate).as_deref(), Some("3"));
        over.store(true, Ordering::Relaxed);
        let seen = clients.into_iter().map(|client| client.join().unwrap());
        seen.flatten().collect::<Vec<_>>()
    });
    for version in ["1", "2", "3"] {
        let count = seen
            .iter()
            .filter(|seen| seen.as_deref() == Some(version))
            .count();
        assert!(count > 0, "policy {version} of {} requests", seen.len());
    }
    assert_eq!(gate.upstream.requests().len(), seen.len() + 1);
}

fn without_a_configuration(world: &World) {
    let gate = world.two.gates("unconfigured")[0];
    let mut absent = gate.listener.clone();
    let filters = &mut absent["filter_chains"][0]["filters"][0]["typed_config"]["http_filters"];
    let config = filters[0]["typed_config"]["config"].as_object_mut();
    config.unwrap().remove("configuration");
    for listener in [absent, configured(gate, ""), configured(gate, " \n")] {
        let (refused, _) = world.two.written(
            || world.two.put(vec![listener]),
            |line| line.contains("refused: error: the configuration is empty"),
        );
        assert!(refused.is_err());
    }
}
