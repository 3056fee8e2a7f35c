//! Attacks on token verification, in every executor: what a strict verifier
//! accepts is accepted, what it refuses is refused, and what the standards leave
//! open ends the same everywhere.
//!
//! `verdicts.txt` says how each ends: `accept`, or the reason. `UPDATE_EXPECT=1 cargo
//! test -p tollgate-conformance --test attacks natively` writes it anew.

mod attack;
mod recipe;

use attack::{Attack, List, NOW, ending};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};
use tollgate_conformance::artefacts;
use tollgate_conformance::case::Case;
use tollgate_conformance::envoy::Gateway;
use tollgate_conformance::run::{Executor, Layout, run};
use tollgate_conformance::tokens::Keys;
use tollgate_kit::plugin::Plugin;
use tollgate_rig::Envoy;

/// Attacks in the list.
const ATTACKS: usize = 394;
const SKEW: u64 = 60;
/// The filter is the same in every layout: that is what the case files show.
const LAYOUT: Layout = Layout::Separate;

/// Attacks that end otherwise than in the list on purpose, and why.
const DIFFERENT: &[(&[&str], &str)] = &[
    (
        &["form-leading-space", "form-trailing-space"],
        "white space around a field's value is no part of it (RFC 9110 §5.5)",
    ),
    (
        &["exp-many-fraction-digits"],
        "a number has 64 digits at most",
    ),
];

/// What came of the attacks in one executor.
struct Suite {
    name: &'static str,
    verdicts: BTreeMap<String, String>,
    passed: usize,
    failed: Vec<String>,
    left_out: BTreeMap<&'static str, usize>,
}

#[test]
fn attacks_end_natively_as_they_should() {
    let name = "jwt-attacks-native";
    let Some(list) = List::read() else {
        return Suite::new(name).skip();
    };
    let keys = Keys::load().unwrap();
    let judged = list
        .attacks
        .iter()
        .filter(|attack| left_out(attack).is_none());
    let judged: Vec<(&Attack, String)> = judged
        .map(|attack| {
            let case = list.case(attack, SKEW);
            let seen = run(&case, &keys, Executor::Native, LAYOUT).unwrap();
            (attack, ending(&seen))
        })
        .collect();
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        let line = |(attack, found): &(&Attack, String)| format!("{}: {found}\n", attack.id);
        let lines: String = judged.iter().map(line).collect();
        std::fs::write(verdicts_file(), lines).unwrap();
    }
    let mut suite = Suite::new(name);
    for why in list.attacks.iter().filter_map(left_out) {
        suite.leave_out(why);
    }
    for (attack, found) in judged {
        match fault(attack, &found) {
            None => suite.expect(attack, &found),
            Some(fault) => suite.failed.push(fault),
        }
    }
    suite.finish();
}

#[test]
fn attacks_end_in_the_emulator_as_they_do_natively() {
    let mut suite = Suite::new("jwt-attacks-emulator");
    let (Some(list), Some(modules)) = (List::read(), artefacts::modules()) else {
        return suite.skip();
    };
    let keys = Keys::load().unwrap();
    for attack in &list.attacks {
        if let Some(why) = left_out(attack) {
            suite.leave_out(why);
            continue;
        }
        let case = list.case(attack, SKEW);
        let seen = run(&case, &keys, Executor::Emulator(&modules), LAYOUT).unwrap();
        suite.expect(attack, &ending(&seen));
    }
    suite.finish();
}

#[test]
fn attacks_end_in_envoy_as_they_do_natively() {
    let mut suite = Suite::new("jwt-attacks-envoy");
    let modules = artefacts::modules().filter(|_| Envoy::binary().is_some());
    let (Some(list), Some(modules)) = (List::read(), modules) else {
        return suite.skip();
    };
    // Envoy's clock cannot be moved, so that skews make up for the difference.
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let skew = now.as_secs().abs_diff(NOW) + SKEW;
    let case = |attack: &Attack| (attack.id.clone(), list.case(attack, skew));
    let sent = list
        .attacks
        .iter()
        .filter(|attack| left_out_of_envoy(attack).is_none());
    let cases: Vec<(String, Case)> = sent.map(case).collect();
    let keys = Keys::load().unwrap();
    let gateway = Gateway::start(&cases, &keys, LAYOUT, &modules).unwrap();
    for attack in &list.attacks {
        if let Some(why) = left_out_of_envoy(attack) {
            suite.leave_out(why);
            continue;
        }
        let seen = gateway
            .run(&attack.id, &list.case(attack, skew), &keys)
            .unwrap();
        match ending(&seen).as_str() {
            "status 431" if !attack.is_short() => suite.passed += 1,
            found => suite.expect(attack, found),
        }
    }
    suite.finish();
}

#[test]
fn a_policy_of_shared_secrets_is_refused_for_that_alone() {
    let Some(list) = List::read() else {
        return;
    };
    let faults = |profile: &str| {
        let policy = Value::Object(list.policy(profile, SKEW)).to_string();
        let shape = tollgate_bundle::shape("all").unwrap();
        Plugin::compile(policy.as_bytes(), shape)
            .map_or_else(|faults| faults.to_string(), |_| String::new())
    };
    assert_eq!(faults("default"), "");
    assert_eq!(
        faults("hmac"),
        "error: jwt.providers[0].algorithms[0]: \"HS256\" is not accepted: whoever can verify an HMAC \
         can also sign; have the issuer sign with RS256 or ES256\n1 fault; policy refused"
    );
}

fn left_out(attack: &Attack) -> Option<&'static str> {
    (attack.profile == "hmac").then_some("a policy with HS256 is refused")
}

fn left_out_of_envoy(attack: &Attack) -> Option<&'static str> {
    let is_timed = attack.class == "time";
    let timed = is_timed.then_some("Envoy's clock is not that of the list");
    let carried = (!attack.is_carried()).then_some("no field of HTTP holds control characters");
    left_out(attack).or(timed).or(carried)
}

/// What is wrong with an ending, as the list says it.
fn fault(attack: &Attack, found: &str) -> Option<String> {
    let different = DIFFERENT
        .iter()
        .any(|(ids, _)| ids.contains(&attack.id.as_str()));
    let accepted = found == "accept";
    let refused = found.starts_with("jwt_");
    let is_right = match attack.expected.as_str() {
        "accept" => accepted,
        "reject" => refused,
        _ => accepted || refused,
    };
    (is_right == different).then(|| {
        let listed = if different {
            ", and listed as different"
        } else {
            ""
        };
        format!(
            "{}: {found}, expected {}{listed}",
            attack.id, attack.expected
        )
    })
}

// === impl Suite ===

impl Suite {
    fn new(name: &'static str) -> Self {
        let text = std::fs::read_to_string(verdicts_file()).unwrap_or_default();
        let verdict = |line: &str| {
            let (id, verdict) = line.split_once(": ").unwrap();
            (id.to_owned(), verdict.to_owned())
        };
        Self {
            name,
            verdicts: text.lines().map(verdict).collect(),
            passed: 0,
            failed: Vec::new(),
            left_out: BTreeMap::new(),
        }
    }

    /// It ends as `verdicts.txt` says.
    fn expect(&mut self, attack: &Attack, found: &str) {
        match self.verdicts.get(&attack.id) {
            Some(verdict) if verdict == found => self.passed += 1,
            verdict => self
                .failed
                .push(format!("{}: {found}, expected {verdict:?}", attack.id)),
        }
    }

    fn leave_out(&mut self, why: &'static str) {
        *self.left_out.entry(why).or_default() += 1;
    }

    fn skip(self) {
        println!("suite {}: 0 passed, 0 failed, {ATTACKS} skipped", self.name);
    }

    fn finish(self) {
        for (ids, why) in DIFFERENT {
            println!("{}: different: {why}: {} attacks", self.name, ids.len());
        }
        for (why, count) in &self.left_out {
            println!("{}: left out: {why}: {count} attacks", self.name);
        }
        for line in &self.failed {
            println!("FAILED {} {line}", self.name);
        }
        println!(
            "suite {}: {} passed, {} failed, 0 skipped",
            self.name,
            self.passed,
            self.failed.len()
        );
        assert_eq!(self.failed, Vec::<String>::new());
        let left_out: usize = self.left_out.values().sum();
        assert_eq!(self.passed + left_out, ATTACKS, "the list is whole");
    }
}

fn verdicts_file() -> PathBuf {
    concat!(env!("CARGO_MANIFEST_DIR"), "/tests/attacks/verdicts.txt").into()
}
