//! Remote keys: fetched once for all, missed without harm, and changed.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tollgate_gateway::order::{bearing, told};
use tollgate_gateway::{Company, Form, Gate, Place, Say, Site, Test, Topic, World, policy, token};
use tollgate_rig::{DEADLINE, Request, wait_until};

pub const TOPIC: Topic = Topic {
    gates,
    tests: TESTS,
    company: Company::Others,
};

const TESTS: &[Test] = &[
    ("all_threads_share_one_fetch", one_fetch),
    (
        "keys_that_cannot_be_had_are_503_soon_and_come_back_by_themselves",
        missed_and_recovered,
    ),
    (
        "in_report_mode_a_request_waits_no_longer_than_the_timeout",
        in_report_mode,
    ),
    (
        "an_unknown_key_is_looked_for_once_and_holds_up_no_other_request",
        unknown_key,
    ),
    (
        "an_unknown_key_is_not_looked_for_within_the_interval",
        within_the_interval,
    ),
    (
        "keys_that_are_too_old_no_longer_count_and_come_back",
        too_old,
    ),
    (
        "keys_are_taken_over_tls_from_the_host_of_the_uri_alone",
        over_tls,
    ),
    ("a_key_that_was_replaced_no_longer_counts", rotation),
];

/// How keys are missed, besides a server that nobody listens for.
const MISSES: [&str; 5] = [
    "keys_slow",
    "keys_status",
    "keys_cut",
    "keys_garbage",
    "keys_huge",
];

fn gates(site: &Site) -> Vec<Gate> {
    let gate = |topic: &'static str, remote: Value| {
        let sections = json!({ "jwt": policy::jwt(policy::remote(&path(topic), remote)) });
        let policy = policy::file(sections);
        site.gate(topic, Form::SEPARATE, &policy).at(Place::Coming)
    };
    let nowhere = std::net::SocketAddr::from(([127, 0, 0, 1], 1));
    let refused = policy::jwt(policy::remote(
        "/refused.json",
        json!({ "cluster": "nowhere" }),
    ));
    let refused = policy::file(json!({ "jwt": refused }));
    let mut report = policy::jwt(policy::remote("/keys_report.json", json!({})));
    report["mode"] = "report".into();
    let report = policy::file(json!({ "jwt": report }));
    let mut gates: Vec<Gate> = MISSES.map(|miss| gate(miss, json!({}))).into();
    gates.extend([
        site.gate("keys_report", Form::SEPARATE, &report)
            .at(Place::Coming),
        gate("one_fetch", json!({ "timeout": "5s" })),
        gate(
            "unknown_key",
            json!({ "timeout": "5s", "unknown_kid_interval": "1s" }),
        ),
        gate("within_the_interval", json!({})),
        gate("rotation", json!({ "refresh": "1s" })),
        gate(
            "too_old",
            json!({ "refresh": "1s", "max_stale": "0s", "timeout": "100ms" }),
        ),
        gate("over_tls", secure("idp_tls")),
        gate("over_tls_elsewhere", secure("idp_other")),
        site.gate_with("keys_refused", Form::SEPARATE, &refused, |options| {
            options
                .cluster_addresses
                .insert("nowhere".to_owned(), nowhere);
        })
        .at(Place::Coming),
    ]);
    gates
}

fn secure(cluster: &str) -> Value {
    json!({ "uri": "https://idp.test/keys.json", "cluster": cluster, "timeout": "2s" })
}

fn path(topic: &str) -> String {
    format!("/{topic}.json")
}

fn set(names: &[&str]) -> Say {
    Say::Document(token::key_set(names).to_string().into_bytes())
}

fn get(gate: &Gate, token: &str) -> String {
    told(&gate.send(&bearing(Request::new("GET", "/orders"), token)))
}

fn gate<'w>(world: &'w World, topic: &str) -> &'w Gate {
    let gate = world.two.gates(topic)[0];
    world.two.stand(&[gate]);
    gate
}

fn one_fetch(world: &World) {
    world.site.house.say(&path("one_fetch"), set(&["ec"]));
    let gate = gate(world, "one_fetch");
    // A connection each, so that both workers serve some.
    std::thread::scope(|scope| {
        for _ in 0..40 {
            scope.spawn(|| assert_eq!(get(gate, &token::good("ec")), "200"));
        }
    });
    assert_eq!(world.site.house.asked(&path("one_fetch")), 1);
    let age = "tollgate_jwt_keys_age_seconds{provider=\"corp\"} ";
    let told = || {
        let text = world.two.admin().prometheus().unwrap();
        text.lines().any(|line| line.starts_with(age)).then_some(())
    };
    assert!(wait_until(DEADLINE, told).is_some(), "no age of keys");
}

fn in_report_mode(world: &World) {
    let gate = gate(world, "keys_report");
    let begin = Instant::now();
    let request = bearing(Request::new("GET", "/orders"), &token::good("ec"));
    let (response, line) = gate.logged(|| gate.send(&request));
    assert_eq!(told(&response), "200", "{line}");
    assert!(begin.elapsed() < Duration::from_secs(2), "{line}");
    assert_eq!(line["mark_jwt"], "report jwt_keys_unavailable");
    assert!(gate.reached().is_some());
}

fn missed_and_recovered(world: &World) {
    let house = &world.site.house;
    let mut huge = token::key_set(&["ec"]);
    huge["padding"] = " ".repeat(70_000).into();
    for (miss, word) in [
        ("keys_slow", Say::Hold),
        ("keys_status", Say::Status(500)),
        ("keys_cut", Say::Cut),
        ("keys_garbage", Say::Document(b"<html>".to_vec())),
        ("keys_huge", Say::Document(huge.to_string().into_bytes())),
    ] {
        house.say(&path(miss), word);
    }
    let gates: Vec<&Gate> = MISSES.map(|miss| world.two.gates(miss)[0]).into();
    let refused = world.two.gates("keys_refused")[0];
    let every: Vec<&Gate> = gates.iter().copied().chain([refused]).collect();
    let (_, lines) = world.two.written(
        || {
            world.two.stand(&every);
            for gate in &every {
                let begin = Instant::now();
                let request = bearing(Request::new("GET", "/orders"), &token::good("ec"));
                let response = gate.send(&request);
                assert_eq!(told(&response), "503 jwt_keys_unavailable", "{}", gate.name);
                // One fetch of 200 ms, and the second in which another may bring them.
                assert!(begin.elapsed() < Duration::from_secs(2), "{}", gate.name);
                let wait = response.values("retry-after");
                assert!(matches!(wait[..], [b"1" | b"2"]), "{}: {wait:?}", gate.name);
                assert_eq!(gate.upstream.requests(), [], "{}", gate.name);
            }
        },
        |line| line.contains("fetch provider=corp cluster=nowhere failed: status 503"),
    );
    for fault in [
        "status 504",
        "status 500",
        "not a usable document",
        "more than 65536",
    ] {
        let told = |line: &String| {
            line.contains("fetch provider=corp cluster=idp") && line.contains(fault)
        };
        assert!(lines.iter().any(told), "{fault}: {lines:#?}");
    }
    for miss in MISSES {
        house.say(&path(miss), set(&["ec"]));
    }
    for gate in gates {
        let good = || (get(gate, &token::good("ec")) == "200").then_some(());
        assert!(
            wait_until(DEADLINE, good).is_some(),
            "{} does not recover",
            gate.name
        );
    }
    assert_eq!(get(refused, &token::good("ec")), "503 jwt_keys_unavailable");
}

fn unknown_key(world: &World) {
    let (house, path) = (&world.site.house, path("unknown_key"));
    house.say(&path, set(&["ec"]));
    let gate = gate(world, "unknown_key");
    assert_eq!(get(gate, &token::good("ec")), "200");
    house.say(&path, Say::Hold);
    let new = token::good("rsa");
    std::thread::scope(|scope| {
        // Refused until the interval is over, and then held for the new keys.
        let waits = scope.spawn(|| {
            wait_until(DEADLINE, || {
                let told = get(gate, &new);
                (told != "401 jwt_key_unknown").then_some(told)
            })
        });
        assert!(house.wait(&path, 2, DEADLINE));
        for _ in 0..10 {
            assert_eq!(get(gate, &token::good("ec")), "200");
        }
        assert!(!waits.is_finished());
        house.say(&path, set(&["ec", "rsa"]));
        assert_eq!(waits.join().unwrap().as_deref(), Some("200"));
    });
    assert_eq!(house.asked(&path), 2);
}

fn within_the_interval(world: &World) {
    let (house, path) = (&world.site.house, path("within_the_interval"));
    house.say(&path, set(&["ec"]));
    let gate = gate(world, "within_the_interval");
    assert_eq!(get(gate, &token::good("ec")), "200");
    for _ in 0..20 {
        assert_eq!(
            get(gate, &token::of_unknown_key("ec")),
            "401 jwt_key_unknown"
        );
    }
    assert_eq!(house.asked(&path), 1);
}

fn rotation(world: &World) {
    let (house, path) = (&world.site.house, path("rotation"));
    house.say(&path, set(&["ec"]));
    let gate = gate(world, "rotation");
    let (old, new) = (token::good("ec"), token::good("ec_other"));
    assert_eq!(get(gate, &old), "200");
    assert_eq!(get(gate, &new), "401 jwt_signature");
    house.say(&path, set(&["ec_other"]));
    let turned = || (get(gate, &new) == "200").then_some(());
    assert!(wait_until(DEADLINE, turned).is_some());
    // The other worker looks within a second.
    let turned = || {
        (0..10)
            .all(|_| get(gate, &old) == "401 jwt_signature")
            .then_some(())
    };
    assert!(wait_until(DEADLINE, turned).is_some());
}

fn too_old(world: &World) {
    let (house, path) = (&world.site.house, path("too_old"));
    house.say(&path, set(&["ec"]));
    let gate = gate(world, "too_old");
    assert_eq!(get(gate, &token::good("ec")), "200");
    house.say(&path, Say::Status(500));
    for (expected, word) in [
        ("503 jwt_keys_unavailable", set(&["ec"])),
        ("200", Say::Hold),
    ] {
        let turned = || (get(gate, &token::good("ec")) == expected).then_some(());
        assert!(wait_until(DEADLINE, turned).is_some(), "never {expected}");
        house.say(&path, word);
    }
}

fn over_tls(world: &World) {
    for (topic, expected) in [
        ("over_tls", "200"),
        ("over_tls_elsewhere", "503 jwt_keys_unavailable"),
    ] {
        let gate = gate(world, topic);
        assert_eq!(get(gate, &token::good("ec")), expected, "{topic}");
    }
}
