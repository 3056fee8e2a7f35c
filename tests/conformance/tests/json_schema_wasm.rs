//! The required tests of the JSON Schema test suite through the built module: a
//! group's schema is the policy, each instance a body.

#[path = "../../../filters/schema/tests/schema/suite.rs"]
mod suite;

use std::path::PathBuf;
use suite::{DRAFTS, Group};
use tollgate_conformance::artefacts;
use tollgate_emulator::{Chain, Host, Module, Plugin, Request, Upstream, Vm};

/// Required tests of the suite.
const TESTS: usize = 1917;

/// Where the filter differs on purpose: part of the test's name, and why. The test
/// `json_schema_suite` of the filter counts them.
const DIFFERENT: &[(&str, &str)] = &[(
    "draft2020-12/format/",
    "formats are asserted, not only annotated",
)];

#[derive(Default)]
struct Totals {
    passed: usize,
    failed: Vec<String>,
    /// Those that are named as different.
    named: usize,
}

fn data() -> PathBuf {
    artefacts::data().join("json-schema-test-suite")
}

#[test]
fn the_module_meets_the_required_tests_of_the_suite() {
    let Some(modules) = artefacts::modules().filter(|_| data().exists()) else {
        println!("suite json-schema-wasm: 0 passed, 0 failed, {TESTS} skipped");
        return;
    };
    let module = Module::load(modules.join("tollgate_schema.wasm")).unwrap();
    let mut totals = Totals::default();
    for draft in DRAFTS {
        for group in suite::groups(&data(), draft, &[""]) {
            totals.judge(&module, &group);
        }
    }
    for (part, why) in DIFFERENT {
        println!("json-schema-wasm: different: {part}: {why}");
    }
    for test in &totals.failed {
        println!("FAILED json-schema-wasm {test}");
    }
    println!(
        "suite json-schema-wasm: {} passed, {} failed, 0 skipped",
        totals.passed,
        totals.failed.len(),
    );
    assert!(totals.failed.is_empty());
    assert_eq!(totals.passed + totals.named, TESTS, "the suite is whole");
}

impl Totals {
    fn judge(&mut self, module: &Module, group: &Group) {
        let host = Host::new();
        let (openapi, limits) = (&group.openapi, suite::LIMITS);
        let plugin = Plugin {
            root_id: "schema".to_owned(),
            configuration: format!(r#"{{"openapi":{openapi},"limits":{limits}}}"#).into_bytes(),
            allow_on_headers_stop_iteration: true,
            ..Plugin::default()
        };
        let vm = match Vm::start(&host, module, "suite", &[plugin]) {
            Ok(vm) => vm,
            Err(error) => return self.failed.push(format!("{}: {error}", group.name)),
        };
        for test in &group.tests {
            let request = Request::new("POST", "/")
                .header("content-type", "application/json")
                .chunk(&test.body);
            let chain = Chain::new(&host, vec![vm.filter(0)], 1 << 20);
            let exchange = chain.run(&request, &Upstream::new(204));
            let status = exchange.response().map(|response| response.status);
            let expected = if test.valid { 204 } else { 400 };
            match status == Some(expected) {
                true => self.passed += 1,
                false if DIFFERENT.iter().any(|(part, _)| test.name.contains(part)) => {
                    self.named += 1;
                }
                false => {
                    let name = &test.name;
                    self.failed
                        .push(format!("{name}: {status:?}, expected {expected}"));
                }
            }
        }
    }
}
