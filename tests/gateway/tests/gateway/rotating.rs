//! Issuers that change their keys, falter or drift while requests come.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

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
    (
        "keys_rotate_under_load_and_no_good_token_is_refused",
        rotation_under_load,
    ),
    (
        "an_issuer_that_comes_and_goes_refuses_nobody_and_is_not_pressed",
        flapping,
    ),
    ("one_issuer_that_is_down_takes_no_other_with_it", one_of_two),
    (
        "a_bad_key_does_not_lose_the_others_and_is_counted",
        one_bad_key,
    ),
    (
        "a_clock_that_drifts_from_the_issuers_is_seen",
        drifting_clocks,
    ),
    (
        "two_policies_in_one_vm_share_no_tokens",
        two_policies_in_one_vm,
    ),
];

fn gates(site: &Site) -> Vec<Gate> {
    let coming = |topic: &'static str, provider: Value| {
        let policy = policy::file(json!({ "jwt": { "providers": [provider] } }));
        site.gate(topic, Form::SEPARATE, &policy).at(Place::Coming)
    };
    let quick = json!({ "refresh": "1s", "unknown_kid_interval": "0s", "timeout": "5s" });
    let pair = json!({ "providers": [
        provider("up", "/pair_up.json", json!({})),
        with(provider("down", "/pair_down.json", json!({})), json!({ "issuer": "https://down.test/" })),
    ] });
    let pair = policy::file(json!({ "jwt": pair }));
    vec![
        coming("rotating", provider("rotating", "/rotating.json", quick)),
        coming(
            "flapping",
            provider("flapping", "/flapping.json", json!({ "refresh": "1s" })),
        ),
        site.gate("pair", Form::SEPARATE, &pair).at(Place::Coming),
        coming("bad_key", provider("bad_key", "/bad_key.json", json!({}))),
        coming("ahead", provider("ahead", "/ahead.json", json!({}))),
        coming("behind", provider("behind", "/behind.json", json!({}))),
        lax_or_strict(site, "lax", json!({})),
        lax_or_strict(site, "strict", json!({ "audiences": ["others"] })),
        lax_or_strict(
            site,
            "other_keys",
            json!({ "jwks": { "inline": token::key_set(&["ec_other"]) } }),
        ),
    ]
}

/// A gate whose filter shares its VM with the others of its kind.
fn lax_or_strict(site: &Site, topic: &'static str, changes: Value) -> Gate {
    let provider = with(policy::provider(policy::inline()), changes);
    let policy = policy::file(json!({ "jwt": { "providers": [provider] } }));
    let gate = site.gate(topic, Form::SEPARATE, &policy);
    gate.with_plugins(|plugin| plugin["vm_config"]["vm_id"] = "shared".into())
}

fn provider(name: &str, path: &str, remote: Value) -> Value {
    let jwks = policy::remote(path, remote);
    with(policy::provider(jwks), json!({ "name": name }))
}

fn with(base: Value, changes: Value) -> Value {
    let base = base.as_object().cloned().unwrap_or_default();
    Value::Object(policy::with(base, changes))
}

fn set(names: &[&str]) -> Vec<u8> {
    token::key_set(names).to_string().into_bytes()
}

fn get(gate: &Gate, token: &str) -> String {
    told(&gate.send(&bearing(Request::new("GET", "/orders"), token)))
}

fn stand<'w>(world: &'w World, topic: &str) -> &'w Gate {
    let gate = world.two.gates(topic)[0];
    world.two.stand(&[gate]);
    gate
}

fn rotation_under_load(world: &World) {
    let (house, path) = (&world.site.house, "/rotating.json");
    house.say(path, Say::Document(set(&["ec"])));
    let gate = stand(world, "rotating");
    let (old, new) = (token::good("ec"), token::good("rsa"));
    assert_eq!(get(gate, &old), "200");
    let over = AtomicBool::new(false);
    let tokens = [&old, &new];
    let (serves, sent) = (
        [true, false].map(AtomicBool::new),
        [0, 0].map(AtomicUsize::new),
    );
    std::thread::scope(|scope| {
        for client in 0..4 {
            let (over, serves, sent, tokens) = (&over, &serves, &sent, &tokens);
            scope.spawn(move || {
                let at = client % 2;
                while !over.load(Ordering::SeqCst) {
                    if !serves[at].load(Ordering::SeqCst) {
                        std::thread::yield_now();
                        continue;
                    }
                    let told = get(gate, tokens[at]);
                    // A token that went out of use meanwhile may be refused already.
                    if serves[at].load(Ordering::SeqCst) {
                        assert_eq!(told, "200", "token {at}");
                        sent[at].fetch_add(1, Ordering::SeqCst);
                    }
                }
            });
        }
        // Published, and in use at once.
        house.say(path, Say::Document(set(&["ec", "rsa"])));
        serves[1].store(true, Ordering::SeqCst);
        let both = || {
            sent.iter()
                .all(|sent| sent.load(Ordering::SeqCst) > 20)
                .then_some(())
        };
        let both = wait_until(DEADLINE, both);
        // Out of use, and then taken back.
        serves[0].store(false, Ordering::SeqCst);
        let before = house.asked(path);
        house.say(path, Say::Document(set(&["rsa"])));
        let fetched = house.wait(path, before + 2, DEADLINE);
        // The other worker takes it over at its next look, within a second.
        let gone = || {
            let refused = |_| get(gate, &old) == "401 jwt_key_unknown";
            (0..10).all(refused).then_some(())
        };
        let gone = wait_until(DEADLINE, gone);
        let never_again = (0..40).all(|_| get(gate, &old) == "401 jwt_key_unknown");
        over.store(true, Ordering::SeqCst);
        assert!(both.is_some(), "{sent:?}");
        assert!(fetched && gone.is_some() && never_again);
    });
}

fn flapping(world: &World) {
    let (house, path) = (&world.site.house, "/flapping.json");
    house.say(path, Say::Document(set(&["ec"])));
    let gate = stand(world, "flapping");
    assert_eq!(get(gate, &token::good("ec")), "200");
    let begin = std::time::Instant::now();
    for turn in 0..6 {
        let asked = house.asked(path);
        house.say(
            path,
            match turn % 2 {
                0 => Say::Status(500),
                _ => Say::Document(set(&["ec"])),
            },
        );
        assert!(house.wait(path, asked + 1, DEADLINE), "turn {turn}");
        for _ in 0..10 {
            assert_eq!(get(gate, &token::good("ec")), "200", "turn {turn}");
        }
    }
    // No more than one fetch a second, whether it fails or not, for both workers
    // and the main thread together.
    let most = begin.elapsed().as_secs() + 2;
    let asked = house.asked(path) as u64;
    assert!(asked <= most, "{asked} fetches, at most {most}");
}

fn one_of_two(world: &World) {
    let house = &world.site.house;
    house.say("/pair_up.json", Say::Document(set(&["ec"])));
    house.say("/pair_down.json", Say::Status(503));
    let gate = stand(world, "pair");
    let down = token::token("ec", json!({}), json!({ "iss": "https://down.test/" }));
    assert_eq!(get(gate, &token::good("ec")), "200");
    assert_eq!(get(gate, &down), "503 jwt_keys_unavailable");
    assert_eq!(get(gate, &token::good("ec")), "200");
    house.say("/pair_down.json", Say::Document(set(&["ec"])));
    let back = || (get(gate, &down) == "200").then_some(());
    assert!(wait_until(DEADLINE, back).is_some());
}

fn one_bad_key(world: &World) {
    let mut document = token::key_set(&["ec"]);
    let keys = document["keys"].as_array_mut().unwrap();
    keys.insert(0, json!({ "kty": "oct", "kid": "secret", "k": "c2VjcmV0" }));
    keys.insert(
        0,
        json!({ "kty": "EC", "crv": "P-521", "x": "AA", "y": "AA" }),
    );
    keys.push(json!(7));
    let document = document.to_string().into_bytes();
    world
        .site
        .house
        .say("/bad_key.json", Say::Document(document));
    let gate = stand(world, "bad_key");
    assert_eq!(get(gate, &token::good("ec")), "200");
    gauge(world, "keys_skipped", "bad_key", 3..=3);
}

fn drifting_clocks(world: &World) {
    let house = &world.site.house;
    house.say("/ahead.json", Say::Dated(set(&["ec"]), 300));
    house.say("/behind.json", Say::Dated(set(&["ec"]), -300));
    for topic in ["ahead", "behind"] {
        let gate = stand(world, topic);
        assert_eq!(get(gate, &token::good("ec")), "200");
    }
    gauge(world, "idp_clock_ahead_seconds", "ahead", 295..=305);
    gauge(world, "idp_clock_behind_seconds", "ahead", 0..=0);
    gauge(world, "idp_clock_ahead_seconds", "behind", 0..=0);
    gauge(world, "idp_clock_behind_seconds", "behind", 295..=305);
}

/// Waits until Prometheus sees the gauge of a provider within these bounds.
fn gauge(world: &World, name: &str, provider: &str, bounds: std::ops::RangeInclusive<u64>) {
    let start = format!("tollgate_jwt_{name}{{provider=\"{provider}\"}} ");
    let look = || {
        let text = world.two.admin().prometheus().unwrap();
        let value = text.lines().find_map(|line| line.strip_prefix(&start))?;
        bounds.contains(&value.trim().parse().ok()?).then_some(())
    };
    assert!(
        wait_until(Duration::from_secs(5), look).is_some(),
        "{start}"
    );
}

fn two_policies_in_one_vm(world: &World) {
    let [lax, strict, other_keys] =
        ["lax", "strict", "other_keys"].map(|topic| world.one.gates(topic)[0]);
    let token = token::good("ec");
    // The one worker's VM knows the token by then.
    for _ in 0..3 {
        assert_eq!(get(lax, &token), "200");
    }
    assert_eq!(get(strict, &token), "401 jwt_audience");
    assert_eq!(get(other_keys, &token), "401 jwt_signature");
    assert_eq!(get(other_keys, &token::good("ec_other")), "200");
    assert_eq!(get(lax, &token::good("ec_other")), "401 jwt_signature");
    assert_eq!(get(lax, &token), "200");
}
