//! Modules under wasmtime.

use std::time::Duration;

use crate::scripted::stamp;
use tollgate_emulator::*;

/// A module with an allocator, and whatever else the test needs.
fn module(imports: &str, body: &str) -> Module {
    let text = format!(
        r#"(module {imports}
            (memory (export "memory") 2)
            (global $free (mut i32) (i32.const 65536))
            (func (export "proxy_abi_version_0_2_1"))
            (func (export "proxy_on_memory_allocate") (param i32) (result i32)
                (global.get $free)
                (global.set $free (i32.add (global.get $free) (local.get 0))))
            {body})"#
    );
    Module::compile(&wat::parse_str(text).unwrap()).unwrap()
}

fn plugin(name: &str) -> Plugin {
    Plugin {
        name: name.to_owned(),
        root_id: name.to_owned(),
        ..Plugin::default()
    }
}

fn start(host: &Host, module: &Module) -> Vm {
    Vm::start(host, module, "vm", &[plugin("a")]).unwrap()
}

fn run(host: &Host, vm: &Vm) -> Exchange {
    let request = Request::new("GET", "/").header("x-v", [b'a', 0xff]);
    Chain::new(host, vec![vm.filter(0)], 1 << 20).run(&request, &Upstream::new(200))
}

fn lines(host: &Host) -> Vec<String> {
    host.take_log().into_iter().map(|line| line.text).collect()
}

const LOG: &str = r#"(import "env" "proxy_log" (func $log (param i32 i32 i32) (result i32)))"#;
const REPLY: &str = r#"(import "env" "proxy_send_local_response"
    (func $reply (param i32 i32 i32 i32 i32 i32 i32 i32) (result i32)))"#;

#[test]
fn a_module_that_exports_no_callback_lets_everything_pass() {
    let host = Host::new();
    let vm = start(&host, &module("", ""));
    assert_eq!(run(&host, &vm).response().unwrap().status, 200);
    assert_eq!(vm.trap(), None);
}

/// Logs the value of `x-v`, and the status of reading it.
const READS_HEADER: &str = r#"
    (data (i32.const 0) "x-v")
    (func (export "proxy_on_request_headers") (param i32 i32 i32) (result i32)
        (local $status i32)
        (local.set $status (call $value (i32.const 0) (i32.const 0) (i32.const 3) (i32.const 16) (i32.const 20)))
        (if (local.get $status) (then (return (i32.const 1))))
        (drop (call $log (i32.const 3) (i32.load (i32.const 16)) (i32.load (i32.const 20))))
        (i32.const 0))"#;
const VALUE: &str = r#"(import "env" "proxy_get_header_map_value"
    (func $value (param i32 i32 i32 i32 i32) (result i32)))"#;

#[test]
fn a_module_reads_a_header_through_memory_it_allocates() {
    let host = Host::new();
    let vm = start(&host, &module(&format!("{LOG}{VALUE}"), READS_HEADER));
    run(&host, &vm);
    assert_eq!(lines(&host), ["a\u{fffd}"]);
}

#[test]
fn a_fault_reaches_a_module_as_a_status() {
    let host = Host::new();
    let vm = start(&host, &module(&format!("{LOG}{VALUE}"), READS_HEADER));
    host.fail(HostCall::GetMapValue, Which::Every, Status::InternalFailure);
    assert!(
        run(&host, &vm).is_hanging(),
        "it pauses where the status isn't 0"
    );
}

#[test]
fn the_same_calls_execute_the_same_number_of_instructions() {
    let count = || {
        let host = Host::new();
        let vm = start(&host, &module(&format!("{LOG}{VALUE}"), READS_HEADER));
        vm.reset_instructions();
        run(&host, &vm);
        vm.instructions()
    };
    let first = count();
    assert!(first > 10);
    assert_eq!(first, count());
}

#[test]
fn a_module_answers_with_details_whatever_it_returns() {
    let body = r#"
        (data (i32.const 0) "jwt_expirednot today")
        (func (export "proxy_on_request_headers") (param i32 i32 i32) (result i32)
            (drop (call $reply (i32.const 401) (i32.const 0) (i32.const 11) (i32.const 11) (i32.const 9)
                (i32.const 0) (i32.const 0) (i32.const -1)))
            (i32.const 0))"#;
    let host = Host::new();
    let vm = start(&host, &module(REPLY, body));
    let exchange = run(&host, &vm);
    let response = exchange.response().unwrap();
    assert_eq!(
        (response.status, &response.body[..]),
        (401, &b"not today"[..])
    );
    assert_eq!(exchange.details().unwrap(), "jwt_expired");
    assert!(exchange.upstream().is_untouched());
}

#[test]
fn a_tick_answers_a_paused_stream_in_its_name() {
    let imports = format!(
        r#"{REPLY}
        (import "env" "proxy_set_effective_context" (func $speak_for (param i32) (result i32)))
        (import "env" "proxy_set_tick_period_milliseconds" (func $tick (param i32) (result i32)))"#
    );
    let body = r#"
        (global $paused (mut i32) (i32.const 0))
        (func (export "proxy_on_configure") (param i32 i32) (result i32)
            (drop (call $tick (i32.const 500)))
            (i32.const 1))
        (func (export "proxy_on_request_headers") (param i32 i32 i32) (result i32)
            (global.set $paused (local.get 0))
            (i32.const 1))
        (func (export "proxy_on_tick") (param i32)
            (if (i32.eqz (call $speak_for (global.get $paused)))
                (then (drop (call $reply (i32.const 503) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0)
                    (i32.const 0) (i32.const 0) (i32.const -1))))))"#;
    let host = Host::new();
    let vm = start(&host, &module(&imports, body));
    let exchange = run(&host, &vm);
    assert!(exchange.is_hanging());
    host.advance(Duration::from_secs(1));
    assert_eq!(exchange.response().unwrap().status, 503);
    assert!(exchange.upstream().is_untouched());
}

#[test]
fn a_module_that_refuses_its_configuration_does_not_start() {
    let body = r#"
        (func (export "proxy_on_configure") (param i32 i32) (result i32)
            (i32.eqz (i32.eq (local.get 1) (i32.const 3))))"#;
    let (host, module) = (Host::new(), module("", body));
    let bad = Plugin {
        configuration: b"bad".to_vec(),
        ..plugin("p")
    };
    let refused = Vm::start(&host, &module, "vm", &[plugin("good"), bad]);
    assert_eq!(refused.err(), Some(StartError::Configure("p".to_owned())));
}

const TRAPS: &str = r#"
    (func (export "proxy_on_request_headers") (param i32 i32 i32) (result i32) unreachable)"#;

#[test]
fn a_trap_ends_the_machine_and_all_its_plugins_fail_closed() {
    let host = Host::new();
    let good = start(&host, &module("", ""));
    let bad = Vm::start(
        &host,
        &module("", TRAPS),
        "other",
        &[plugin("x"), plugin("y")],
    )
    .unwrap();
    let front = stamp(&host, "front");
    let chain = |filter: Installed| {
        let filters = vec![front.installed.clone(), filter, good.filter(0)];
        Chain::new(&host, filters, 1 << 20)
    };
    for filter in [bad.filter(0), bad.filter(0), bad.filter(1)] {
        let exchange = chain(filter).run(&Request::new("GET", "/"), &Upstream::new(200));
        let response = exchange.response().unwrap();
        assert_eq!((response.status, response.body.len()), (503, 0));
        assert_eq!(response.headers.text("x-front").as_deref(), Some("1"));
        assert_eq!(exchange.details().unwrap(), "wasm_fail_stream");
        assert!(exchange.upstream().is_untouched());
    }
    assert!(bad.trap().unwrap().contains("proxy_on_request_headers"));
    assert_eq!(good.trap(), None);
    assert_eq!(host.take_log().len(), 1);
}

#[test]
fn a_trap_in_the_response_breaks_off_what_has_left() {
    let body =
        r#"(func (export "proxy_on_response_body") (param i32 i32 i32) (result i32) unreachable)"#;
    let host = Host::new();
    let vm = start(&host, &module("", body));
    let chain = Chain::new(&host, vec![vm.filter(0)], 1 << 20);
    let exchange = chain.run(
        &Request::new("GET", "/"),
        &Upstream::new(200).chunk("hello"),
    );
    let response = exchange.response().unwrap();
    assert_eq!(
        (response.status, response.reset, response.body.len()),
        (200, true, 0)
    );
    let exchange = chain.run(
        &Request::new("GET", "/"),
        &Upstream::new(200).chunk("hello"),
    );
    assert_eq!(exchange.response().unwrap().status, 503);
}

#[test]
fn recursion_without_end_is_a_trap() {
    let body = r#"
        (func $deeper (param i32) (result i32) (i32.add (call $deeper (local.get 0)) (i32.const 1)))
        (func (export "proxy_on_request_headers") (param i32 i32 i32) (result i32)
            (call $deeper (i32.const 0)))"#;
    let host = Host::new();
    let vm = start(&host, &module("", body));
    assert_eq!(run(&host, &vm).response().unwrap().status, 503);
    assert!(vm.trap().unwrap().contains("stack"), "{:?}", vm.trap());
}

#[test]
fn what_is_linked_but_not_emulated_traps_when_called() {
    let imports = r#"(import "env" "proxy_grpc_cancel" (func $cancel (param i32) (result i32)))"#;
    let body = r#"
        (func (export "proxy_on_request_headers") (param i32 i32 i32) (result i32)
            (call $cancel (i32.const 0)))"#;
    let host = Host::new();
    let vm = start(&host, &module(imports, body));
    run(&host, &vm);
    assert!(vm.trap().unwrap().contains("proxy_grpc_cancel"));
}

#[test]
fn output_goes_to_the_log_and_the_clock_is_the_hosts() {
    let imports = r#"
        (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
        (import "wasi_snapshot_preview1" "clock_time_get" (func $clock (param i32 i64 i32) (result i32)))"#;
    let body = r#"
        (data (i32.const 32) "\10\00\00\00\08\00\00\00")
        (func (export "_initialize")
            (drop (call $clock (i32.const 0) (i64.const 0) (i32.const 16)))
            (drop (call $write (i32.const 2) (i32.const 32) (i32.const 1) (i32.const 48))))"#;
    let host = Host::new();
    host.set_time(u64::from_le_bytes(*b"the time"));
    start(&host, &module(imports, body));
    assert_eq!(
        host.take_log(),
        [LogLine {
            level: LogLevel::Error,
            text: "the time".to_owned()
        }]
    );
}

#[test]
fn a_pointer_outside_of_memory_is_an_answer_not_a_trap() {
    let body = r#"
        (func (export "proxy_on_request_headers") (param i32 i32 i32) (result i32)
            (if (i32.ne (call $log (i32.const 3) (i32.const -1) (i32.const 1)) (i32.const 6))
                (then unreachable))
            (i32.const 0))"#;
    let host = Host::new();
    let vm = start(&host, &module(LOG, body));
    assert_eq!(run(&host, &vm).response().unwrap().status, 200);
}

#[test]
fn a_module_that_envoy_would_not_load_is_refused() {
    let compile = |text: &str| Module::compile(&wat::parse_str(text).unwrap()).err();
    let unknown = r#"(module (import "env" "proxy_nosuch" (func)))"#;
    assert_eq!(
        compile(unknown),
        Some(LoadError::UnknownImport("env.proxy_nosuch".to_owned()))
    );
    assert_eq!(compile("(module)"), Some(LoadError::UnknownAbi));
    let mute = r#"(module (func (export "proxy_abi_version_0_2_1")))"#;
    assert_eq!(compile(mute), Some(LoadError::NoAllocator));
    assert!(matches!(
        Module::compile(b"text").err(),
        Some(LoadError::Invalid(_))
    ));
    assert!(matches!(
        Module::load("no/such.wasm").err(),
        Some(LoadError::Unreadable(..))
    ));
}
