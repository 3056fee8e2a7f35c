//! The JSON Schema test suite through the filter's own path: a schema becomes
//! that of a request body, an instance the body. Draft 4 stands for `OpenAPI`
//! 3.0, 2020-12 for 3.1.
//!
//! Nothing is skipped: a test passes, or is one of those where the filter differs
//! on purpose, or belongs to a group that is refused when compiled because of a
//! keyword that isn't enforced. Both lists name how many those are, so that they
//! can only shrink on purpose.

use crate::filter::{self, Filter, Sent};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use tollgate_kit::faults::Fault;
use tollgate_kit::json::{Node, OwnedDocument};

/// Tests in the suite.
const TESTS: usize = 3162;

const DRAFTS: &[(&str, &str)] = &[("draft4", "3.0.3"), ("draft2020-12", "3.1.0")];

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
const OUTSIDE: &[(&str, &str, &str, usize)] = &[
    ("draft4", "$ref", "lies outside of the document", 15),
    ("draft4", "$ref", "anchors are not followed", 1),
    ("draft4", "pattern", "a Unicode property", 2),
    ("draft4", "patternProperties", "a Unicode property", 2),
    ("draft2020-12", "$dynamicAnchor", "not enforced", 3),
    ("draft2020-12", "$dynamicRef", "not enforced", 3),
    ("draft2020-12", "$id", "not enforced", 51),
    ("draft2020-12", "$schema", "others are not enforced", 4),
    ("draft2020-12", "$ref", "lies outside of the document", 57),
    ("draft2020-12", "$ref", "anchors are not followed", 4),
    ("draft2020-12", "$ref", "names nothing in the document", 2),
    ("draft2020-12", "pattern", "a Unicode property", 3),
    ("draft2020-12", "patternProperties", "a Unicode property", 3),
];

#[derive(Default)]
struct Totals {
    passed: usize,
    failed: Vec<String>,
    different: BTreeMap<&'static str, usize>,
    /// Groups by their place in the list.
    outside: BTreeMap<usize, usize>,
    outside_tests: usize,
}

/// One file of the suite.
struct File<'f> {
    draft: &'f str,
    version: &'f str,
    name: String,
}

#[test]
fn the_json_schema_suite_is_met() {
    let folder = filter::data().join("json-schema-test-suite/tests");
    if !folder.exists() {
        println!("suite json-schema: 0 passed, 0 failed, {TESTS} skipped");
        return;
    }
    let mut totals = Totals::default();
    for (draft, version) in DRAFTS {
        for part in ["", "optional", "optional/format"] {
            let part = Path::new(draft).join(part);
            for path in filter::json_files(&folder.join(&part)) {
                let name = part.join(path.file_stem().unwrap());
                let name = name.to_string_lossy().into_owned();
                let file = File {
                    draft,
                    version,
                    name,
                };
                run(&file, &path, &mut totals);
            }
        }
    }
    totals.print();
    totals.check();
}

fn run(file: &File<'_>, path: &Path, totals: &mut Totals) {
    let suite = OwnedDocument::parse(std::fs::read(path).unwrap(), &filter::WIDE).unwrap();
    for group in suite.root().as_array().unwrap() {
        let name = format!("{}/{}", file.name, text(group, "description"));
        let tests = group.get("tests").unwrap().as_array().unwrap();
        match compile(group.get("schema").unwrap().source(), file.version) {
            Ok(filter) => {
                for test in tests {
                    totals.judge(&filter, &name, test);
                }
            }
            Err(faults) => totals.refused(file.draft, &name, &faults, tests.len()),
        }
    }
}

// === impl Totals ===

impl Totals {
    fn judge(&mut self, filter: &Filter, group: &str, test: Node<'_>) {
        let name = format!("{group}/{}", text(test, "description"));
        let expected = test.get("valid").unwrap().as_bool().unwrap();
        let body = moved(test.get("data").unwrap().source());
        let found = filter.request(&Sent::post("/", body)).is_ok();
        let different = DIFFERENT.iter().find(|(part, ..)| name.contains(part));
        match (found == expected, different) {
            (true, _) => self.passed += 1,
            (false, Some((part, ..))) => *self.different.entry(part).or_default() += 1,
            (false, None) => self
                .failed
                .push(format!("{name}: valid should be {expected}")),
        }
    }

    /// A group that doesn't compile: all that its faults say is on the list.
    fn refused(&mut self, draft: &str, name: &str, faults: &[Fault], tests: usize) {
        let mut places = BTreeSet::new();
        for fault in faults {
            match outside(draft, fault) {
                Some(at) => drop(places.insert(at)),
                None => self.failed.push(format!("{name}: {fault}")),
            }
        }
        for at in places {
            *self.outside.entry(at).or_default() += 1;
        }
        self.outside_tests += tests;
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

/// The filter with this schema for the body of its one operation, and limits
/// that the suite's numbers are within.
fn compile(schema: &str, version: &str) -> Result<Filter, Vec<Fault>> {
    let openapi = filter::document(version, &moved(schema), "");
    let section =
        format!(r#"{{"openapi":{openapi},"limits":{{"number_digits":1000,"exponent":100000}}}}"#);
    // What is warned of isn't enforced either.
    match Filter::findings(&section).0 {
        warnings if warnings.is_empty() => Filter::of(&section),
        warnings => Err([warnings, Filter::of(&section).err().unwrap_or_default()].concat()),
    }
}

/// References to the schema's root, which stands among the components.
fn moved(text: &str) -> String {
    text.replace("\"$ref\": \"#/", "\"$ref\": \"#/components/schemas/root/")
        .replace("\"$ref\": \"#\"", "\"$ref\": \"#/components/schemas/root\"")
}

fn text<'n>(node: Node<'n>, member: &str) -> &'n str {
    node.get(member).unwrap().as_str().unwrap()
}
