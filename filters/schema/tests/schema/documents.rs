//! Documents that people publish: each compiles. What is warned of is printed.

use crate::filter::{self, Filter, Sent};
use crate::posting::found;
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

/// Stripe's requests are forms with names in brackets.
#[test]
fn forms_of_a_published_document_are_judged() {
    let file = filter::data().join("openapi-real/stripe/spec3.json");
    let Ok(openapi) = std::fs::read_to_string(file) else {
        println!("suite openapi-real-forms: 0 passed, 0 failed, 8 skipped");
        return;
    };
    let filter = Filter::with_document(&openapi);
    let cases = [
        (
            "customers",
            "email=a%40b.c&metadata[order]=6735&address[city]=x&expand[]=sources",
            "",
        ),
        (
            "customers",
            "metadata=&invoice_settings[custom_fields][0][name]=a&invoice_settings[custom_fields][0][value]=b",
            "",
        ),
        ("customers", "balance=x", "/balance type"),
        (
            "payment_intents",
            "amount=2000&currency=usd&payment_method_types[]=card&off_session=one_off",
            "",
        ),
        ("payment_intents", "currency=usd", " required"),
        (
            "payment_intents",
            "amount=1&currency=usd&zzz=1",
            "/zzz additionalProperties",
        ),
        (
            "subscriptions",
            "customer=cus_1&items[0][price]=price_1&items[0][quantity]=2",
            "",
        ),
        (
            "subscriptions",
            "customer=cus_1&items[0][quantity]=x",
            "/items/0/quantity type",
        ),
    ];
    for (path, body, expected) in cases {
        let sent = Sent::default()
            .to("POST", &format!("/v1/{path}"))
            .with("content-type", "application/x-www-form-urlencoded")
            .carrying(body);
        assert_eq!(found(filter.request(&sent)), expected, "{body}");
    }
    println!(
        "suite openapi-real-forms: {} passed, 0 failed, 0 skipped",
        cases.len()
    );
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
