//! Connections that don't go as they should: clients that leave, upstreams that
//! answer too early, and what stands behind a refused request.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::json;
use tollgate::render::envoy::HoldFlag;
use tollgate_gateway::order::{BAD, GOOD, halves, placed, told, with_token};
use tollgate_gateway::{Company, Form, Gate, Site, Test, Topic, World, policy, token};
use tollgate_rig::{Answer, Body, DEADLINE, Http, Moment, Request, wait_until};

pub const TOPIC: Topic = Topic {
    gates,
    tests: TESTS,
    company: Company::Others,
};

const TESTS: &[Test] = &[
    (
        "clients_that_leave_while_their_bodies_are_held_do_no_harm",
        clients_leave,
    ),
    (
        "clients_that_leave_while_their_responses_are_held_do_no_harm",
        clients_leave_responses,
    ),
    (
        "an_upstream_that_answers_before_the_body_is_judged_never_gets_a_bad_one",
        early_answers,
    ),
    (
        "what_follows_a_refused_head_is_never_taken_for_a_request",
        nothing_is_smuggled,
    ),
    (
        "requests_behind_a_refused_body_are_answered_in_order_or_not_at_all",
        behind_a_refused_body,
    ),
];

fn gates(site: &Site) -> Vec<Gate> {
    let gate = |topic: &'static str, form: Form| {
        let changes = match form.flag {
            HoldFlag::Set => json!({ "response": { "mode": "enforce" } }),
            HoldFlag::Unset => json!({ "hold": "body" }),
        };
        site.gate(topic, form, &policy::file(policy::all(changes)))
    };
    let mut gates: Vec<Gate> = Form::EVERY.map(|form| gate("connections", form)).into();
    gates.extend(Form::UNFLAGGED.map(|form| gate("early", form)));
    gates
}

fn goes_on(gate: &Gate) {
    gate.upstream.answer(Answer::json(200, "{}"));
    for (body, expected) in [(GOOD, "200"), (BAD, "400 schema_body")] {
        let response = gate.send(&placed(Body::whole(body)));
        assert_eq!(told(&response), expected, "{}", gate.name);
        gate.reached();
    }
}

/// Waits until no request is at the gate any more.
fn is_empty(world: &World, gate: &Gate) {
    let active = format!("http.{}.downstream_rq_active", gate.name);
    let none = || (world.one.stats(&active).get(&active) == 0).then_some(());
    assert!(
        wait_until(DEADLINE, none).is_some(),
        "{}: requests stay",
        gate.name
    );
}

fn clients_leave(world: &World) {
    let never = Duration::from_secs(60);
    for gate in world.one.gates("connections") {
        for http in [Http::One, Http::Two] {
            let client = gate.client(http).with_deadline(Duration::from_millis(200));
            std::thread::scope(|scope| {
                for _ in 0..10 {
                    scope.spawn(|| client.send(&placed(halves(GOOD, never))));
                }
            });
        }
        is_empty(world, gate);
        let seen = gate.upstream.take();
        // Where heads can't be held they have left, and nothing else has.
        assert!(
            seen.iter().all(|seen| seen.body.is_empty()),
            "{}: {seen:?}",
            gate.name
        );
        assert!(
            seen.is_empty() || gate.form.flag == HoldFlag::Unset,
            "{}",
            gate.name
        );
        goes_on(gate);
    }
}

fn clients_leave_responses(world: &World) {
    let never = Duration::from_secs(60);
    for gate in world.one.gates("connections") {
        gate.upstream
            .answer(Answer::json(200, "").body(halves(BAD, never)));
        let client = gate
            .client(Http::One)
            .with_deadline(Duration::from_millis(200));
        std::thread::scope(|scope| {
            for _ in 0..10 {
                scope.spawn(|| client.send(&with_token(Request::new("GET", "/orders/7"))));
            }
        });
        is_empty(world, gate);
        gate.upstream.take();
        goes_on(gate);
    }
}

fn early_answers(world: &World) {
    for gate in world.one.gates("early") {
        for http in [Http::One, Http::Two] {
            for (body, passes) in [(BAD, false), (GOOD, true)] {
                let early = Answer::json(200, "{}");
                gate.upstream.answer(Answer {
                    moment: Moment::Head,
                    ..early
                });
                let later = Duration::from_millis(300);
                let response = gate.client(http).send(&placed(halves(body, later)));
                let seen = gate.upstream.take();
                let context = format!("{} {http:?} {passes}: {response:?} {seen:?}", gate.name);
                // The answer may have left before the body was judged.
                assert!(
                    matches!(response.status, None | Some(200 | 400)),
                    "{context}"
                );
                let whole = |seen: &tollgate_rig::Received| passes && seen.body == GOOD;
                assert!(
                    seen.iter().all(|seen| seen.body.is_empty() || whole(seen)),
                    "{context}"
                );
                is_empty(world, gate);
                goes_on(gate);
            }
        }
    }
}

/// Everything that comes back on a connection on which this is sent.
fn exchange(gate: &Gate, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(gate.address()).unwrap();
    stream.set_read_timeout(Some(DEADLINE)).unwrap();
    stream.write_all(bytes).unwrap();
    let mut answers = Vec::new();
    // A connection that is reset ends it too.
    let _ = stream.read_to_end(&mut answers);
    String::from_utf8_lossy(&answers).into_owned()
}

fn nothing_is_smuggled(world: &World) {
    let hidden = format!(
        "GET /orders?limit=7 HTTP/1.1\r\nhost: gateway.test\r\nconnection: close\r\n\
         x-smuggled: yes\r\nauthorization: Bearer {}\r\n\r\n",
        token::good("ec")
    );
    let length = hidden.len();
    for gate in world.one.gates("connections") {
        for framing in [
            format!("content-length: {length}\r\n\r\n{hidden}"),
            format!("transfer-encoding: chunked\r\n\r\n{length:x}\r\n{hidden}\r\n0\r\n\r\n"),
        ] {
            // No token, and a body that nobody will read.
            let head = "POST /orders HTTP/1.1\r\nhost: gateway.test\r\n\
                        x-smuggled: yes\r\ncontent-type: application/json\r\n";
            let answers = exchange(gate, format!("{head}{framing}").as_bytes());
            assert!(
                answers.starts_with("HTTP/1.1 401 "),
                "{}: {answers}",
                gate.name
            );
            assert_eq!(
                answers.matches("HTTP/1.1 ").count(),
                1,
                "{}: {answers}",
                gate.name
            );
            // A head of an earlier test may only now be seen to have left.
            let seen = gate.upstream.take();
            let none = seen.iter().all(|seen| seen.values("x-smuggled").is_empty());
            assert!(none, "{}: {seen:?}", gate.name);
        }
    }
}

fn behind_a_refused_body(world: &World) {
    let request = |body: &[u8], connection: &str| {
        let head = format!(
            "POST /orders HTTP/1.1\r\nhost: gateway.test\r\nauthorization: Bearer {}\r\n\
             content-type: application/json\r\ncontent-length: {}\r\nconnection: {connection}\r\n\r\n",
            token::good("ec"),
            body.len()
        );
        [head.as_bytes(), body].concat()
    };
    let (stays, ends) = ("keep-alive", "close");
    let bytes = [
        request(GOOD, stays),
        request(BAD, stays),
        request(GOOD, ends),
    ]
    .concat();
    for gate in world.one.gates("connections") {
        gate.upstream.answer(Answer::json(200, "{}"));
        let answers = exchange(gate, &bytes);
        let statuses = answers.split("HTTP/1.1 ").skip(1);
        let statuses: Vec<&str> = statuses.filter_map(|answer| answer.get(..3)).collect();
        // Envoy may close a connection on which it refused a body.
        let in_order = [&["200", "400"][..], &["200", "400", "200"]].contains(&&statuses[..]);
        assert!(in_order, "{}: {answers}", gate.name);
        let seen = gate.upstream.take();
        let whole = seen.iter().filter(|seen| seen.body == GOOD).count();
        assert_eq!(whole, statuses.len() - 1, "{}: {seen:?}", gate.name);
        let good = |body: &[u8]| body == GOOD || body.is_empty();
        assert!(
            seen.iter().all(|seen| good(&seen.body)),
            "{}: {seen:?}",
            gate.name
        );
    }
}
