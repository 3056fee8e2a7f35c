//! Requests that wait for remote keys: whatever else of them arrives, the
//! upstream sees nothing before the decision.

use std::thread::ScopedJoinHandle;
use std::time::{Duration, Instant};

use serde_json::json;
use tollgate::render::envoy::{HoldFlag, Protocol};
use tollgate_gateway::order::{BAD, GOOD, bearing, halves, told};
use tollgate_gateway::{
    Company, Form, Gate, Place, Say, Side, Site, Test, Topic, World, policy, token,
};
use tollgate_rig::{Arrival, Body, DEADLINE, Http, Received, Request, Response, wait_until};

pub const TOPIC: Topic = Topic {
    gates,
    tests: TESTS,
    company: Company::Others,
};

const TESTS: &[Test] = &[
    (
        "while_a_request_waits_for_keys_the_upstream_sees_nothing_of_it",
        waiting_for_keys,
    ),
    (
        "when_keys_cannot_be_had_nothing_of_a_waiting_request_reaches_the_upstream",
        keys_that_never_come,
    ),
    (
        "clients_that_leave_while_keys_are_waited_for_do_no_harm",
        clients_leave,
    ),
    (
        "requests_that_wait_while_their_policy_changes_are_answered",
        policy_changes,
    ),
    (
        "a_body_larger_than_envoy_buffers_is_refused_or_held_back_while_keys_are_waited_for",
        huge_bodies,
    ),
];

fn gates(site: &Site) -> Vec<Gate> {
    let gate = |topic: &'static str, form: Form| {
        let keys = policy::remote(&path(topic, form), json!({ "timeout": "8s" }));
        let mut sections = json!({ "headers": policy::headers(), "jwt": policy::jwt(keys) });
        if topic == "waiting_schema" {
            let hold = match form.flag {
                HoldFlag::Set => "headers",
                HoldFlag::Unset => "body",
            };
            sections["schema"] = policy::schema(json!({ "hold": hold }));
        }
        let gate = site.gate_with(topic, form, &policy::file(sections), |options| {
            options.upstream_protocol = Protocol::Http2;
        });
        gate.at(Place::Coming)
    };
    let tokens_only = [Form::SEPARATE, Form::SEPARATE_UNFLAGGED];
    let mut gates: Vec<Gate> = tokens_only.map(|form| gate("waiting", form)).into();
    gates.extend(Form::EVERY.map(|form| gate("waiting_schema", form)));
    gates.extend(tokens_only.map(|form| gate("unavailable", form)));
    for topic in ["huge", "left", "changed"] {
        gates.extend(tokens_only.map(|form| gate(topic, form)));
    }
    gates
}

/// Where the keys of a gate are.
fn path(topic: &str, form: Form) -> String {
    format!("/{topic}_{form}.json")
}

fn keys(gate: &Gate) -> String {
    path(gate.topic, gate.form)
}

/// A request that is sent while keys are waited for, and what must become of it.
struct Waiting {
    name: &'static str,
    http: Http,
    request: Request,
    told: &'static str,
    /// The body that reaches the upstream; `None` where nothing may.
    reaches: Option<&'static [u8]>,
}

/// Every shape with a good token, and with one that no key fits.
fn requests(gate: &Gate) -> Vec<Waiting> {
    let (good, unknown) = (token::good("ec"), token::of_unknown_key("ec"));
    let mut requests = Vec::new();
    for (name, http, path, body) in shapes(GOOD) {
        let whole: &[u8] = if body.pieces.is_empty() { b"" } else { GOOD };
        let request = request(path, body);
        requests.push(Waiting {
            name,
            http,
            request: bearing(request.clone(), &good),
            told: "200",
            reaches: Some(whole),
        });
        requests.push(Waiting {
            name,
            http,
            request: bearing(request, &unknown),
            told: "401 jwt_key_unknown",
            reaches: None,
        });
    }
    if gate.topic != "waiting_schema" {
        return requests;
    }
    let with_bodies = shapes(BAD)
        .into_iter()
        .filter(|(.., body)| !body.pieces.is_empty());
    requests.extend(with_bodies.map(|(name, http, path, body)| Waiting {
        name,
        http,
        request: bearing(request(path, body), &good),
        told: "400 schema_body",
        reaches: (gate.form.flag == HoldFlag::Unset).then_some(b""),
    }));
    requests
}

fn request(path: &str, body: Body) -> Request {
    let method = if path == "/orders?limit=1" {
        "GET"
    } else {
        "POST"
    };
    let request = Request::new(method, path);
    match method {
        "GET" => request,
        _ => request.field("content-type", "application/json").body(body),
    }
}

type Shape = (&'static str, Http, &'static str, Body);

fn shapes(body: &[u8]) -> [Shape; 5] {
    let trailers = || vec![("x-checksum".to_owned(), b"7".to_vec())];
    let pieces = Body::pieces(body.chunks(7)).with_pause(Duration::from_millis(10));
    let late = halves(body, Duration::from_secs(1));
    [
        ("nothing", Http::One, "/orders?limit=1", Body::none()),
        ("pieces", Http::One, "/orders", pieces.clone()),
        ("late", Http::Two, "/orders", late),
        (
            "trailers",
            Http::Two,
            "/orders",
            pieces.with_trailers(trailers()),
        ),
        (
            "trailers alone",
            Http::Two,
            "/notes",
            Body::none().with_trailers(trailers()),
        ),
    ]
}

fn waiting_for_keys(world: &World) {
    let mut gates = world.two.gates("waiting");
    gates.extend(world.two.gates("waiting_schema"));
    world.two.stand(&gates);
    let requests: Vec<Vec<Waiting>> = gates.iter().map(|gate| requests(gate)).collect();
    std::thread::scope(|scope| {
        let mut sent = Vec::new();
        for (gate, requests) in gates.iter().zip(&requests) {
            for (at, one) in requests.iter().enumerate() {
                let request = one.request.clone().field("x-number", at.to_string());
                sent.push((
                    *gate,
                    one,
                    scope.spawn(move || gate.client(one.http).send(&request)),
                ));
            }
        }
        for (gate, requests) in gates.iter().zip(&requests) {
            all_wait(&world.two, gate, requests.len());
            assert_eq!(gate.upstream.requests(), [], "{}", gate.name);
        }
        for gate in &gates {
            let set = token::key_set(&["ec"]).to_string();
            world
                .site
                .house
                .say(&keys(gate), Say::Document(set.into_bytes()));
        }
        sent.into_iter().for_each(answered);
    });
    for (gate, requests) in gates.iter().zip(&requests) {
        for (at, one) in requests.iter().enumerate() {
            reached(gate, at, one);
        }
        assert_eq!(world.site.house.asked(&keys(gate)), 1, "{}", gate.name);
    }
}

fn answered((gate, one, thread): (&Gate, &Waiting, ScopedJoinHandle<'_, Response>)) {
    let response = thread.join().unwrap();
    assert_eq!(told(&response), one.told, "{} {}", gate.name, one.name);
}

/// What reached the upstream of the request with this number is what may.
fn reached(gate: &Gate, at: usize, one: &Waiting) {
    let number = at.to_string();
    let is_it = |seen: &&Received| seen.values("x-number") == [number.as_bytes()];
    let over = |seen: &[Received]| seen.iter().all(|seen| seen.arrival != Arrival::Begun);
    let seen = gate.upstream.wait(DEADLINE, over);
    let seen: Vec<&Received> = seen.iter().filter(is_it).collect();
    let context = format!("{} {}: {seen:?}", gate.name, one.name);
    match one.reaches {
        None => assert!(seen.is_empty(), "{context}"),
        // The head of a refused body may have left, where it can't be held.
        Some(b"") if one.told != "200" => {
            assert!(seen.iter().all(|seen| seen.body.is_empty()), "{context}");
        }
        Some(body) => {
            assert_eq!(seen.len(), 1, "{context}");
            assert_eq!(
                (&seen[0].body[..], seen[0].arrival),
                (body, Arrival::Whole),
                "{context}"
            );
            let trailers = one.request.body.trailers.clone().unwrap_or_default();
            assert_eq!(seen[0].trailers, trailers, "{context}");
        }
    }
}

/// Waits until so many requests are at the gate, and nothing more arrives.
fn all_wait(side: &Side, gate: &Gate, count: usize) {
    let active = format!("http.{}.downstream_rq_active", gate.name);
    let bytes = format!("http.{}.downstream_cx_rx_bytes_total", gate.name);
    let mut last = (0, Instant::now());
    let settled = wait_until(DEADLINE, || {
        let stats = side.stats(&format!("^http[.]{}[.]", gate.name));
        if stats.get(&bytes) != last.0 {
            last = (stats.get(&bytes), Instant::now());
        }
        let all = stats.get(&active) >= u64::try_from(count).unwrap();
        (all && last.1.elapsed() > QUIET).then_some(())
    });
    assert!(
        settled.is_some(),
        "{}: {count} requests do not come to wait, and the upstream saw {:?}",
        gate.name,
        gate.upstream.requests()
    );
}

const QUIET: Duration = Duration::from_millis(150);

fn keys_that_never_come(world: &World) {
    let gates = world.two.gates("unavailable");
    world.two.stand(&gates);
    let requests: Vec<Vec<Waiting>> = gates.iter().map(|gate| requests(gate)).collect();
    std::thread::scope(|scope| {
        let mut sent = Vec::new();
        for (gate, requests) in gates.iter().zip(&requests) {
            for one in requests {
                sent.push((
                    gate,
                    one,
                    scope.spawn(|| gate.client(one.http).send(&one.request)),
                ));
            }
        }
        for (gate, requests) in gates.iter().zip(&requests) {
            all_wait(&world.two, gate, requests.len());
            world.site.house.say(&keys(gate), Say::Status(500));
        }
        for (gate, one, thread) in sent {
            let response = thread.join().unwrap();
            let context = format!("{} {}", gate.name, one.name);
            assert_eq!(told(&response), "503 jwt_keys_unavailable", "{context}");
            assert_eq!(response.values("retry-after").len(), 1, "{context}");
        }
    });
    for gate in gates {
        assert_eq!(gate.upstream.requests(), [], "{}", gate.name);
    }
}

fn huge_bodies(world: &World) {
    let gates = world.two.gates("huge");
    world.two.stand(&gates);
    let pieces = vec![vec![b' '; 64 * 1024]; 64];
    let request = bearing(request("/orders", Body::pieces(pieces)), &token::good("ec"));
    for gate in gates {
        let set = Say::Document(token::key_set(&["ec"]).to_string().into_bytes());
        std::thread::scope(|scope| {
            let sent = scope.spawn(|| gate.logged(|| gate.send(&request)));
            match gate.form.flag {
                // Buffered up to the limit, and refused there.
                HoldFlag::Set => {
                    let (response, line) = sent.join().unwrap();
                    assert_eq!(response.status, Some(413), "{line}");
                    assert_eq!(line["details"], "request_payload_too_large");
                    assert_eq!(gate.upstream.requests(), []);
                }
                // Not read on, and whole in the end.
                HoldFlag::Unset => {
                    all_wait(&world.two, gate, 1);
                    assert_eq!(gate.upstream.requests(), []);
                    world.site.house.say(&keys(gate), set);
                    assert_eq!(told(&sent.join().unwrap().0), "200");
                    assert_eq!(gate.reached().unwrap().body.len(), 64 * 64 * 1024);
                }
            }
        });
    }
}

fn clients_leave(world: &World) {
    let gates = world.two.gates("left");
    world.two.stand(&gates);
    let active = |gate: &Gate| format!("http.{}.downstream_rq_active", gate.name);
    for gate in &gates {
        let requests = requests(gate);
        std::thread::scope(|scope| {
            for one in &requests {
                let client = gate
                    .client(one.http)
                    .with_deadline(Duration::from_millis(300));
                scope.spawn(move || client.send(&one.request));
            }
        });
        let name = active(gate);
        let none = || (world.two.stats(&name).get(&name) == 0).then_some(());
        assert!(
            wait_until(DEADLINE, none).is_some(),
            "{}: requests stay",
            gate.name
        );
    }
    for gate in gates {
        let set = token::key_set(&["ec"]).to_string();
        world
            .site
            .house
            .say(&keys(gate), Say::Document(set.into_bytes()));
        for _ in 0..10 {
            let request = bearing(request("/orders", Body::whole(GOOD)), &token::good("ec"));
            assert_eq!(told(&gate.send(&request)), "200", "{}", gate.name);
        }
        let seen = gate.upstream.take();
        assert_eq!(seen.len(), 10, "{}: {seen:?}", gate.name);
    }
}

/// The old listener drains, and what waits there still gets its keys.
fn policy_changes(world: &World) {
    let gates = world.two.gates("changed");
    world.two.stand(&gates);
    for gate in gates {
        let requests = requests(gate);
        std::thread::scope(|scope| {
            let send = |one: &Waiting| gate.client(one.http).send(&one.request);
            let sent = requests
                .iter()
                .map(|one| (one, scope.spawn(move || send(one))));
            let sent: Vec<_> = sent.collect();
            all_wait(&world.two, gate, requests.len());
            let mut changed = gate.listener.clone();
            let manager = &mut changed["filter_chains"][0]["filters"][0]["typed_config"];
            manager["http_filters"][0]["typed_config"]["config"]["configuration"]["value"] =
                json!({ "profile": "web" }).to_string().into();
            world.two.put(vec![changed]).unwrap();
            assert_eq!(gate.upstream.requests(), [], "{}", gate.name);
            let set = token::key_set(&["ec"]).to_string();
            world
                .site
                .house
                .say(&keys(gate), Say::Document(set.into_bytes()));
            for (one, thread) in sent {
                let told = told(&thread.join().unwrap());
                assert_eq!(told, one.told, "{} {}", gate.name, one.name);
            }
        });
    }
}
