//! The shipped chain insists on a mark from every filter: one that was
//! forgotten, switched off, or skipped after a failure lets nothing through.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tollgate_gateway::order::{bearing, told, with_token};
use tollgate_gateway::{Company, Form, Gate, Place, Site, Test, Topic, World, policy, token};
use tollgate_rig::Request;

pub const TOPIC: Topic = Topic {
    gates,
    tests: TESTS,
    company: Company::Others,
};

const TESTS: &[Test] = &[
    (
        "a_request_that_all_filters_marked_passes_and_is_noted",
        marked_by_all,
    ),
    ("a_denial_is_marked_and_not_noted", denied),
    ("a_forgotten_filter_lets_nothing_through", forgotten),
    (
        "a_filter_that_is_switched_off_lets_nothing_through",
        disabled,
    ),
    (
        "a_filter_that_failed_lets_nothing_through_while_it_is_made_anew",
        failed_closed,
    ),
    (
        "a_filter_that_failed_open_lets_nothing_through",
        failed_open,
    ),
];

const FILTERS: [&str; 3] = ["headers", "jwt", "schema"];

fn gates(site: &Site) -> Vec<Gate> {
    let policy = policy::file(policy::all(json!({})));
    let gate = |topic, form| {
        site.gate(topic, form, &policy)
            .at(Place::Two)
            .with_manager(note)
    };
    let trap = site.file("trap.wasm");
    std::fs::write(&trap, wat::parse_str(TRAP).unwrap()).unwrap();

    let every = [Form::SEPARATE, Form::BUNDLE, Form::ALL];
    let mut gates: Vec<Gate> = every.map(|form| gate("marked", form)).into();
    let topics = ["without_headers", "without_jwt", "without_schema"];
    gates.extend(topics.into_iter().zip(FILTERS).map(|(topic, filter)| {
        gate(topic, Form::SEPARATE).with_manager(|manager| forget(manager, filter))
    }));
    gates.push(gate("without_all", Form::ALL).with_manager(|manager| forget(manager, "all")));
    let topics = ["disabled_headers", "disabled_jwt", "disabled_schema"];
    gates.extend(topics.into_iter().zip(FILTERS).map(|(topic, filter)| {
        gate(topic, Form::SEPARATE).with_manager(|manager| {
            find(manager, filter)["disabled"] = true.into();
        })
    }));
    for (topics, policy) in [
        (
            ["trapped_headers", "trapped_jwt", "trapped_schema"],
            "FAIL_OPEN",
        ),
        (
            ["reloaded_headers", "reloaded_jwt", "reloaded_schema"],
            "FAIL_RELOAD",
        ),
    ] {
        gates.extend(topics.into_iter().zip(FILTERS).map(|(topic, filter)| {
            gate(topic, Form::SEPARATE)
                .with_manager(|manager| fail(find(manager, filter), &trap, policy))
        }));
    }
    gates
}

/// Has the access log tell what `set_metadata` noted.
fn note(manager: &mut Value) {
    let format = &mut manager["access_log"][0]["typed_config"]["log_format"]["json_format"];
    format["noted"] = "%DYNAMIC_METADATA(envoy.filters.http.rbac:validation_status)%".into();
}

fn filters(manager: &mut Value) -> &mut Vec<Value> {
    manager["http_filters"].as_array_mut().unwrap()
}

fn forget(manager: &mut Value, filter: &str) {
    filters(manager).retain(|one| one["name"] != format!("tollgate.{filter}"));
}

fn find<'m>(manager: &'m mut Value, filter: &str) -> &'m mut Value {
    let name = format!("tollgate.{filter}");
    filters(manager)
        .iter_mut()
        .find(|one| one["name"] == name)
        .unwrap()
}

/// Puts a filter that traps in the place of this one.
fn fail(filter: &mut Value, module: &Path, policy: &str) {
    let config = &mut filter["typed_config"]["config"];
    config["name"] = "trap".into();
    config["vm_config"]["vm_id"] = format!("trap-{policy}").into();
    config["vm_config"]["code"]["local"]["filename"] = json!(PathBuf::from(module));
    config["failure_policy"] = policy.into();
    if let Some(config) = config.as_object_mut().filter(|_| policy == "FAIL_OPEN") {
        config.remove("reload_config");
    }
}

/// A filter of proxy-wasm ABI 0.2.1 whose every request traps.
const TRAP: &str = r#"
(module
  (memory (export "memory") 1)
  (global $end (mut i32) (i32.const 1024))
  (func (export "proxy_abi_version_0_2_1"))
  (func (export "proxy_on_memory_allocate") (param $size i32) (result i32)
    global.get $end
    (global.set $end (i32.add (global.get $end) (local.get $size))))
  (func (export "proxy_on_context_create") (param i32 i32))
  (func (export "proxy_on_vm_start") (param i32 i32) (result i32) i32.const 1)
  (func (export "proxy_on_configure") (param i32 i32) (result i32) i32.const 1)
  (func (export "proxy_on_request_headers") (param i32 i32 i32) (result i32) unreachable))
"#;

fn get() -> Request {
    with_token(Request::new("GET", "/orders"))
}

fn marks(line: &Value) -> [&Value; 4] {
    [
        &line["mark_headers"],
        &line["mark_jwt"],
        &line["mark_schema"],
        &line["noted"],
    ]
}

fn marked_by_all(world: &World) {
    for gate in world.two.gates("marked") {
        let (response, line) = gate.logged(|| gate.send(&get()));
        assert_eq!(told(&response), "200", "{}", gate.name);
        assert_eq!(
            marks(&line),
            ["allow", "allow", "allow", "validated"],
            "{}: {line}",
            gate.name
        );
        gate.reached();
    }
}

fn denied(world: &World) {
    for gate in world.two.gates("marked") {
        let request = bearing(Request::new("GET", "/orders"), &token::expired("ec"));
        let (response, line) = gate.logged(|| gate.send(&request));
        assert_eq!(told(&response), "401 jwt_expired", "{}", gate.name);
        let none = Value::Null;
        assert_eq!(
            marks(&line),
            [&json!("allow"), &json!("deny jwt_expired"), &none, &none],
            "{}",
            gate.name
        );
        assert_eq!(line["details"], "tollgate_jwt_expired", "{}", gate.name);
    }
}

/// RBAC refuses, whatever else is right.
fn is_refused(world: &World, topic: &str) {
    for gate in world.two.gates(topic) {
        let (response, line) = gate.logged(|| gate.send(&get()));
        assert_eq!(told(&response), "403", "{}: {line}", gate.name);
        let details = line["details"].as_str().unwrap();
        assert!(
            details.starts_with("rbac_access_denied"),
            "{}: {line}",
            gate.name
        );
        assert_eq!(line["noted"], Value::Null, "{}: {line}", gate.name);
        assert_eq!(gate.upstream.requests(), [], "{}", gate.name);
    }
}

fn forgotten(world: &World) {
    for topic in [
        "without_headers",
        "without_jwt",
        "without_schema",
        "without_all",
    ] {
        is_refused(world, topic);
    }
}

fn disabled(world: &World) {
    for topic in ["disabled_headers", "disabled_jwt", "disabled_schema"] {
        is_refused(world, topic);
    }
}

/// As `render` has it: closed, made anew, and failing again.
fn failed_closed(world: &World) {
    for topic in ["reloaded_headers", "reloaded_jwt", "reloaded_schema"] {
        let gate = world.two.gates(topic)[0];
        for _ in 0..20 {
            let (response, line) = gate.logged(|| gate.send(&get()));
            assert_eq!(told(&response), "503", "{}: {line}", gate.name);
            assert_eq!(line["details"], "wasm_fail_stream", "{}: {line}", gate.name);
        }
        assert_eq!(gate.upstream.requests(), [], "{}", gate.name);
    }
}

fn failed_open(world: &World) {
    for topic in ["trapped_headers", "trapped_jwt", "trapped_schema"] {
        let gate = world.two.gates(topic)[0];
        // The trap itself is a 503, once for each worker; then it is skipped.
        let mut lines = Vec::new();
        for _ in 0..20 {
            lines.push(gate.logged(|| gate.send(&get())).1);
        }
        let refused = |line: &&Value| line["status"] == 403;
        let trapped = |line: &&Value| line["details"] == "wasm_fail_stream";
        let others = lines.iter().filter(|line| !refused(line) && !trapped(line));
        assert_eq!(
            others.collect::<Vec<_>>(),
            [&Value::Null; 0],
            "{}",
            gate.name
        );
        assert!(
            lines.iter().any(|line| refused(&line)),
            "{}: {lines:?}",
            gate.name
        );
        assert_eq!(gate.upstream.requests(), [], "{}", gate.name);
    }
}
