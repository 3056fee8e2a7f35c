//! What operators see: counters that are exact, lines that are few and tell no
//! secret, details in the access log, and which policy serves.

use serde_json::json;
use tollgate_gateway::order::{BAD, GOOD, bearing, placed, posted, told};
use tollgate_gateway::{Company, Form, Gate, Place, Site, Test, Topic, World, policy, token};
use tollgate_rig::{Body, DEADLINE, Request, wait_until};

pub const TOPIC: Topic = Topic {
    gates,
    tests: TESTS,
    company: Company::None,
};

const TESTS: &[Test] = &[
    ("counters_are_exact_over_two_workers", exact_counters),
    ("prometheus_sees_outcome_and_reason_as_labels", labels),
    ("prometheus_sees_how_large_judged_bodies_are", sizes),
    (
        "a_worker_writes_ten_lines_of_a_reason_a_second_and_says_how_many_it_left_out",
        few_lines,
    ),
    ("no_line_tells_a_secret", no_secrets),
    (
        "the_start_line_and_a_gauge_tell_which_policy_serves",
        which_policy,
    ),
];

fn gates(site: &Site) -> Vec<Gate> {
    let policy = policy::file(policy::all(json!({})));
    let two = [Form::SEPARATE, Form::ALL]
        .map(|form| site.gate("telemetry", form, &policy).at(Place::Two));
    let one = [Form::SEPARATE, Form::ALL].map(|form| site.gate("few_lines", form, &policy));
    two.into_iter().chain(one).collect()
}

fn exact_counters(world: &World) {
    for gate in world.two.gates("telemetry") {
        let send = || {
            std::thread::scope(|scope| {
                for _ in 0..20 {
                    scope.spawn(|| assert_eq!(told(&gate.send(&placed(Body::whole(GOOD)))), "200"));
                    scope.spawn(|| {
                        let response = gate.send(&placed(Body::whole(BAD)));
                        assert_eq!(told(&response), "400 schema_body");
                    });
                    scope.spawn(|| {
                        let request =
                            bearing(Request::new("GET", "/orders"), &token::expired("ec"));
                        assert_eq!(told(&gate.send(&request)), "401 jwt_expired");
                    });
                }
            });
        };
        let ((), counts) = world.two.counted(send);
        let expected = [
            ("allow.headers", 60),
            ("allow.jwt", 40),
            ("allow.schema", 20),
            ("deny.jwt_expired", 20),
            ("deny.schema_body", 20),
        ];
        let expected = expected.map(|(name, count)| (name.to_owned(), count));
        assert_eq!(counts, expected, "{}", gate.name);
    }
}

fn labels(world: &World) {
    let text = world.two.admin().prometheus().unwrap();
    for metric in [
        r#"tollgate_decisions{outcome="deny",reason="jwt_expired"} "#,
        r#"tollgate_decisions{outcome="allow",reason="headers"} "#,
    ] {
        assert!(
            text.lines().any(|line| line.starts_with(metric)),
            "{metric}"
        );
    }
}

/// Envoy merges histograms every five seconds.
fn sizes(world: &World) {
    for gate in world.two.gates("telemetry") {
        assert_eq!(told(&gate.send(&placed(Body::whole(GOOD)))), "200");
    }
    let bucket = r#"tollgate_bytes_bucket{direction="request",filter="schema",le="1024"} "#;
    let count = || {
        let text = world.two.admin().prometheus().ok()?;
        let line = text.lines().find_map(|line| line.strip_prefix(bucket))?;
        line.parse::<u64>().ok().filter(|count| *count >= 2)
    };
    assert!(wait_until(DEADLINE, count).is_some(), "{bucket}");
}

fn few_lines(world: &World) {
    const SENT: usize = 100;
    for gate in world.one.gates("few_lines") {
        let plugin = format!("wasm log {}.", gate.name);
        let before = world.one.envoy.log().len();
        let request = bearing(Request::new("GET", "/orders"), &token::expired("ec"));
        let begin = std::time::Instant::now();
        for _ in 0..SENT {
            assert_eq!(told(&gate.send(&request)), "401 jwt_expired");
        }
        let seconds = begin.elapsed().as_secs() + 2;
        let count = || {
            let log = world.one.envoy.log();
            let about =
                |line: &&str| line.contains(&gate.name) && line.contains("reason=jwt_expired");
            let lines = log[before..].lines().filter(about);
            let (left_out, written): (Vec<&str>, Vec<&str>) =
                lines.partition(|line| line.contains("left_out="));
            let left_out = left_out
                .iter()
                .filter_map(|line| line.rsplit('=').next()?.parse::<usize>().ok());
            let left_out: usize = left_out.sum();
            (written.len(), left_out)
        };
        let all = || Some(count()).filter(|(written, left_out)| written + left_out == SENT);
        let counted = wait_until(DEADLINE, all);
        let (written, left_out) = counted.unwrap_or_else(|| panic!("{plugin} {:?}", count()));
        assert!(
            written <= 10 * usize::try_from(seconds).unwrap(),
            "{written} in {seconds} s"
        );
        assert!(left_out > 0, "{written} lines");
    }
}

fn no_secrets(world: &World) {
    for gate in world.two.gates("telemetry") {
        let expired = token::expired("ec");
        let parts: Vec<&str> = expired.split('.').collect();
        let secret = json!({ "item": "secretbody", "quantity": 0, "secretmember": 1 }).to_string();
        for request in [
            bearing(Request::new("GET", "/orders?limit=secretquery"), &expired),
            bearing(Request::new("GET", "/orders"), "secrettoken"),
            bearing(
                Request::new("GET", "/orders?limit=secretquery"),
                &token::good("ec"),
            ),
            placed(Body::whole(secret.clone())).field("cookie", "secretcookie"),
            posted("/orders", Body::whole("secretsyntax")),
        ] {
            let (response, line) = gate.logged(|| gate.send(&request));
            assert!(matches!(response.status, Some(400 | 401)), "{response:?}");
            let reason = told(&response).split_once(' ').unwrap().1.to_owned();
            assert_eq!(
                line["details"],
                format!("tollgate_{reason}"),
                "{}",
                gate.name
            );
            for secret in ["secret", parts[1], parts[2]] {
                // A reply names members where they stand, and never a value.
                let body = response.text().replace("secretmember", "");
                assert!(!body.contains(secret), "{secret}: {body}");
                assert!(!line.to_string().contains(secret), "{secret}: {line}");
            }
        }
        let log = world.two.envoy.log();
        for secret in ["secret", parts[1], parts[2]] {
            assert!(!log.contains(secret), "{secret}");
        }
    }
}

fn which_policy(world: &World) {
    let policy = policy::file(policy::all(json!({})));
    let version = env!("CARGO_PKG_VERSION");
    let hash = policy.hash();
    let line = format!("tollgate headers+jwt+schema start version={version} policy={hash}");
    let log = world.two.envoy.log();
    assert!(log.lines().any(|known| known.ends_with(&line)), "{line}");
    // One gauge for all gates: the last that was configured tells.
    for gauge in ["headers", "jwt", "schema", "headers_jwt_schema"] {
        let gauge = format!("wasmcustom.tollgate.policy.{gauge}");
        let value = world.two.stats(&gauge).get(&gauge);
        assert!(
            value > 0 && u32::try_from(value).is_ok(),
            "{gauge}: {value}"
        );
    }
}
