//! What a filter keeps from one body to the next: nothing.

use std::fmt::Write as _;
use std::path::Path;
use tollgate::policy::Policy;
use tollgate_conformance::artefacts;
use tollgate_emulator::{Chain, Host, Module, Plugin, Request, Upstream, Vm};

/// Bodies that are judged; a leak of one byte in each would show as a page of memory.
const BODIES: usize = 10_000;
/// Bytes of each, about.
const SIZE: usize = 256 * 1024;
/// Bodies after which the memory has its size.
const WARM: usize = 10;

const POLICY: &str = r##"
version: 1
schema:
  response: { mode: enforce }
  limits: { keys: 100000 }
  openapi:
    openapi: 3.1.0
    info: { title: Lists, version: "1" }
    paths:
      /lists:
        post:
          requestBody: { required: true, content: { application/json: { schema: { $ref: "#/components/schemas/List" } } } }
          responses: { "200": { description: The same., content: { application/json: { schema: { $ref: "#/components/schemas/List" } } } } }
    components:
      schemas:
        List: { type: array, items: { $ref: "#/components/schemas/Thing" } }
        Thing:
          type: object
          required: [name, count]
          properties:
            name: { type: string, maxLength: 40 }
            count: { type: integer, minimum: 0 }
          additionalProperties: false
"##;

/// A list of about [`SIZE`] bytes; every other one ends with something wrong.
fn list(number: usize) -> String {
    let mut text = String::from("[");
    while text.len() < SIZE {
        let _ = write!(
            text,
            r#"{{"name":"thing {number} of some length","count":{}}},"#,
            text.len()
        );
    }
    let last = match number % 2 {
        0 => r#"{"name":"last","count":1}"#,
        _ => r#"{"name":"last","count":-1}"#,
    };
    text + last + "]"
}

#[test]
fn ten_thousand_large_bodies_leave_the_memory_as_the_first_ones_did() {
    let Some(modules) = artefacts::modules() else {
        println!("suite memory: 0 passed, 0 failed, 1 skipped");
        return;
    };
    let policy = Policy::from_text(POLICY, Path::new(".")).unwrap();
    let host = Host::new();
    let plugin = Plugin {
        root_id: "schema".to_owned(),
        configuration: policy.sections()[0].json.clone().into_bytes(),
        allow_on_headers_stop_iteration: true,
        ..Plugin::default()
    };
    let vm = Vm::start(
        &host,
        &Module::load(modules.join("tollgate_schema.wasm")).unwrap(),
        "memory",
        &[plugin],
    )
    .unwrap();
    let bodies = [list(0), list(1)];
    let mut warm = 0;
    for number in 0..BODIES {
        let chain = Chain::new(&host, vec![vm.filter(0)], 1 << 20);
        let body = &bodies[number % 2];
        let request = Request::new("POST", "/lists")
            .header("content-type", "application/json")
            .chunk(body);
        let upstream = Upstream::new(200)
            .header("content-type", "application/json")
            .chunk(&bodies[0]);
        let exchange = chain.run(&request, &upstream);
        let status = exchange.response().map(|response| response.status);
        assert_eq!(status, Some([200, 400][number % 2]), "body {number}");
        if number == WARM {
            warm = vm.memory_size();
        }
    }
    println!(
        "memory: {} KiB after {WARM} bodies, {} KiB after {BODIES}",
        warm / 1024,
        vm.memory_size() / 1024
    );
    assert_eq!(vm.memory_size(), warm);
    println!("suite memory: 1 passed, 0 failed, 0 skipped");
}
