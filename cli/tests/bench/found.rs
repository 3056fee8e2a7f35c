//! A difference that is there is found, and one that isn't, isn't.

use std::path::Path;

use tempfile::TempDir;
use tollgate::bench::result::{Measure, Outcome, Record, Verdict};

use crate::harness::Test;
use crate::run::{bench, record};

pub const TESTS: &[Test] = &[
    (
        "five_microseconds_of_work_are_found_and_a_no_op_is_not",
        five_microseconds_of_work_are_found_and_a_no_op_is_not,
    ),
    (
        "an_answer_that_was_not_expected_ends_the_run",
        an_answer_that_was_not_expected_ends_the_run,
    ),
];

fn five_microseconds_of_work_are_found_and_a_no_op_is_not() {
    let folder = TempDir::new().unwrap();
    module(&folder, "empty", "");
    module(&folder, "work", WORK);
    module(&folder, "no-op", "nop");
    let names = ["empty", "work", "no-op"];
    let entries: Vec<String> = names.map(|name| entry(folder.path(), name)).to_vec();
    let chains = folder.path().join("chains.yaml");
    std::fs::write(&chains, format!("chains:\n{}", entries.concat())).unwrap();
    // Chance alone calls a no-op a difference once in a while, but not twice; and the
    // noisier the machine, the more rounds it takes to see the work.
    let mut no_op_found = 0;
    for rounds in ["20", "60", "120"] {
        let record = record(&[
            "--chains",
            chains.to_str().unwrap(),
            "--workload=get",
            "--seconds=0.05",
            "--rate=0",
            "--rounds",
            rounds,
        ]);
        let (work, no_op) = (
            against_empty(&record, "work"),
            against_empty(&record, "no-op"),
        );
        no_op_found += u32::from(no_op.outcome != Outcome::Undecided);
        println!("{rounds} rounds: {}; {}", work.words, no_op.words);
        let is_enough = (2.5..10.0).contains(&work.difference.median);
        let is_nothing = no_op.outcome == Outcome::Undecided
            && no_op.difference.median.abs() < work.difference.median / 2.0;
        if work.outcome == Outcome::More && is_enough && is_nothing {
            return;
        }
        assert!(no_op_found < 2, "a no-op was called a difference twice");
    }
    panic!("120 rounds don't tell 5 µs of work from a no-op");
}

fn against_empty<'r>(record: &'r Record, chain: &str) -> &'r Verdict {
    let is_it = |verdict: &&Verdict| {
        verdict.measure == Measure::Added
            && verdict.left.chain == chain
            && verdict.right.chain == "empty"
    };
    record.verdicts.iter().find(is_it).unwrap()
}

/// A filter that is the empty one but for what it does with each request.
fn module(folder: &TempDir, name: &str, work: &str) {
    let text = format!(
        r#"
(module
  (import "env" "proxy_get_current_time_nanoseconds" (func $clock (param i32) (result i32)))
  (memory (export "memory") 1)
  (global $end (mut i32) (i32.const 1024))
  (func $now (result i64)
    (drop (call $clock (i32.const 0)))
    (i64.load (i32.const 0)))
  (func (export "proxy_abi_version_0_2_1"))
  (func (export "proxy_on_memory_allocate") (param $size i32) (result i32)
    global.get $end
    (global.set $end (i32.add (global.get $end) (local.get $size))))
  (func (export "proxy_on_context_create") (param i32 i32))
  (func (export "proxy_on_vm_start") (param i32 i32) (result i32) i32.const 1)
  (func (export "proxy_on_configure") (param i32 i32) (result i32) i32.const 1)
  (func (export "proxy_on_request_headers") (param i32 i32 i32) (result i32)
    (local $until i64)
    {work}
    i32.const 0))
"#
    );
    let bytes = wat::parse_str(text).unwrap();
    std::fs::write(folder.path().join(format!("{name}.wasm")), bytes).unwrap();
}

/// Looks at the clock until 5 µs are over.
const WORK: &str = "
    (local.set $until (i64.add (call $now) (i64.const 5000)))
    (loop $on (br_if $on (i64.lt_u (call $now) (local.get $until))))";

fn entry(folder: &Path, name: &str) -> String {
    let module = folder.join(format!("{name}.wasm"));
    let against = match name {
        "empty" => "",
        _ => "against: empty",
    };
    format!(
        r#"
- name: {name}
  {against}
  http_filters:
  - name: {name}
    typed_config:
      "@type": type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm
      config:
        vm_config:
          vm_id: {name}
          runtime: envoy.wasm.runtime.v8
          code: {{ local: {{ filename: "{}" }} }}
"#,
        module.display()
    )
}

fn an_answer_that_was_not_expected_ends_the_run() {
    let folder = TempDir::new().unwrap();
    let chains = folder.path().join("chains.yaml");
    // Its name is one that good requests pass; what it does is not.
    let text = "
chains:
- name: flaky
  http_filters:
  - name: fault
    typed_config:
      '@type': type.googleapis.com/envoy.extensions.filters.http.fault.v3.HTTPFault
      abort: { http_status: 418, percentage: { numerator: 1, denominator: HUNDRED } }
";
    std::fs::write(&chains, text).unwrap();
    let output = bench(&[
        "--chains",
        chains.to_str().unwrap(),
        "--workload=get",
        "--seconds=0.5",
        "--rounds=2",
        "--rate=0",
    ]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(
        said.starts_with(
            "error: chain `flaky`, workload `get`: GET /api/v1/orders/7 was answered with 418"
        ),
        "{said}"
    );
}
