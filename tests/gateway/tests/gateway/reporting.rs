//! Report mode decides as enforce does and never holds: bodies stream on while
//! they are copied, and a bad one is counted.

use std::time::Duration;

use serde_json::json;
use tollgate_gateway::gate::at_once;
use tollgate_gateway::order::{BAD, GOOD, bearing, halves, placed, posted, told, with_token};
use tollgate_gateway::{Company, Form, Gate, Site, Test, Topic, World, policy, token};
use tollgate_rig::{Answer, Body, End, Http, Request};

pub const TOPIC: Topic = Topic {
    gates,
    tests: TESTS,
    company: Company::None,
};

const TESTS: &[Test] = &[
    (
        "in_report_mode_a_request_body_streams_on_piece_by_piece",
        requests_stream,
    ),
    (
        "in_report_mode_a_response_body_streams_on_piece_by_piece",
        responses_stream,
    ),
    (
        "in_report_mode_what_would_be_refused_passes_and_is_counted",
        refusals_are_counted,
    ),
    (
        "in_report_mode_a_body_over_the_limit_passes_whole",
        large_bodies_pass,
    ),
];

/// No machine is so slow that what is sent at once arrives later than this.
const LATER: Duration = Duration::from_secs(2);

fn gates(site: &Site) -> Vec<Gate> {
    let policy = policy::file(json!({
        "headers": { "profile": "api", "mode": "report" },
        "jwt": policy::jwt(policy::inline()).as_object().cloned().map(|jwt| policy::with(jwt, json!({ "mode": "report" }))),
        "schema": policy::schema(json!({ "mode": "report" })),
    }));
    Form::EVERY
        .map(|form| site.gate("reporting", form, &policy))
        .into()
}

fn requests_stream(world: &World) {
    at_once(&world.one.gates("reporting"), |gate| {
        let sight = gate.watch(Http::One, &placed(halves(GOOD, LATER)));
        assert_eq!(told(&sight.response), "200", "{}", gate.name);
        let streams = sight.body_after.is_some_and(|after| after < LATER);
        assert!(streams, "{}: {sight:?}", gate.name);
        assert_eq!(sight.reached.unwrap().body, GOOD, "{}", gate.name);
    });
}

fn responses_stream(world: &World) {
    for gate in world.one.gates("reporting") {
        let never = Duration::from_secs(60);
        gate.upstream
            .answer(Answer::json(200, "").body(halves(GOOD, never)));
        let client = gate
            .client(Http::One)
            .with_deadline(Duration::from_millis(500));
        let response = client.send(&with_token(Request::new("GET", "/orders/7")));
        assert_eq!(
            (response.status, &response.end),
            (Some(200), &End::Timeout),
            "{}",
            gate.name
        );
        assert_eq!(response.body, &GOOD[..GOOD.len() / 2], "{}", gate.name);
        gate.reached();
    }
}

fn refusals_are_counted(world: &World) {
    let count = |name: &str| (name.to_owned(), 1);
    for gate in world.one.gates("reporting") {
        gate.upstream.answer(Answer::json(200, "{}"));
        let send = || gate.logged(|| gate.send(&placed(halves(BAD, Duration::from_millis(20)))));
        let ((response, line), counts) = world.one.counted(send);
        assert_eq!(told(&response), "200", "{}", gate.name);
        assert_eq!(gate.reached().unwrap().body, BAD, "{}", gate.name);
        assert_eq!(
            counts,
            [
                count("allow.headers"),
                count("allow.jwt"),
                count("report.schema_body")
            ]
        );
        assert_eq!(line["mark_schema"], "report schema_body", "{}", gate.name);

        let expired = bearing(Request::new("TRACE", "/orders/7"), &token::expired("ec"));
        gate.upstream.answer(Answer::json(200, BAD));
        let send = || gate.logged(|| gate.send(&expired));
        let ((response, line), counts) = world.one.counted(send);
        assert_eq!(told(&response), "200", "{}: {response:?}", gate.name);
        assert_eq!(
            counts,
            [
                count("report.headers_method"),
                count("report.jwt_expired"),
                count("report.schema_method")
            ],
        );
        assert_eq!(
            line["mark_headers"], "report headers_method",
            "{}",
            gate.name
        );
        assert_eq!(line["mark_jwt"], "report jwt_expired", "{}", gate.name);
        gate.reached();

        let send = || gate.logged(|| gate.send(&with_token(Request::new("GET", "/orders/7"))));
        let ((response, line), counts) = world.one.counted(send);
        assert_eq!(
            (told(&response), &response.body[..]),
            ("200".to_owned(), BAD),
            "{}",
            gate.name
        );
        assert_eq!(
            counts,
            [
                count("allow.headers"),
                count("allow.jwt"),
                count("allow.schema"),
                count("report.schema_response")
            ],
        );
        assert_eq!(
            line["mark_schema"], "report schema_response",
            "{}",
            gate.name
        );
        gate.reached();
    }
}

fn large_bodies_pass(world: &World) {
    let large = vec![b' '; 3 * 1024 * 1024];
    let limited = ("report.schema_limit".to_owned(), 1);
    for gate in world.one.gates("reporting") {
        for body in [
            Body::whole(large.clone()),
            Body::pieces(large.chunks(65_536)),
        ] {
            let (response, counts) = world.one.counted(|| gate.send(&posted("/orders", body)));
            assert_eq!(told(&response), "200", "{}", gate.name);
            assert_eq!(
                gate.reached().unwrap().body.len(),
                large.len(),
                "{}",
                gate.name
            );
            assert!(counts.contains(&limited), "{}: {counts:?}", gate.name);
        }
        gate.upstream
            .answer(Answer::json(200, "").body(Body::pieces(large.chunks(65_536))));
        let get = with_token(Request::new("GET", "/orders/7"));
        let (response, counts) = world.one.counted(|| gate.send(&get));
        assert_eq!(response.body.len(), large.len(), "{}", gate.name);
        assert!(counts.contains(&limited), "{}: {counts:?}", gate.name);
        gate.upstream.answer(Answer::json(200, "{}"));
        gate.reached();
    }
}
