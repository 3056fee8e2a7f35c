//! Paths that can be spelled in many ways: what the filters judge is what the
//! route is chosen by and what the upstream sees, or the request is refused.

use serde_json::{Value, json};
use tollgate::render::envoy::Ambiguity;
use tollgate_gateway::order::{told, with_token};
use tollgate_gateway::{Company, Form, Gate, Site, Test, Topic, World, policy};
use tollgate_rig::{Http, Request};

use End::{Ambiguous, Below, Closed, Malformed, Open, Other};
use WithEnvoy::{AsFilters, Instead};

pub const TOPIC: Topic = Topic {
    gates,
    tests: TESTS,
    company: Company::Others,
};

const TESTS: &[Test] = &[
    (
        "what_the_filters_judge_of_a_path_is_what_the_upstream_sees",
        filters_normalise,
    ),
    ("the_same_where_envoy_normalises_first", envoy_normalises),
    (
        "a_closed_path_is_closed_in_every_spelling_and_reached_in_one",
        closed_with_a_token,
    ),
];

fn gates(site: &Site) -> Vec<Gate> {
    // Each rule and each operation ends another way, for who has no token.
    let rules = json!([
        { "match": { "path": "/open/**" }, "allow": "anonymous" },
        { "match": { "path": "/closed/**" }, "require": {} },
    ]);
    let mut tokens = policy::jwt(policy::inline());
    tokens["rules"] = rules;
    let tokens = policy::file(json!({ "jwt": tokens }));
    let operations = policy::file(json!({ "schema": { "openapi": "paths.yaml" } }));
    let mut gates = Vec::new();
    for (ambiguity, tokens_topic, operations_topic) in [
        (Ambiguity::Envoy, "paths_envoy_jwt", "paths_envoy_schema"),
        (
            Ambiguity::Filters,
            "paths_filters_jwt",
            "paths_filters_schema",
        ),
    ] {
        for form in Form::FLAGGED {
            for (topic, policy) in [(tokens_topic, &tokens), (operations_topic, &operations)] {
                let gate =
                    site.gate_with(topic, form, policy, |options| options.ambiguity = ambiguity);
                gates.push(gate.with_manager(routes));
            }
        }
    }
    gates
}

/// Routes that tell the upstream which of them was chosen.
fn routes(manager: &mut Value) {
    let host = &mut manager["route_config"]["virtual_hosts"][0];
    let all = host["routes"][0].clone();
    let route = |prefix: &str| {
        let mut route = all.clone();
        route["match"]["prefix"] = prefix.into();
        route["request_headers_to_add"] =
            json!([{ "header": { "key": "x-route", "value": prefix } }]);
        route
    };
    host["routes"] = ["/open", "/closed", "/"].map(route).into_iter().collect();
}

/// How a request without a token ends.
#[derive(Debug, Clone, Copy)]
enum End {
    /// It is of the open rule and the open operation; the upstream sees this.
    Open(&'static str),
    /// The same, and no operation has that path.
    Below(&'static str),
    /// It is of the closed rule and the closed operation.
    Closed,
    /// No rule and no operation is for it.
    Other,
    /// Refused: by the filters, or by Envoy before them.
    Ambiguous,
    /// Refused by Envoy, whoever normalises.
    Malformed,
}

/// How it ends where Envoy normalises first.
enum WithEnvoy {
    AsFilters,
    Instead(End),
}

const SPELLINGS: &[(&[u8], End, WithEnvoy)] = &[
    (b"/open/a", Open("/open/a"), AsFilters),
    (b"/closed/a", Closed, AsFilters),
    (b"/other/a", Other, AsFilters),
    // Dot segments, plain and encoded.
    (b"/open/./a", Open("/open/a"), AsFilters),
    (b"/./open/a", Open("/open/a"), AsFilters),
    (b"/../open/a", Open("/open/a"), AsFilters),
    (b"/closed/../open/a", Open("/open/a"), AsFilters),
    (b"/open/../closed/a", Closed, AsFilters),
    (b"/open/%2e%2e/closed/a", Closed, AsFilters),
    (b"/open/%2E%2E/closed/a", Closed, AsFilters),
    (b"/open/.%2e/closed/a", Closed, AsFilters),
    (b"/open/..", Other, AsFilters),
    (b"/open/a/.", Below("/open/a/"), AsFilters),
    (b"/open/a/..", Below("/open/"), AsFilters),
    (b"/open/.../a", Below("/open/.../a"), AsFilters),
    (b"/open/a.", Open("/open/a."), AsFilters),
    (b"/open/a..", Open("/open/a.."), AsFilters),
    // Repeated slashes.
    (b"/open//a", Open("/open/a"), AsFilters),
    (b"//open/a", Open("/open/a"), AsFilters),
    (b"//closed/a", Closed, AsFilters),
    (b"/open/..//closed/a", Closed, AsFilters),
    (b"/open/a/", Below("/open/a/"), AsFilters),
    // Encoded slashes and backslashes.
    (b"/open%2Fa", Ambiguous, AsFilters),
    (b"/open/..%2fclosed/a", Ambiguous, AsFilters),
    (b"/open/%2e%2e%2fclosed/a", Ambiguous, AsFilters),
    (b"/open%5ca", Ambiguous, AsFilters),
    (b"/open/..%5Cclosed/a", Ambiguous, AsFilters),
    (b"/open\\a", Ambiguous, Instead(Open("/open/a"))),
    (b"/open/..\\closed/a", Ambiguous, Instead(Closed)),
    // Parameters of segments.
    (b"/open/a;x=1", Ambiguous, AsFilters),
    (b"/open/a%3Bx=1", Open("/open/a%3Bx=1"), AsFilters),
    (b"/closed;x=1/a", Ambiguous, AsFilters),
    (b"/open/..;/closed/a", Ambiguous, Instead(Closed)),
    // Escapes that are none, and escapes of escapes.
    (b"/open/%zz", Ambiguous, AsFilters),
    (b"/open/%", Ambiguous, AsFilters),
    (b"/open/%2", Ambiguous, AsFilters),
    (b"/open/%252e%252e/closed/a", Ambiguous, AsFilters),
    (b"/open/%252f", Ambiguous, AsFilters),
    (b"/open/%25a", Open("/open/%25a"), AsFilters),
    // Control characters and other octets.
    (b"/open/%00", Ambiguous, AsFilters),
    (b"/open/%0a", Ambiguous, AsFilters),
    (b"/open/%7f", Ambiguous, AsFilters),
    (b"/open/a b", Malformed, AsFilters),
    (b"/open/\ta", Malformed, AsFilters),
    (b"/open/%ff", Ambiguous, AsFilters),
    (b"/open/%fF", Ambiguous, AsFilters),
    (b"/open/\xc3\xa9", Malformed, AsFilters),
    (b"/open/%c3%a9", Open("/open/%c3%a9"), AsFilters),
    (b"/open/%C3%A9", Open("/open/%C3%A9"), AsFilters),
    // Characters that need no escape, and characters that do.
    (b"/open/%41", Open("/open/A"), AsFilters),
    (b"/%6Fpen/a", Open("/open/a"), AsFilters),
    (b"/%63losed/a", Closed, AsFilters),
    (b"/open/%7Ea", Open("/open/~a"), AsFilters),
    (b"/open/%2d%5f", Open("/open/-_"), AsFilters),
    (b"/open/%40", Open("/open/%40"), AsFilters),
    (b"/open/a%20b", Open("/open/a%20b"), AsFilters),
    (b"/open/a%23b", Open("/open/a%23b"), AsFilters),
    (b"/open/a%3fb", Open("/open/a%3fb"), AsFilters),
    (
        b"/open/a@b:c,d!$&'()*=+",
        Open("/open/a@b:c,d!$&'()*=+"),
        AsFilters,
    ),
    (
        b"/open/{a}",
        Open("/open/{a}"),
        Instead(Open("/open/%7Ba%7D")),
    ),
    // Case.
    (b"/OPEN/a", Other, AsFilters),
    (b"/Closed/a", Other, AsFilters),
    // What is no path, or more than one.
    (
        b"/open/a?x=/../closed",
        Open("/open/a?x=/../closed"),
        AsFilters,
    ),
    (b"/closed/a?/open/a", Closed, AsFilters),
    (b"/open/a?#x", Malformed, AsFilters),
    (b"/open/a#/../closed/a", Malformed, AsFilters),
    (b"*", Malformed, AsFilters),
    (b"open/a", Malformed, AsFilters),
    (b"", Malformed, AsFilters),
    (b"http://gateway.test/open/a", Open("/open/a"), AsFilters),
    (b"http://gateway.test/open/../closed/a", Closed, AsFilters),
    (b"http://gateway.test", Other, AsFilters),
];

impl End {
    /// Status and reason, as `jwt` and as `schema` decide.
    fn told(self, by_schema: bool) -> &'static [&'static str] {
        match (self, by_schema) {
            (Open(_), _) | (Below(_), false) => &["200"],
            (Closed, false) => &["401 jwt_missing"],
            (Closed, true) => &["400 schema_parameter"],
            (Other, false) => &["403 jwt_rule"],
            (Other | Below(_), true) => &["404 schema_path"],
            (Ambiguous, _) => &["400 kit_path", "400"],
            // Over HTTP/2 the codec resets the stream.
            (Malformed, _) => &["400", "-"],
        }
    }
}

/// Sends every spelling to the gates of a topic.
fn every_spelling(world: &World, topic: &str, normaliser: Ambiguity) {
    for gate in world.one.gates(topic) {
        for (spelling, end, with_envoy) in SPELLINGS {
            let end = match (normaliser, with_envoy) {
                (Ambiguity::Envoy, Instead(end)) => *end,
                (Ambiguity::Envoy, AsFilters) | (Ambiguity::Filters, _) => *end,
            };
            for http in [Http::One, Http::Two] {
                let request = Request::new("GET", *spelling);
                let response = gate.client(http).send(&request);
                // What no client can send over HTTP/2, or not as it stands here.
                let sent = !matches!(response.end, tollgate_rig::End::Failed(_));
                let as_it_is = spelling.is_ascii() && !spelling.contains(&b'#');
                if sent && (http == Http::One || as_it_is) {
                    ends(gate, spelling, end, &told(&response));
                } else {
                    gate.reached();
                }
            }
        }
    }
}

fn ends(gate: &Gate, spelling: &[u8], end: End, told: &str) {
    let context = format!("{} {}", gate.name, spelling.escape_ascii());
    let expected = end.told(gate.topic.ends_with("schema"));
    assert!(
        expected.contains(&told),
        "{context}: {told}, not {expected:?}"
    );
    let reached = gate.reached();
    match (end, reached) {
        (Open(path) | Below(path), Some(reached)) => {
            let saw = String::from_utf8_lossy(&reached.path);
            assert_eq!((told, &*saw), ("200", path), "{context}");
            assert_eq!(reached.values("x-route"), [b"/open"], "{context}");
        }
        (_, reached) => assert!(reached.is_none() && told != "200", "{context}: {reached:?}"),
    }
}

fn filters_normalise(world: &World) {
    every_spelling(world, "paths_filters_jwt", Ambiguity::Filters);
    every_spelling(world, "paths_filters_schema", Ambiguity::Filters);
}

fn envoy_normalises(world: &World) {
    every_spelling(world, "paths_envoy_jwt", Ambiguity::Envoy);
    every_spelling(world, "paths_envoy_schema", Ambiguity::Envoy);
}

/// With a token the closed path is reached, and as what it was judged.
fn closed_with_a_token(world: &World) {
    let closed = SPELLINGS.iter().filter(|(_, end, _)| matches!(end, Closed));
    for (spelling, ..) in closed {
        for topic in ["paths_filters_jwt", "paths_envoy_jwt"] {
            for gate in world.one.gates(topic) {
                let response = gate.send(&with_token(Request::new("GET", *spelling)));
                assert_eq!(
                    told(&response),
                    "200",
                    "{} {}",
                    gate.name,
                    spelling.escape_ascii()
                );
                let reached = gate.reached().unwrap();
                let path = reached.path.split(|byte| *byte == b'?').next().unwrap();
                assert_eq!(path, b"/closed/a", "{}", gate.name);
                assert_eq!(reached.values("x-route"), [b"/closed"], "{}", gate.name);
            }
        }
    }
}
