//! `schema` judges what came from the upstream, and nothing else: statuses that
//! no operation documents pass where Envoy or a filter gave them, and are replaced
//! where the upstream did.

use serde_json::{Value, json};
use tollgate_gateway::order::told;
use tollgate_gateway::{Company, Form, Gate, Site, Test, Topic, World, policy};
use tollgate_rig::{Answer, Request, Response};

pub const TOPIC: Topic = Topic {
    gates,
    tests: TESTS,
    company: Company::Others,
};

const TESTS: &[Test] = &[
    ("local_replies_are_not_judged", local),
    ("the_same_statuses_of_the_upstream_are", upstream),
];

/// Gates that answer by themselves, and with what.
const LOCAL: &[(&str, u16, &str)] = &[
    ("answers_limited", 429, "local_rate_limited"),
    (
        "answers_forbidden",
        403,
        "rbac_access_denied_matched_policy[none]",
    ),
    (
        "answers_dead",
        503,
        "upstream_reset_before_response_started",
    ),
    ("answers_nowhere", 404, "route_not_found"),
];

fn gates(site: &Site) -> Vec<Gate> {
    let policy = policy::file(
        json!({ "schema": policy::schema(json!({ "response": { "mode": "enforce" } })) }),
    );
    let mut gates = Vec::new();
    for form in Form::FLAGGED {
        let gate = |name| site.gate(name, form, &policy);
        gates.push(gate("answers"));
        gates.push(gate("answers_limited").with_manager(|manager| before_router(manager, limit())));
        gates
            .push(gate("answers_forbidden").with_manager(|manager| before_router(manager, rbac())));
        gates.push(gate("answers_nowhere").with_manager(|manager| {
            manager["route_config"]["virtual_hosts"][0]["domains"] = json!(["other.test"]);
        }));
        gates.push(site.gate_with("answers_dead", form, &policy, |options| {
            options.upstream = std::net::SocketAddr::from(([127, 0, 0, 1], 1)).into();
        }));
    }
    gates
}

fn before_router(manager: &mut Value, filter: Value) {
    let filters = manager["http_filters"].as_array_mut().unwrap();
    filters.insert(filters.len() - 1, filter);
}

fn limit() -> Value {
    let all = json!({ "default_value": { "numerator": 100 } });
    json!({
        "name": "envoy.filters.http.local_ratelimit",
        "typed_config": {
            "@type": "type.googleapis.com/envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit",
            "stat_prefix": "limited",
            "token_bucket": { "max_tokens": 1, "tokens_per_fill": 1, "fill_interval": "3600s" },
            "filter_enabled": all,
            "filter_enforced": all,
        },
    })
}

/// Refuses everything.
fn rbac() -> Value {
    json!({
        "name": "envoy.filters.http.rbac",
        "typed_config": {
            "@type": "type.googleapis.com/envoy.extensions.filters.http.rbac.v3.RBAC",
            "rules": { "action": "ALLOW", "policies": {} },
        },
    })
}

fn ask(gate: &Gate) -> (Response, Value) {
    gate.logged(|| gate.send(&Request::new("GET", "/orders")))
}

fn local(world: &World) {
    for (name, status, details) in LOCAL {
        for gate in world.one.gates(name) {
            let limited = *status == 429;
            if limited {
                assert_eq!(ask(gate).0.status, Some(200), "{}", gate.name);
            }
            let (response, line) = ask(gate);
            let line = line["details"].as_str().unwrap_or_default().to_owned();
            assert_eq!(response.status, Some(*status), "{} {line}", gate.name);
            assert!(line.starts_with(details), "{} {line}", gate.name);
        }
    }
}

fn upstream(world: &World) {
    for gate in world.one.gates("answers") {
        for (_, status, _) in LOCAL {
            gate.upstream.answer(Answer::json(*status, "{}"));
            let (response, _) = ask(gate);
            assert_eq!(
                told(&response),
                "502 schema_response_status",
                "{}",
                gate.name
            );
        }
    }
}
