//! Documents that people publish: each compiles. What is warned of is printed.

use crate::filter::{self, Filter};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use tollgate_kit::faults::Fault;

/// Documents in JSON among the published ones.
const DOCUMENTS: usize = 13;

#[test]
fn published_documents_compile() {
    let mut files = Vec::new();
    documents(&filter::data().join("openapi-real"), &mut files);
    if files.is_empty() {
        println!("suite openapi-real: 0 passed, 0 failed, {DOCUMENTS} skipped");
        return;
    }
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
        if !faults.is_empty() {
            failed.push(name(file));
        }
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
