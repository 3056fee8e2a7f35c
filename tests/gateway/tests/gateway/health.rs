//! After all of it: no filter has failed once.

use tollgate_gateway::side::VMS;
use tollgate_gateway::{Company, Gate, Side, Site, Test, Topic, World};

pub const TOPIC: Topic = Topic {
    gates,
    tests: TESTS,
    company: Company::None,
};

const TESTS: &[Test] = &[
    (
        "in_the_whole_run_no_filter_has_failed",
        no_filter_has_failed,
    ),
    ("in_the_whole_run_no_vm_was_made_anew", no_vm_was_made_anew),
];

fn gates(_: &Site) -> Vec<Gate> {
    Vec::new()
}

/// Gates in whose chain a filter fails by design.
fn fails_by_design(name: &str) -> bool {
    name.starts_with("trapped_") || name.starts_with("reloaded_")
}

fn no_filter_has_failed(world: &World) {
    for side in [&world.one, &world.two] {
        let failed = side.stats("^wasm[.].*[.](vm_reload|fail)");
        let by_design = |name: &str| name.starts_with("wasm.trap.");
        let failed = failed.iter().filter(|(name, _)| !by_design(name));
        assert_eq!(failed.collect::<Vec<_>>(), []);
        for gate in side
            .every_gate()
            .iter()
            .filter(|gate| !fails_by_design(&gate.name))
        {
            for line in gate.lines() {
                let details = line["details"].as_str().unwrap_or_default();
                assert!(
                    !details.contains("wasm_fail_stream"),
                    "{}: {line}",
                    gate.name
                );
            }
        }
        is_quiet(side);
    }
}

/// Nothing that the filters call an error, besides policies that are refused.
fn is_quiet(side: &Side) {
    let log = side.envoy.log();
    let is_error = |line: &&str| line.starts_with("[error]") && line.contains("wasm log");
    let refused = |line: &&str| line.contains("tollgate refused:");
    let errors = log.lines().filter(is_error).filter(|line| !refused(line));
    assert_eq!(errors.collect::<Vec<_>>(), [""; 0]);
}

fn no_vm_was_made_anew(world: &World) {
    // In the other Envoy listeners come and go, and their VMs with them.
    assert_eq!(world.one.stats(VMS).get(VMS), world.one.vms);
}
