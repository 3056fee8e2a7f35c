//! The profiles of `headers` on real connections: OWASP's lists, the grade of the
//! HTTP Observatory, and that what no rule names stays as it was.

use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use tollgate_gateway::{Company, Form, Gate, Site, Test, Topic, World, policy};
use tollgate_observatory::{Table, grade};
use tollgate_rig::{Answer, Http, Request, Response, SERVER_NAME};

pub const TOPIC: Topic = Topic {
    gates,
    tests: TESTS,
    company: Company::Others,
};

const TESTS: &[Test] = &[
    ("the_web_profile_is_graded_a_plus", web_grade),
    ("the_api_profile_is_graded_a_plus", api_grade),
    ("owasps_lists_are_added_and_removed", owasp),
    ("two_hundred_fields_pass_as_they_came", two_hundred_fields),
    ("cookies_are_hardened_one_by_one", cookies),
    (
        "an_oversized_response_and_one_that_cannot_be_held_are_hardened",
        response_phase,
    ),
];

fn gates(site: &Site) -> Vec<Gate> {
    let headers = |profile: &str| policy::file(json!({ "headers": { "profile": profile } }));
    let web = site.gate_with("profile_web", Form::SEPARATE, &headers("web"), |options| {
        options.tls = Some(site.tls());
    });
    let api = site.gate_with("profile_api", Form::SEPARATE, &headers("api"), |options| {
        options.tls = Some(site.tls());
    });
    let mut many = site
        .gate("profile_many", Form::SEPARATE, &headers("api"))
        .with_manager(|manager| {
            manager["common_http_protocol_options"] = json!({ "max_headers_count": 300 });
        });
    for cluster in &mut many.clusters {
        cluster["typed_extension_protocol_options"] = json!({
            "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": {
                "@type": "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
                "common_http_protocol_options": { "max_headers_count": 300 },
                "explicit_http_config": { "http_protocol_options": {} },
            },
        });
    }
    let held = policy::file(json!({
        "headers": { "profile": "api" },
        "schema": policy::schema(json!({ "response": { "mode": "enforce" } })),
    }));
    let unheld = site.gate("profile_unheld", Form::ALL_UNFLAGGED, &held);
    let mut small = site
        .gate("profile_small", Form::ALL, &held)
        .with_manager(|manager| {
            let host = manager["route_config"]["virtual_hosts"][0].as_object_mut();
            host.unwrap().remove("request_body_buffer_limit");
        });
    small.listener["per_connection_buffer_limit_bytes"] = json!(1024);
    vec![web, api, many, unheld, small]
}

fn gate<'w>(world: &'w World, name: &str) -> &'w Gate {
    world.one.gates(name).pop().unwrap()
}

fn over_tls(gate: &Gate, answer: Answer) -> Response {
    gate.upstream.answer(answer);
    let response = gate
        .client(Http::Two)
        .send(&Request::new("GET", "/").authority(SERVER_NAME));
    assert_eq!(response.status, Some(200), "{response:?}");
    response
}

fn score(response: Response) -> Option<(String, i32)> {
    let Some(table) = Table::published() else {
        println!("suite gateway-observatory: 0 passed, 0 failed, 1 skipped");
        return None;
    };
    let response = tollgate_observatory::Response::over_tls(SERVER_NAME, response.fields);
    let grade = grade(&response, &table);
    Some((grade.grade, grade.score))
}

fn web_grade(world: &World) {
    let page = Answer::new(200)
        .field("content-type", "text/html")
        .field("server", "Apache/2.4.1")
        .field("set-cookie", "sid=1; Path=/");
    if let Some(score) = score(over_tls(gate(world, "profile_web"), page)) {
        assert_eq!(score, ("A+".to_owned(), 150));
    }
}

fn api_grade(world: &World) {
    let answer = Answer::json(200, "{}").field("x-powered-by", "PHP/8");
    if let Some(score) = score(over_tls(gate(world, "profile_api"), answer)) {
        assert_eq!(score, ("A+".to_owned(), 140));
    }
}

fn owasp(world: &World) {
    let (Some(add), Some(remove)) = (read("headers_add.json"), read("headers_remove.json")) else {
        println!("suite gateway-oshp: 0 passed, 0 failed, 1 skipped");
        return;
    };
    let list = |document: &Value| document["headers"].as_array().cloned().unwrap_or_default();
    let removed: Vec<String> = list(&remove)
        .iter()
        .filter_map(|name| Some(name.as_str()?.to_ascii_lowercase()))
        .collect();
    assert!(removed.len() > 80, "{removed:?}");
    let answer = removed
        .iter()
        .fold(Answer::json(200, "{}"), |answer, name| {
            answer.field(name, "1")
        });
    let response = over_tls(gate(world, "profile_web"), answer);
    for name in &removed {
        assert!(response.values(name).is_empty(), "{name} is there");
    }
    for field in list(&add) {
        let name = field["name"].as_str().unwrap().to_ascii_lowercase();
        let value = field["value"].as_str().unwrap();
        // It ends a session: part of the answer to a logout.
        if name != "clear-site-data" {
            assert_eq!(response.values(&name), [value.as_bytes()], "{name}");
        }
    }
}

fn read(file: &str) -> Option<Value> {
    let folder = std::env::var_os("TOLLGATE_DATA").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
        PathBuf::from,
    );
    let text = std::fs::read(folder.join("oshp").join(file)).ok()?;
    Some(serde_json::from_slice(&text).unwrap())
}

/// Names in upper and lower case, values with bytes that are no text, none, and
/// spaces within.
fn strangers() -> Vec<(String, Vec<u8>)> {
    let value = |number: usize| match number % 4 {
        0 => format!("v{number}").into_bytes(),
        1 => vec![b'a', 0xff, 0x80, b'z'],
        2 => Vec::new(),
        _ => b"a  b, c; d=\"e\"".to_vec(),
    };
    (0..200)
        .map(|number| (format!("X-Field-{number}"), value(number)))
        .collect()
}

fn two_hundred_fields(world: &World) {
    let gate = gate(world, "profile_many");
    for http in [Http::One, Http::Two] {
        let name = |name: &str| match http {
            Http::One => name.to_owned(),
            Http::Two => name.to_ascii_lowercase(),
        };
        let mut request = Request::new("GET", "/");
        let mut answer = Answer::json(200, "{}");
        for (field, value) in strangers() {
            request = request.field(&name(&field), value.clone());
            answer = answer.field(&field, value);
        }
        gate.upstream.answer(answer);
        let response = gate.client(http).send(&request);
        assert_eq!(response.status, Some(200), "{http:?} {response:?}");
        let reached = gate.reached().unwrap();
        for (field, value) in strangers() {
            let field = field.to_ascii_lowercase();
            assert_eq!(reached.values(&field), [&value[..]], "{http:?} {field}");
            assert_eq!(response.values(&field), [&value[..]], "{http:?} {field}");
        }
    }
}

fn cookies(world: &World) {
    let gate = gate(world, "profile_many");
    for http in [Http::One, Http::Two] {
        gate.upstream.answer(
            Answer::json(200, "{}")
                .field("Set-Cookie", "a=1; Path=/")
                .field(
                    "set-cookie",
                    b"b=\xff; Secure; HttpOnly; SameSite=Strict".to_vec(),
                )
                .field("set-cookie", "__Host-c=3; Domain=a.example"),
        );
        let response = gate.client(http).send(&Request::new("GET", "/"));
        assert_eq!(
            response.values("set-cookie"),
            [
                &b"a=1; Path=/; Secure; HttpOnly; SameSite=Lax"[..],
                b"b=\xff; Secure; HttpOnly; SameSite=Strict",
                b"__Host-c=3; Path=/; Secure; HttpOnly; SameSite=Lax",
            ]
        );
        gate.upstream.take();
    }
}

/// Replies that pass no filter, because a filter or Envoy gives them on the way back.
fn response_phase(world: &World) {
    let get = Request::new("GET", "/orders");
    let held = gate(world, "profile_unheld");
    let response = held.send(&get);
    assert_eq!(response.status, Some(503), "{response:?}");
    assert_eq!(
        tollgate_gateway::hardening::faults_in_the_clear(&response),
        [""; 0]
    );
    let small = gate(world, "profile_small");
    small
        .upstream
        .answer(Answer::json(200, vec![b' '; 32 * 1024]));
    let response = small.send(&get);
    assert_eq!(response.status, Some(500), "{response:?}");
    assert_eq!(
        tollgate_gateway::hardening::faults_in_the_clear(&response),
        [""; 0]
    );
}
