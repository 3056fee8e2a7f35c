//! The forms in which a plugin takes its configuration.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tollgate_gateway::hardening::faults_in_the_clear;
use tollgate_gateway::order::{BAD, GOOD, placed, told};
use tollgate_gateway::{Company, Form, Gate, Site, Test, Topic, World, policy};
use tollgate_rig::{Body, Request};

pub const TOPIC: Topic = Topic {
    gates,
    tests: TESTS,
    company: Company::Others,
};

const TESTS: &[Test] = &[(
    "a_policy_works_as_string_value_bytes_value_and_struct",
    every_kind,
)];

const KINDS: [&str; 3] = ["string_value", "bytes_value", "struct"];

fn gates(site: &Site) -> Vec<Gate> {
    let policy = policy::file(policy::all(json!({})));
    let gates = Form::FLAGGED.into_iter().flat_map(|form| {
        KINDS.map(|kind| {
            let gate = site.gate(kind, form, &policy);
            gate.with_plugins(|config| config["configuration"] = typed(kind, config))
        })
    });
    gates.collect()
}

fn typed(kind: &str, config: &Value) -> Value {
    let text = config["configuration"]["value"].as_str().unwrap();
    let (name, value) = match kind {
        "struct" => ("Struct", serde_json::from_str(text).unwrap()),
        "bytes_value" => ("BytesValue", json!(STANDARD.encode(text))),
        _ => ("StringValue", json!(text)),
    };
    json!({ "@type": format!("type.googleapis.com/google.protobuf.{name}"), "value": value })
}

fn every_kind(world: &World) {
    for gate in KINDS.iter().flat_map(|kind| world.one.gates(kind)) {
        for (request, expected) in [
            (placed(Body::whole(GOOD)), "200"),
            (placed(Body::whole(BAD)), "400 schema_body"),
            (placed(Body::whole(vec![b' '; 65_537])), "413 schema_limit"),
            (Request::new("GET", "/orders"), "401 jwt_missing"),
        ] {
            let response = gate.send(&request);
            assert_eq!(told(&response), expected, "{}", gate.name);
            assert_eq!(faults_in_the_clear(&response), [""; 0], "{}", gate.name);
            gate.reached();
        }
    }
}
