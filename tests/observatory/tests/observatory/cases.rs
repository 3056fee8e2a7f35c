//! Every published case, with all that it expects.

use crate::case::{self, Case};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use tollgate_observatory::{
    Response, TESTS, Table, content_security_policy as policy, results,
    strict_transport_security as transport,
};

/// The cases there are, for the line where they aren't there.
const CASES: usize = 209;

#[test]
fn the_published_cases_are_met() {
    let (Some(table), Some(cases)) = (Table::published(), case::published()) else {
        println!("suite observatory: 0 passed, 0 failed, {CASES} skipped");
        return;
    };
    let failed: Vec<String> = cases
        .iter()
        .filter_map(|case| differs(case, &table))
        .collect();
    println!(
        "suite observatory: {} passed, {} failed, 0 skipped",
        cases.len() - failed.len(),
        failed.len()
    );
    assert!(failed.is_empty(), "{}", failed.join("\n"));
    assert_eq!(cases.len(), CASES, "the suite is whole");
    let tested: BTreeSet<&str> = cases.iter().map(|case| case.test.as_str()).collect();
    let ours: BTreeSet<&str> = TESTS.iter().map(|(name, _)| *name).collect();
    assert_eq!(ours, tested, "every test has cases");
}

/// What is expected and what is found, where they aren't the same.
fn differs(case: &Case, table: &Table) -> Option<String> {
    let response = case.input.response();
    let result = results(&response)[case.test.as_str()];
    let expected = &case.expected;
    let wanted = json!([
        expected.result,
        expected.pass,
        expected.modifier,
        expected.details,
        case.input.meta_http_equiv,
    ]);
    let metas = case
        .input
        .meta_http_equiv
        .as_ref()
        .map(|_| metas(&response));
    let found = json!([
        result,
        table.passes(result),
        table.modifier(result),
        details(&case.test, &response),
        metas,
    ]);
    (found != wanted).then(|| format!("{}: expected {wanted}, found {found}", case.id))
}

fn metas(response: &Response) -> BTreeMap<&'static str, Vec<String>> {
    let metas = response.metas();
    let mut found = BTreeMap::from([("content-security-policy", metas.policies)]);
    if let Some(value) = metas.referrer {
        found.insert("referrer-policy", vec![value]);
    }
    found
}

/// What a test says beside its result.
fn details(test: &str, response: &Response) -> Map<String, Value> {
    let details = match test {
        "content-security-policy" => {
            let found = policy::analyse(response);
            let holds = |properties: BTreeSet<&str>| {
                let all = policy::PROPERTIES.into_iter();
                let all = all.map(|name| (name, properties.contains(name)));
                all.collect::<BTreeMap<_, _>>()
            };
            json!({
                "numPolicies": found.policies,
                "policy": found.properties.map(holds),
            })
        }
        "cookies" => {
            let result = results(response)["cookies"];
            json!({ "sameSite": result.ends_with("-and-samesite") })
        }
        "strict-transport-security" => {
            let found = transport::analyse(response);
            json!({
                "maxAge": found.max_age,
                "includeSubDomains": found.include_subdomains,
                "preload": found.preload,
            })
        }
        _ => json!({}),
    };
    let details = details.as_object().into_iter().flatten();
    let said = details.filter(|(_, value)| !value.is_null());
    said.map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}
