//! Documents that people publish, as `tollgate check` reads them: what they are
//! warned of, and how much of them filters get.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use tollgate::policy::{Filter, Finding, Policy, Report, Severity, json, yaml};
use tollgate_kit::config::Setting;
use tollgate_kit::faults::Faults;
use tollgate_kit::json::OwnedDocument;
use tollgate_schema::document::{self, Options};
use tollgate_schema::settings::{Settings, Tolerance};

/// Documents of OpenAPI among the published ones.
const DOCUMENTS: usize = 59;

/// What is left of the documents that have the most to say.
const SHRINKS: &[(&str, usize)] = &[("spec3.json", 50), ("api.github.com.min.json", 50)];

/// Documents that are refused, and what for.
const REFUSED: &[(&str, &str)] = &[
    // An example of an operation, whose parameter is another than the path's.
    (
        "operation-object-example.yaml",
        "the path has no parameter `petId`",
    ),
    (
        "operation-object-example.yaml",
        "the path parameter `id` is not declared",
    ),
    ("security-scheme-object-examples.yaml", "is not fetched"),
];

/// In small ones the white space for people counts for more.
const LARGE: usize = 100_000;

#[test]
fn published_documents_load_and_lose_nothing_that_decides() {
    let folder = std::env::var_os("TOLLGATE_DATA").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data"),
        PathBuf::from,
    );
    let mut files = Vec::new();
    collect(&folder.join("openapi-real"), &mut files);
    if files.is_empty() {
        println!("suite openapi-real-check: 0 passed, 0 failed, {DOCUMENTS} skipped");
        return;
    }
    let mut failed = Vec::new();
    for file in &files {
        if let Err(why) = load(file) {
            println!("FAILED openapi-real-check {}: {why}", file.display());
            failed.push(file);
        }
    }
    println!(
        "suite openapi-real-check: {} passed, {} failed, 0 skipped",
        files.len() - failed.len(),
        failed.len()
    );
    assert_eq!(failed, Vec::<&PathBuf>::new());
    assert_eq!(files.len(), DOCUMENTS, "the documents are all there");
}

fn load(file: &Path) -> Result<(), String> {
    let name = file.file_name().unwrap().to_str().unwrap();
    let text = std::fs::read_to_string(file).unwrap();
    let begun = std::time::Instant::now();
    let policy = format!("version: 1\nschema: {{ openapi: {name} }}\n");
    let policy = Policy::from_text(&policy, file.parent().unwrap());
    let policy = match policy {
        Ok(policy) => policy,
        Err(report) => return refused(name, &report),
    };
    let section = &policy.section(Filter::Schema).unwrap().json;
    println!(
        "openapi-real: {name}: {} bytes, {} in the filter's configuration, {} warnings, {} ms",
        text.len(),
        section.len(),
        policy.warnings().count(Severity::Warning),
        begun.elapsed().as_millis(),
    );
    for (kind, times) in kinds(policy.warnings().findings()) {
        println!("openapi-real: {name}: {times} times warned: {kind}");
    }
    let most = SHRINKS.iter().find(|(known, _)| *known == name);
    let most = most.map_or(100, |(_, percent)| *percent);
    if text.len() > LARGE && section.len() * 100 > text.len() * most {
        return Err(format!("more than {most} % of it are left"));
    }
    let whole = compiled(&printed(file, &text), None)?;
    let stripped = compiled(section, Some("openapi"))?;
    if whole.0 != stripped.0 {
        return Err("its paths are others".to_owned());
    }
    // In 3.1 a reference with a description beside it is a schema of its own.
    let is_same = match text.contains("3.1.") {
        true => stripped.1 <= whole.1,
        false => stripped.1 == whole.1,
    };
    match is_same {
        true => Ok(()),
        false => Err(format!("{} schemas are {}", whole.1, stripped.1)),
    }
}

/// Whether a document is refused for what is known.
fn refused(name: &str, report: &Report) -> Result<(), String> {
    let own = REFUSED.iter().filter(|(known, _)| *known == name);
    let known: Vec<&str> = own.map(|(_, why)| *why).collect();
    let is_unknown = |finding: &&Finding| !known.iter().any(|why| finding.message.contains(why));
    println!(
        "openapi-real: {name}: refused, {} errors",
        report.findings().len()
    );
    match report.findings().iter().find(is_unknown) {
        None => Ok(()),
        Some(finding) => Err(format!("{}: {}", finding.path, finding.message)),
    }
}

/// The templates and methods of a document, and how many schemas it has.
fn compiled(text: &str, member: Option<&str>) -> Result<(Vec<String>, usize), String> {
    let parsed = OwnedDocument::parse(text.as_bytes().to_vec(), &json::LIMITS).unwrap();
    let root = member.map_or(Some(parsed.root()), |member| parsed.root().get(member));
    let faults = Faults::new();
    let options = Options {
        read_only: Tolerance::Deny,
        settings: &|_, _| Rc::new(Settings::default()),
    };
    let api = document::compile(Setting::root(root.unwrap(), "", &faults), None, options);
    let api = faults.finish(api).map_err(|faults| faults.to_string())?;
    let items = api.router.in_order().into_iter();
    let paths = items.map(|item| format!("{} {}", item.allow, item.template));
    Ok((paths.collect(), api.validator.len()))
}

/// The whole document in JSON.
fn printed(file: &Path, text: &str) -> String {
    if file
        .extension()
        .is_some_and(|extension| extension == "json")
    {
        return text.to_owned();
    }
    let value: serde_yaml_ng::Value = serde_yaml_ng::from_str(text).unwrap();
    serde_json::to_string(&value).unwrap()
}

/// Messages without what they quote, and how often they are there.
fn kinds(findings: &[Finding]) -> BTreeMap<String, usize> {
    let mut kinds = BTreeMap::new();
    for finding in findings {
        let unquoted = finding.message.split(['"', '`']).step_by(2);
        *kinds
            .entry(unquoted.collect::<Vec<_>>().join("…"))
            .or_default() += 1;
    }
    kinds
}

/// The documents in a folder, but for those that are wrong on purpose.
fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    let entries = folder.read_dir().into_iter().flatten();
    let mut entries: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() && !path.ends_with("tests/fail") {
            collect(&path, files);
        } else if is_document(&path) {
            files.push(path);
        }
    }
}

fn is_document(path: &Path) -> bool {
    let parse = match path.extension().and_then(|extension| extension.to_str()) {
        Some("json") => json::parse,
        Some("yaml") => yaml::parse,
        _ => return false,
    };
    let root = parse(&std::fs::read_to_string(path).unwrap(), 0).root;
    root.is_some_and(|root| root.get("openapi").is_some())
}
