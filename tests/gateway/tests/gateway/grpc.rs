//! gRPC: denials come as a status with a plain message.

use serde_json::json;
use tollgate::render::envoy::Protocol;
use tollgate_gateway::order::{bearing, with_token};
use tollgate_gateway::{Company, Form, Gate, Site, Test, Topic, World, policy, token};
use tollgate_rig::{Answer, Body, End, Http, Request, Response, values};

pub const TOPIC: Topic = Topic {
    gates,
    tests: TESTS,
    company: Company::Others,
};

const TESTS: &[Test] = &[
    (
        "a_denied_call_gets_a_status_and_a_plain_message",
        denied_calls,
    ),
    ("a_good_call_passes_with_its_trailers", good_call),
    (
        "a_refused_answer_to_a_call_becomes_a_status",
        refused_answers,
    ),
];

fn gates(site: &Site) -> Vec<Gate> {
    let policy = policy::file(policy::all(json!({ "response": { "mode": "enforce" } })));
    let gate = |form| {
        site.gate_with("grpc", form, &policy, |options| {
            options.upstream_protocol = Protocol::Http2;
        })
    };
    Form::FLAGGED.map(gate).into()
}

fn call(path: &str) -> Request {
    Request::new("POST", path)
        .field("content-type", "application/grpc")
        .field("te", "trailers")
        .body(Body::pieces([b"\0\0\0\0\0"]))
}

/// Status and message, wherever a client of gRPC looks for them.
fn status(response: &Response) -> (String, String) {
    let find = |name: &str| {
        let found = [&response.fields, &response.trailers].map(|fields| values(fields, name));
        let found = found.concat();
        assert!(found.len() < 2, "{response:?}");
        String::from_utf8_lossy(found.first().copied().unwrap_or_default()).into_owned()
    };
    (find("grpc-status"), find("grpc-message"))
}

fn denied_calls(world: &World) {
    for gate in world.one.gates("grpc") {
        for (request, code, message) in [
            (call("/rpc"), "16", "Token Missing: a token is required"),
            (
                bearing(call("/rpc"), &token::of_unknown_key("ec")),
                "16",
                "Key Unknown: the issuer has no key for this token",
            ),
            (
                with_token(call("/nothing")),
                "12",
                "Path Not Documented: no documented path matches",
            ),
        ] {
            let response = gate.client(Http::Two).send(&request);
            assert_eq!((response.status, &response.end), (Some(200), &End::Clean));
            let content_type = response.values("content-type");
            assert_eq!(content_type, [b"application/grpc"], "{}", gate.name);
            assert_eq!(response.body, b"", "{}", gate.name);
            let expected = (code.to_owned(), message.to_owned());
            assert_eq!(status(&response), expected, "{}", gate.name);
            assert_eq!(gate.reached(), None, "{}", gate.name);
        }
    }
}

fn answered(status: u16, grpc_status: &str) -> Answer {
    let trailers = vec![("grpc-status".to_owned(), grpc_status.into())];
    Answer::new(status)
        .field("content-type", "application/grpc")
        .body(Body::pieces([b"\0\0\0\0\0"]).with_trailers(trailers))
}

fn good_call(world: &World) {
    for gate in world.one.gates("grpc") {
        gate.upstream.answer(answered(200, "0"));
        let response = gate.client(Http::Two).send(&with_token(call("/rpc")));
        assert_eq!(response.status, Some(200), "{}", gate.name);
        assert_eq!(
            status(&response),
            ("0".to_owned(), String::new()),
            "{}",
            gate.name
        );
        assert_eq!(response.body, b"\0\0\0\0\0", "{}", gate.name);
        assert_eq!(gate.reached().unwrap().body, b"\0\0\0\0\0", "{}", gate.name);
    }
}

fn refused_answers(world: &World) {
    for gate in world.one.gates("grpc") {
        gate.upstream
            .answer(answered(201, "0").field("x-secret", "1"));
        let response = gate.client(Http::Two).send(&with_token(call("/rpc")));
        assert_eq!((response.status, &response.end), (Some(200), &End::Clean));
        let message = "Response Status Not Documented: the status 201 is not documented";
        assert_eq!(
            status(&response),
            ("13".to_owned(), message.to_owned()),
            "{}",
            gate.name
        );
        assert_eq!(response.body, b"", "{}", gate.name);
        assert_eq!(response.values("x-secret"), [b""; 0], "{}", gate.name);
        gate.reached();
    }
}
