//! Replies that no upstream gave are hardened too, whoever gave them: each
//! field of the profile once, and nothing that tells who answers.

use serde_json::{Value, json};
use tollgate_gateway::hardening::{faults_in_the_clear, faults_over_tls};
use tollgate_gateway::order::{BAD, bearing, placed, with_token};
use tollgate_gateway::{Company, Form, Gate, Site, Test, Topic, World, policy, token};
use tollgate_rig::{Body, Http, Request, Response};

pub const TOPIC: Topic = Topic {
    gates,
    tests: TESTS,
    company: Company::Others,
};

const TESTS: &[Test] = &[
    ("denials_of_the_filters_are_hardened", denials),
    ("replies_of_envoys_router_are_hardened", router),
    ("envoys_own_413_is_hardened", too_large),
    (
        "replies_that_no_filter_sees_are_hardened",
        before_the_filters,
    ),
    ("strict_transport_security_is_said_over_tls_alone", over_tls),
];

fn gates(site: &Site) -> Vec<Gate> {
    let policy = policy::file(policy::all(json!({})));
    let one_host = |manager: &mut Value| {
        manager["route_config"]["virtual_hosts"][0]["domains"] = json!(["gateway.test"]);
    };
    let local = Form::FLAGGED.map(|form| site.gate("local", form, &policy).with_manager(one_host));
    let dead = Form::FLAGGED.map(|form| {
        site.gate_with("local_dead", form, &policy, |options| {
            options.upstream = std::net::SocketAddr::from(([127, 0, 0, 1], 1)).into();
        })
    });
    let small = Form::FLAGGED.map(|form| {
        let mut gate = site
            .gate("local_small", form, &policy)
            .with_manager(|manager| {
                let host = manager["route_config"]["virtual_hosts"][0].as_object_mut();
                host.unwrap().remove("request_body_buffer_limit");
            });
        gate.listener["per_connection_buffer_limit_bytes"] = json!(16_384);
        gate
    });
    let tls = Form::FLAGGED.map(|form| {
        site.gate_with("local_tls", form, &policy, |options| {
            options.tls = Some(site.tls())
        })
        .with_manager(one_host)
    });
    [local, dead, small, tls].into_iter().flatten().collect()
}

type Faults = fn(&Response) -> Vec<String>;

fn is_hardened(gate: &Gate, what: &str, response: &Response, status: u16, faults: Faults) {
    assert_eq!(
        response.status,
        Some(status),
        "{} {what}: {response:?}",
        gate.name
    );
    assert_eq!(faults(response), [""; 0], "{} {what}", gate.name);
}

fn refused() -> [(&'static str, Request, u16); 6] {
    let get = |path: &str| with_token(Request::new("GET", path));
    [
        ("no token", Request::new("GET", "/orders"), 401),
        (
            "expired",
            bearing(Request::new("HEAD", "/orders"), &token::expired("ec")),
            401,
        ),
        ("method", with_token(Request::new("TRACE", "/orders")), 405),
        ("path", get("/nothing"), 404),
        ("parameter", get("/orders?limit=0"), 400),
        ("body", placed(Body::whole(BAD)), 400),
    ]
}

fn denials(world: &World) {
    for gate in world.one.gates("local") {
        for http in [Http::One, Http::Two] {
            for (what, request, status) in refused() {
                let response = gate.client(http).send(&request);
                is_hardened(gate, what, &response, status, faults_in_the_clear);
            }
        }
    }
}

fn router(world: &World) {
    let get = with_token(Request::new("GET", "/orders"));
    for http in [Http::One, Http::Two] {
        for gate in world.one.gates("local") {
            let response = gate.client(http).send(&get.clone().authority("other.test"));
            is_hardened(gate, "no route", &response, 404, faults_in_the_clear);
        }
        for gate in world.one.gates("local_dead") {
            let response = gate.client(http).send(&get);
            is_hardened(gate, "no upstream", &response, 503, faults_in_the_clear);
        }
    }
}

fn too_large(world: &World) {
    for gate in world.one.gates("local_small") {
        let request = placed(Body::pieces(vec![vec![b' '; 8192]; 6]));
        let (response, line) = gate.logged(|| gate.send(&request));
        assert_eq!(
            line["details"], "request_payload_too_large",
            "{}",
            gate.name
        );
        is_hardened(gate, "too large", &response, 413, faults_in_the_clear);
        assert_eq!(gate.reached(), None, "{}", gate.name);
    }
}

/// Replies of the codec and of the connection manager.
fn unseen(gate: &Gate) -> Vec<(&'static str, Response, u16)> {
    let client = gate.client(Http::One);
    let long = "x".repeat(70_000);
    let raw = |text: &str| client.send_bytes(text.as_bytes());
    let head = "GET /orders HTTP/1.1\r\nhost: gateway.test\r\n";
    vec![
        ("no host", raw("GET /orders HTTP/1.1\r\n\r\n"), 400),
        ("no field", raw(&format!("{head}no field\r\n\r\n")), 400),
        ("no request", raw("nonsense\r\n\r\n"), 400),
        ("an old version", raw("GET /orders HTTP/1.0\r\n\r\n"), 426),
        ("underscore", raw(&format!("{head}x_y: 1\r\n\r\n")), 400),
        (
            "slash",
            raw("GET /orders%2f1 HTTP/1.1\r\nhost: gateway.test\r\n\r\n"),
            400,
        ),
        (
            "large fields",
            raw(&format!("{head}x-long: {long}\r\n\r\n")),
            431,
        ),
        (
            "upgrade",
            raw(&format!(
                "{head}connection: upgrade\r\nupgrade: websocket\r\n\r\n"
            )),
            403,
        ),
    ]
}

fn before_the_filters(world: &World) {
    for gate in world.one.gates("local") {
        for (what, response, status) in unseen(gate) {
            is_hardened(gate, what, &response, status, faults_in_the_clear);
        }
    }
}

fn over_tls(world: &World) {
    for gate in world.one.gates("local_tls") {
        for (what, response, status) in unseen(gate) {
            is_hardened(gate, what, &response, status, faults_over_tls);
        }
        for http in [Http::One, Http::Two] {
            let client = gate.client(http);
            for (what, request, status) in refused() {
                is_hardened(gate, what, &client.send(&request), status, faults_over_tls);
            }
            let get = with_token(Request::new("GET", "/orders"));
            is_hardened(gate, "good", &client.send(&get), 200, faults_over_tls);
            let elsewhere = client.send(&get.authority("other.test"));
            is_hardened(gate, "no route", &elsewhere, 404, faults_over_tls);
        }
    }
}
