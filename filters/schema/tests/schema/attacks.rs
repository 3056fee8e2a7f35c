//! Published attacks and harmless texts, each as a value in a query, and what of
//! them is refused. Recall is a figure for each list, with a floor that may only
//! rise; harmless texts have to pass, but for a list that may only shrink.

use crate::filter::{self, Filter, Sent};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use tollgate_kit::pairs::{self, Encoding};

/// Lists of attacks, where each is, and how many of its texts are refused at least.
const ATTACKS: &[(&str, &str, usize)] = &[
    ("libinjection, SQLi", "libinjection/sqli-", 17_131),
    ("libinjection, XSS", "libinjection/xss-", 1640),
    (
        "payloadsallthethings, SQLi",
        "payloadsallthethings/sqli/",
        759,
    ),
    (
        "payloadsallthethings, XSS",
        "payloadsallthethings/xss/",
        1227,
    ),
];

/// The same for the classes of other collections.
const GOTESTWAF: &[(&str, usize)] = &[
    ("sqli", 4),
    ("xss", 33),
    ("padded-8k-sqli", 1),
    ("padded-8k-xss", 1),
];
const NAUGHTY: &[(&str, usize)] = &[("sqli", 5), ("xss", 141)];

/// Harmless texts that are refused: they are SQL or HTML, or look too much like it.
const REFUSED: &[&str] = &[
    "\"*\"",
    "\"IS\" STAMP",
    "\"LIKE\" STAMP",
    "'countdown calendar\" and \"disney:",
    "/SEARCH/HANDMADE?SEARCH_SUBMIT=&Q=\"LIKE\"+STAMP&VIEW_TYPE=GALLERY&SHIP_TO=US",
    "/SEARCH/HANDMADE?SEARCH_SUBMIT=&Q=\"MOD\"&VIEW_TYPE=GALLERY&SHIP_TO=US&PAGE=14",
    "/SEARCH?SEARCH_SUBMIT=&Q=36\"+X+48+\"+FRAME&VIEW_TYPE=GALLERY&SHIP_TO=US",
    "1,1--",
    "1611-IioXXIG1ti8rspL2vbXFy--",
    "1611/IioXXIG1ti8rspL2vbXFy--",
    "35% COTTON AND 65% POLYESTER.",
    "80% ACRYLIC AND 20% WOOL",
    "BILLEEVERSBOUTIQUE , BROWNING \"LIKE\"",
    "CHRISTMAS STOCKING \"NOT\" STUFFER",
    "FAITES UN TOUR SUR NOTRE NOUVELLE <BR /><A HREF=\"/APPS/\">GALERIE D'APPLICATIONS</A>!",
    "Insert coin into slot, then delete the old receipt",
    "MISTERGLAS.DK'*'''''''''''''''''''''''''''''''''",
    "RENCONTREZ DES PERSONNES AVEC QUI VOUS AVEZ DES INTRTS COMMUNS ET COLLABOREZ AVEC EUX. TROUVEZ DES TEAMS LOCAUX  REJOINDRE SUR LA <A HREF=\"/TEAMS/\">PAGE DES TEAMS</A>",
    "SMALL \"&\" SIGN",
    "She said \"union select\" is a phrase in our labour glossary",
    "The benchmark (2026) shows we're 2x faster",
    "if (a<b) then c>d",
    "select 'and'",
    "select x from y where",
    "x/*",
];

/// Groups of harmless texts where a strict policy may differ.
const EXCUSED: &[&str] = &["code-like values", "arguable: markup or a query in prose"];

#[test]
fn attacks_are_refused_and_harmless_texts_pass() {
    let root = filter::data().join("attacks");
    if !root.is_dir() {
        println!("suite attacks: 0 passed, 0 failed, 1 skipped");
        return;
    }
    let suite = Suite::new();
    let mut totals = Totals::default();
    for (name, prefix, floor) in ATTACKS {
        totals.recall(
            &suite,
            name,
            &lines(&root.join("must-flag"), prefix),
            *floor,
        );
    }
    for (name, texts, floor) in documents(&root.join("must-flag")) {
        totals.recall(&suite, &name, &texts, floor);
    }
    totals.harmless(&suite, &harmless(&root.join("must-pass")));
    totals.finish("attacks");
}

/// Tests of the Core Rule Set that carry their attack in the query or in a form, or
/// as a body: those of the rules that use libinjection, and all of their chapters.
#[test]
fn core_rule_set_tests_are_met_as_far_as_signatures_go() {
    let root = filter::data().join("crs");
    if !root.is_dir() {
        println!("suite crs: 0 passed, 0 failed, 1 skipped");
        return;
    }
    let suite = Suite::new();
    let mut totals = Totals::default();
    for (folder, file, hits, clean) in CORE_RULE_SET {
        let (expected, unexpected) = stages(&root.join(folder), file);
        let refused = |stages: &[String]| {
            let refused = stages.iter().filter(|path| suite.refuses_path(path));
            refused.count()
        };
        let (found, wrong) = (refused(&expected), refused(&unexpected));
        let name = format!("{folder}/{file}");
        rate(
            &format!("{name} that a rule matches"),
            found,
            expected.len(),
        );
        rate(
            &format!("{name} that no rule matches"),
            wrong,
            unexpected.len(),
        );
        totals.check(found >= *hits, || format!("{name}: {found}, were {hits}"));
        totals.check(wrong <= *clean, || format!("{name}: {wrong}, were {clean}"));
    }
    totals.finish("crs");
}

/// Folder and file, how many stages that a rule matches are refused at least, and of
/// those that it doesn't match at most: rules differ in what they take for an attack.
const CORE_RULE_SET: &[(&str, &str, usize, usize)] = &[
    (SQLI, "942100", 15, 0),
    (SQLI, "942", 172, 9),
    (XSS, "941100", 4, 0),
    (XSS, "941", 89, 3),
];
const SQLI: &str = "REQUEST-942-APPLICATION-ATTACK-SQLI";
const XSS: &str = "REQUEST-941-APPLICATION-ATTACK-XSS";

/// What the stages of some files send, as queries: where a rule is to match, and
/// where it isn't.
fn stages(folder: &Path, start: &str) -> (Vec<String>, Vec<String>) {
    let (mut expected, mut unexpected) = (Vec::new(), Vec::new());
    for path in files(folder, start, ".yaml") {
        let file = std::fs::read_to_string(path).unwrap();
        let file: Value = serde_yaml_ng::from_str(&file).unwrap();
        let tests = file["tests"].as_array().unwrap().iter();
        for stage in tests.flat_map(|test| test["stages"].as_array().unwrap()) {
            let matches = stage["output"]["log"].get("expect_ids").is_some();
            let list = if matches {
                &mut expected
            } else {
                &mut unexpected
            };
            list.extend(sent(&stage["input"]));
        }
    }
    (expected, unexpected)
}

/// The query, the form, or any other body as one value; nothing where the attack is
/// in a field.
fn sent(input: &Value) -> Option<String> {
    let typed = |kind| {
        let fields = input["headers"].as_object().into_iter().flatten();
        let mut types = fields.filter(|(name, _)| name.eq_ignore_ascii_case("content-type"));
        types.any(|(_, value)| value.as_str().is_some_and(|value| value.contains(kind)))
    };
    let uri = input["uri"].as_str().unwrap_or_default();
    let query = uri.split_once('?').map(|(_, query)| query.to_owned());
    let body = input["data"].as_str().map(|body| {
        let is_form = !typed("json") && !typed("xml") && !typed("multipart");
        match is_form {
            true => body.to_owned(),
            false => encoded(body.as_bytes()),
        }
    });
    let pairs: Vec<String> = query.into_iter().chain(body).collect();
    let plain = |text: String| {
        let text = text.bytes().map(|byte| match byte {
            b'!'..=b'~' if byte != b'#' => char::from(byte).to_string(),
            other => format!("%{other:02X}"),
        });
        format!("/?{}", text.collect::<String>())
    };
    (!pairs.is_empty()).then(|| plain(pairs.join("&")))
}

/// A filter that refuses both categories and takes any query.
struct Suite(Filter);

impl Suite {
    fn new() -> Self {
        let document = r#"{"openapi":"3.0.3","info":{},"paths":{"/":{"get":{"responses":{}}}}}"#;
        let options = r#""request":{"unknown_query":"allow"},
            "injection":{"sqli":"deny","xss":"deny"}"#;
        Self(Filter::with_options(document, options))
    }

    fn refuses(&self, text: &[u8]) -> bool {
        self.refuses_path(&format!("/?{}", encoded(text)))
    }

    fn refuses_path(&self, path: &str) -> bool {
        let judged = self.0.request(&Sent::get(path));
        let slug = filter::slug(&judged);
        assert!(matches!(slug, "" | "schema_injection"), "{slug}");
        !slug.is_empty()
    }
}

#[derive(Default)]
struct Totals {
    passed: usize,
    failed: Vec<String>,
}

impl Totals {
    fn recall(&mut self, suite: &Suite, name: &str, texts: &[Vec<u8>], floor: usize) {
        let refused = texts.iter().filter(|text| suite.refuses(text)).count();
        rate(name, refused, texts.len());
        self.check(refused >= floor, || {
            format!("{name}: {refused} are refused, and were {floor}")
        });
    }

    fn harmless(&mut self, suite: &Suite, groups: &[(String, Vec<Vec<u8>>)]) {
        let mut unmet: BTreeSet<&str> = REFUSED.iter().copied().collect();
        for (name, texts) in groups {
            let refused: Vec<&Vec<u8>> = texts.iter().filter(|text| suite.refuses(text)).collect();
            rate(&format!("harmless, {name}"), refused.len(), texts.len());
            self.passed += texts.len() - refused.len();
            for text in refused {
                let text = String::from_utf8_lossy(text);
                let excused = EXCUSED.contains(&name.as_str()) || unmet.remove(&*text);
                self.check(excused, || format!("{name}: {text:?} is refused"));
            }
        }
        for text in unmet {
            self.check(false, || format!("{text:?} passes: it needs no exception"));
        }
    }

    fn check(&mut self, met: bool, fault: impl FnOnce() -> String) {
        match met {
            true => self.passed += 1,
            false => self.failed.push(fault()),
        }
    }

    fn finish(&self, name: &str) {
        for fault in &self.failed {
            println!("FAILED {fault}");
        }
        let (passed, failed) = (self.passed, self.failed.len());
        println!("suite {name}: {passed} passed, {failed} failed, 0 skipped");
        assert!(self.failed.is_empty());
    }
}

fn rate(name: &str, refused: usize, all: usize) {
    println!("{refused}/{all} refused of {name}");
}

/// A text as the value of a parameter.
fn encoded(text: &[u8]) -> String {
    let digits = text.iter().map(|byte| format!("%{byte:02X}"));
    format!("text={}", digits.collect::<String>())
}

/// The texts of the lists whose path begins with `prefix`.
fn lines(root: &Path, prefix: &str) -> Vec<Vec<u8>> {
    let (folder, start) = prefix.rsplit_once('/').unwrap();
    let encoded = folder == "libinjection";
    files(&root.join(folder), start, ".txt")
        .iter()
        .flat_map(|path| texts(&std::fs::read(path).unwrap(), encoded))
        .collect()
}

fn files(folder: &Path, start: &str, end: &str) -> Vec<PathBuf> {
    let entries = folder.read_dir().unwrap();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| {
        let name = path.file_name().unwrap().to_string_lossy();
        name.starts_with(start) && name.ends_with(end)
    });
    files.sort();
    files
}

/// One text a line; encoded lists have comments, too.
fn texts(list: &[u8], encoded: bool) -> Vec<Vec<u8>> {
    let lines = list.split(|byte| *byte == b'\n');
    let lines = lines.map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    let lines = lines.filter(|line| !(line.is_empty() || encoded && line.starts_with(b"#")));
    lines
        .map(|line| match encoded {
            true => pairs::decode_loosely(line, Encoding::Form).into_owned(),
            false => line.to_vec(),
        })
        .collect()
}

/// Attacks that are kept as JSON, by class, and how many are refused at least.
fn documents(root: &Path) -> Vec<(String, Vec<Vec<u8>>, usize)> {
    let read = |path: &str| -> Value {
        serde_json::from_slice(&std::fs::read(root.join(path)).unwrap()).unwrap()
    };
    let gotestwaf = read("gotestwaf/payloads.json");
    let classes = gotestwaf["classes"].as_object().unwrap();
    let mut lists = Vec::new();
    for (class, floor) in GOTESTWAF {
        let name = format!("gotestwaf, {class}");
        lists.push((name, strings(&classes[*class]), *floor));
    }
    let sections = read("blns/blns-attacks.json");
    for (class, floor) in NAUGHTY {
        let of_class = |section: &&Value| section["class"] == **class;
        let sections = sections.as_array().unwrap().iter().filter(of_class);
        let name = format!("naughty strings, {class}");
        lists.push((name, sections.flat_map(strings).collect(), *floor));
    }
    lists
}

/// All texts in a document that are payloads.
fn strings(value: &Value) -> Vec<Vec<u8>> {
    match value {
        Value::String(text) => vec![text.clone().into_bytes()],
        Value::Array(list) => list.iter().flat_map(strings).collect(),
        Value::Object(object) => ["payload", "texts", "strings"]
            .iter()
            .filter_map(|name| object.get(*name))
            .flat_map(strings)
            .collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) => Vec::new(),
    }
}

/// Harmless texts by group.
fn harmless(root: &Path) -> Vec<(String, Vec<Vec<u8>>)> {
    let read = |path: &str| -> Value {
        serde_json::from_slice(&std::fs::read(root.join(path)).unwrap()).unwrap()
    };
    let mut groups = vec![
        (
            "libinjection".to_owned(),
            texts(
                &std::fs::read(root.join("libinjection/false_positives.txt")).unwrap(),
                true,
            ),
        ),
        (
            "gotestwaf".to_owned(),
            strings(&read("gotestwaf/texts.json")),
        ),
        (
            "naughty strings".to_owned(),
            strings(&read("blns/blns-harmless.json")),
        ),
    ];
    for group in read("api-texts/texts.json")["groups"].as_array().unwrap() {
        let name = group["group"].as_str().unwrap().to_owned();
        groups.push((name, strings(&group["texts"])));
    }
    groups
}
