//! Documents that people publish: each compiles, or is refused for what is known
//! not to be enforced yet. What is refused and what is warned of is printed.

use crate::filter::{self, Filter};
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use tollgate_kit::faults::Fault;

/// Documents in JSON among the published ones.
const DOCUMENTS: usize = 13;

/// What a fault may say of a document that is in order.
const REFUSALS: &[&str] = &[
    "the schema of a media type other than JSON is not enforced",
    "the encoding of forms is not enforced",
];

#[test]
fn published_documents_compile_or_say_what_is_not_enforced() {
    let mut files = Vec::new();
    documents(&filter::data().join("openapi-real"), &mut files);
    if files.is_empty() {
        println!("suite openapi-real: 0 passed, 0 failed, {DOCUMENTS} skipped");
        return;
    }
    let mut refusals = [(0, 0); REFUSALS.len()];
    let mut failed = Vec::new();
    for file in &files {
        let openapi = std::fs::read_to_string(file).unwrap();
        let (warnings, faults) = Filter::findings(&format!("{{\"openapi\":{openapi}}}"));
        println!(
            "openapi-real: {}: {} faults, {} warnings",
            name(file),
            faults.len(),
            warnings.len()
        );
        for (kind, times) in kinds(&warnings) {
            println!("openapi-real: {}: {times} times warned: {kind}", name(file));
        }
        let mut known = 0;
        for (refusal, (documents, times)) in REFUSALS.iter().zip(&mut refusals) {
            let found = faults
                .iter()
                .filter(|fault| fault.message.contains(refusal));
            let found = found.count();
            known += found;
            *times += found;
            *documents += usize::from(found > 0);
        }
        if known != faults.len() {
            failed.push(name(file));
        }
    }
    let mut refusals: Vec<_> = refusals.iter().zip(REFUSALS).collect();
    refusals.sort_by_key(|(counts, _)| Reverse(**counts));
    for ((documents, times), refusal) in refusals {
        println!("openapi-real: in {documents} documents, {times} times: {refusal}");
    }
    println!(
        "suite openapi-real: {} passed, {} failed, 0 skipped",
        files.len() - failed.len(),
        failed.len()
    );
    assert_eq!(failed, Vec::<String>::new());
    assert_eq!(files.len(), DOCUMENTS, "the documents are all there");
}

/// Messages without what they quote, and how often they are there.
fn kinds(warnings: &[Fault]) -> BTreeMap<String, usize> {
    let mut kinds = BTreeMap::new();
    for warning in warnings {
        let unquoted = warning.message.split(['"', '`']).step_by(2);
        *kinds
            .entry(unquoted.collect::<Vec<_>>().join("…"))
            .or_default() += 1;
    }
    kinds
}

fn documents(folder: &Path, files: &mut Vec<PathBuf>) {
    files.extend(filter::json_files(folder));
    let folders = folder.read_dir().into_iter().flatten();
    let mut folders: Vec<PathBuf> = folders.map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    for folder in folders.iter().filter(|path| path.is_dir()) {
        documents(folder, files);
    }
}

fn name(file: &Path) -> String {
    file.file_name().unwrap().to_string_lossy().into_owned()
}
