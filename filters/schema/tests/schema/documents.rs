//! Documents that people publish: each compiles, or is refused for what is known
//! not to be enforced. Which that is, and how often, is printed.

use crate::filter::{self, Filter};
use std::cmp::Reverse;
use std::path::{Path, PathBuf};

/// Documents in JSON among the published ones.
const DOCUMENTS: usize = 13;

/// What a fault may say of a document that is in order.
const REFUSALS: &[&str] = &[
    "the schema of a media type other than JSON is not enforced",
    "the encoding of forms is not enforced",
    "servers of a single path or operation are not enforced",
    // Templates of one shape; GitHub's have different methods.
    "matches the same paths",
    // A document of webhooks alone has no paths.
    "is required",
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
        let filter = Filter::of(&format!("{{\"openapi\":{openapi}}}"));
        let faults = filter.err().unwrap_or_default();
        println!("openapi-real: {}: {} faults", name(file), faults.len());
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
