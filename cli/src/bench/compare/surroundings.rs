//! What differs between two runs besides what they measured.

use crate::bench::result::{Caution, Record, Settings, Versions};
use crate::bench::statistics::FEWEST;

/// Whether both ran on the same kind of machine: microseconds of one are those of the other.
#[must_use]
pub fn is_same_machine(before: &Record, after: &Record) -> bool {
    let (before, after) = (&before.machine, &after.machine);
    before.cpu == after.cpu && before.cores == after.cores
}

/// What makes their figures less comparable.
#[must_use]
pub fn warnings(before: &Record, after: &Record) -> Vec<String> {
    let mut warnings = machines(before, after);
    warnings.extend(versions(&before.versions, &after.versions));
    warnings.extend(settings(&before.settings, &after.settings));
    warnings.extend(workloads(before, after));
    for (record, name) in [(before, "A"), (after, "B")] {
        let mut kinds = record.warnings.iter().map(|warning| warning.kind);
        if kinds.any(|kind| kind == Caution::OtherLoad) {
            warnings.push(format!("others used the machine while {name} was measured"));
        }
        if record.rounds_taken() < FEWEST {
            warnings.push(format!(
                "{name} has fewer than {FEWEST} rounds, so that no difference is called one"
            ));
        }
    }
    warnings
}

fn machines(before: &Record, after: &Record) -> Vec<String> {
    let mut warnings = Vec::new();
    if !is_same_machine(before, after) {
        let [before, after] = [before, after].map(|record| &record.machine);
        warnings.push(format!(
            "the machines differ: {} × {}, and {} × {}; what is added is shown as a share of what Envoy \
             takes without it, no difference in that is called one, and neither latency nor start is compared",
            before.cores, before.cpu, after.cores, after.cpu
        ));
    }
    if before.machine.kernel != after.machine.kernel {
        warnings.push(format!(
            "the kernels differ: {}, and {}",
            before.machine.kernel, after.machine.kernel
        ));
    }
    warnings
}

fn versions(before: &Versions, after: &Versions) -> Vec<String> {
    let mut warnings = Vec::new();
    if before.envoy != after.envoy {
        warnings.push(format!(
            "the Envoys differ: {}, and {}; what they changed is in every figure",
            before.envoy, after.envoy
        ));
    }
    if before.generator != after.generator {
        warnings.push(format!(
            "the load was made by {}, and {}",
            before.generator, after.generator
        ));
    }
    warnings
}

fn settings(before: &Settings, after: &Settings) -> Vec<String> {
    let policy = |settings: &Settings| settings.policy.clone().unwrap_or_else(|| "none".into());
    let values = |settings: &Settings| {
        [
            ("workers", settings.workers.to_string()),
            ("rate", settings.rate.to_string()),
            ("seconds", settings.seconds.to_string()),
            ("policy", policy(settings)),
        ]
    };
    let both = values(before).into_iter().zip(values(after));
    let differ = both.filter(|((_, before), (_, after))| before != after);
    let words = differ.map(|((name, before), (_, after))| {
        format!("the runs differ in `{name}`: {before}, and {after}")
    });
    words.collect()
}

/// Those of one name that aren't the same.
fn workloads(before: &Record, after: &Record) -> Vec<String> {
    let changed = after.workloads.iter().filter(|workload| {
        let other = before.workload(&workload.name);
        other.is_some_and(|other| other != *workload)
    });
    let words = changed.map(|workload| {
        format!(
            "`{}` isn't the same workload in both, and is left out",
            workload.name
        )
    });
    words.collect()
}
