//! The JSON Schema test suite through the filter's own path: a schema becomes
//! that of a request body, an instance the body. Draft 4 stands for `OpenAPI`
//! 3.0, 2020-12 for 3.1.
//!
//! Nothing is skipped: a test passes, or is one of those where the filter differs
//! on purpose, or belongs to a group that is refused when compiled because of a
//! keyword that isn't enforced. Both lists name how many those are, so that they
//! can only shrink on purpose.

use crate::filter::{self, Filter, Sent};
use crate::suite::{self, DRAFTS, Group};
use std::collections::{BTreeMap, BTreeSet};
use tollgate_kit::faults::Fault;

/// Tests in the suite.
const TESTS: usize = 3162;

/// Where the filter differs from the suite on purpose: part of the test's name,
/// how many tests, and why.
const DIFFERENT: &[(&str, usize, &str)] = &[
    (
        "draft2020-12/format/",
        13,
        "formats are asserted, not only annotated",
    ),
    (
        "optional/zeroTerminatedFloats/",
        1,
        "1.0 is an integer in both dialects, as it is in 2020-12",
    ),
    (
        "(punycode) host names/",
        23,
        "labels that begin with xn-- are not decoded",
    ),
    ("format/idn-email/", 2, "the format annotates"),
    ("format/idn-hostname/", 54, "the format annotates"),
    ("format/iri/", 6, "the format annotates"),
    ("format/iri-reference/", 2, "the format annotates"),
    ("format/relative-json-pointer/", 12, "the format annotates"),
    ("format/uri-template/", 13, "the format annotates"),
];

/// What the faults of refused groups say: the draft, the keyword, the message, and
/// of how many groups. A group may have several.
const OUTSIDE: &[(&str, &str, &str, usize)] =
    &[("draft2020-12", "$ref", "lies outside of the document", 1)];

#[derive(Default)]
struct Totals {
    passed: usize,
    failed: Vec<String>,
    different: BTreeMap<&'static str, usize>,
    /// Groups by their place in the list.
    outside: BTreeMap<usize, usize>,
    outside_tests: usize,
}

#[test]
fn the_json_schema_suite_is_met() {
    let folder = filter::data().join("json-schema-test-suite");
    if !folder.exists() {
        println!("suite json-schema: 0 passed, 0 failed, {TESTS} skipped");
        return;
    }
    let mut totals = Totals::default();
    for draft in DRAFTS {
        for group in suite::groups(&folder, draft, &["", "optional", "optional/format"]) {
            run(draft.name, &group, &mut totals);
        }
    }
    totals.print();
    totals.check();
}

fn run(draft: &str, group: &Group, totals: &mut Totals) {
    let (openapi, limits) = (&group.openapi, suite::LIMITS);
    match Filter::of(&format!(r#"{{"openapi":{openapi},"limits":{limits}}}"#)) {
        Ok(filter) => totals.judge(&filter, group),
        Err(faults) => totals.refused(draft, group, &faults),
    }
}

// === impl Totals ===

impl Totals {
    fn judge(&mut self, filter: &Filter, group: &Group) {
        for test in &group.tests {
            let found = filter.request(&Sent::post("/", test.body.as_str())).is_ok();
            let different = DIFFERENT.iter().find(|(part, ..)| test.name.contains(part));
            match (found == test.valid, different) {
                (true, _) => self.passed += 1,
                (false, Some((part, ..))) => *self.different.entry(part).or_default() += 1,
                (false, None) => self
                    .failed
                    .push(format!("{}: valid should be {}", test.name, test.valid)),
            }
        }
    }

    /// A group that doesn't compile: all that its faults say is on the list.
    fn refused(&mut self, draft: &str, group: &Group, faults: &[Fault]) {
        let mut places = BTreeSet::new();
        for fault in faults {
            match outside(draft, fault) {
                Some(at) => drop(places.insert(at)),
                None => self.failed.push(format!("{}: {fault}", group.name)),
            }
        }
        for at in places {
            *self.outside.entry(at).or_default() += 1;
        }
        self.outside_tests += group.tests.len();
    }

    fn print(&self) {
        for (at, (draft, keyword, what, _)) in OUTSIDE.iter().enumerate() {
            let groups = self.outside.get(&at).copied().unwrap_or(0);
            println!("json-schema: refused: {draft}: {keyword}: {what}: {groups} groups");
        }
        for (part, tests, why) in DIFFERENT {
            println!("json-schema: different: {part}: {why}: {tests} tests");
        }
        for test in &self.failed {
            println!("FAILED json-schema {test}");
        }
        println!(
            "json-schema: {} tests differ on purpose, {} are of groups that are refused",
            self.different.values().sum::<usize>(),
            self.outside_tests
        );
        println!(
            "suite json-schema: {} passed, {} failed, 0 skipped",
            self.passed,
            self.failed.len()
        );
    }

    fn check(&self) {
        assert_eq!(self.failed, Vec::<String>::new());
        for (part, tests, why) in DIFFERENT {
            let found = self.different.get(part).copied().unwrap_or(0);
            assert_eq!(found, *tests, "{part}: {why}");
        }
        for (at, (draft, keyword, what, groups)) in OUTSIDE.iter().enumerate() {
            let found = self.outside.get(&at).copied().unwrap_or(0);
            assert_eq!(found, *groups, "{draft}: {keyword}: {what}");
        }
        let all = self.passed + self.different.values().sum::<usize>() + self.outside_tests;
        assert_eq!(all, TESTS, "the suite is whole");
    }
}

/// The place on the list of what a fault says.
fn outside(draft: &str, fault: &Fault) -> Option<usize> {
    let keyword = keyword(fault);
    OUTSIDE.iter().position(|(of, known, what, _)| {
        *of == draft && *known == keyword && fault.message.contains(what)
    })
}

/// The keyword that a fault is about: the last step of its path, or the one
/// before where that is a name or an index inside the keyword.
fn keyword(fault: &Fault) -> String {
    let (before, last) = split(&fault.path);
    if last.starts_with('[') && !fault.message.starts_with("unknown field") {
        return split(before).1.to_owned();
    }
    last.to_owned()
}

fn split(path: &str) -> (&str, &str) {
    let at = match path.strip_suffix(']') {
        Some(open) => open.rfind('['),
        None => path.rfind('.').map(|dot| dot + 1),
    };
    let (before, last) = path.split_at(at.unwrap_or(0));
    (before.trim_end_matches('.'), last)
}
