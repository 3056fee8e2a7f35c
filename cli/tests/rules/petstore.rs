//! Swagger's Petstore as it is published. Two of its operations take an API key
//! instead of a token, and those of the shop and of its users say nothing.

use std::path::{Path, PathBuf};

use tollgate::policy::Report;

use super::{load, rules};

#[test]
fn petstore_becomes_rules() {
    let Some(folder) = folder() else {
        println!("suite rules-petstore: 0 passed, 0 failed, 1 skipped");
        return;
    };
    let refused = load("", SCHEMA, &folder).unwrap_err();
    assert_eq!(told(&refused), FAULTS);
    let policy = load(BY_HAND, SCHEMA, &folder).unwrap();
    assert_eq!(told(policy.warnings()), WARNINGS);
    let rules = rules(&policy);
    assert_eq!(rules[2..], RULES);
    println!("suite rules-petstore: 1 passed, 0 failed, 0 skipped");
}

/// It has forms and XML, which the schema filter doesn't judge.
const SCHEMA: &str = "
  openapi: openapi.yaml
  request: { body: ignore }
  response: { body: ignore }
";
const BY_HAND: &str = r#"
  rules:
    - match: { path: "/api/v3/pet/{petId}", methods: [GET] }
      require: { scopes: { all: ["read:pets"] } }
    - match: { path: /api/v3/store/inventory, methods: [GET] }
      require: {}
"#;
const FAULTS: [&str; 2] = [
    "paths[\"/pet/{petId}\"].get.security[0]: nothing here is checked by `jwt`: this alternative would let anyone in",
    "paths[\"/store/inventory\"].get.security[0]: nothing here is checked by `jwt`: this alternative would let anyone in",
];
const WARNINGS: [&str; 1] = [
    "paths: any good token will do for 10 operations: there is no `security`, neither theirs nor the document's",
];
const RULES: [&str; 12] = [
    r#"{"match":{"path":"/api/v3/pet","methods":["PUT","POST"]},"require":{"scopes":{"all":["read:pets","write:pets"]}}}"#,
    r#"{"match":{"path":"/api/v3/pet/findByStatus","methods":["GET"]},"require":{"scopes":{"all":["read:pets","write:pets"]}}}"#,
    r#"{"match":{"path":"/api/v3/pet/findByTags","methods":["GET"]},"require":{"scopes":{"all":["read:pets","write:pets"]}}}"#,
    r#"{"match":{"path":"/api/v3/pet/{petId}","methods":["POST","DELETE"]},"require":{"scopes":{"all":["read:pets","write:pets"]}}}"#,
    r#"{"match":{"path":"/api/v3/pet/{petId}/uploadImage","methods":["POST"]},"require":{"scopes":{"all":["read:pets","write:pets"]}}}"#,
    r#"{"match":{"path":"/api/v3/store/order","methods":["POST"]},"require":{}}"#,
    r#"{"match":{"path":"/api/v3/store/order/{orderId}","methods":["GET","DELETE"]},"require":{}}"#,
    r#"{"match":{"path":"/api/v3/user","methods":["POST"]},"require":{}}"#,
    r#"{"match":{"path":"/api/v3/user/createWithList","methods":["POST"]},"require":{}}"#,
    r#"{"match":{"path":"/api/v3/user/login","methods":["GET"]},"require":{}}"#,
    r#"{"match":{"path":"/api/v3/user/logout","methods":["GET"]},"require":{}}"#,
    r#"{"match":{"path":"/api/v3/user/{username}","methods":["GET","PUT","DELETE"]},"require":{}}"#,
];

fn told(report: &Report) -> Vec<String> {
    let findings = report.findings().iter();
    let told = findings.map(|finding| format!("{}: {}", finding.path, finding.message));
    told.collect()
}

fn folder() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data");
    let data = std::env::var_os("TOLLGATE_DATA").map_or_else(beside, PathBuf::from);
    let folder = data.join("openapi-real/swagger-petstore");
    folder.exists().then_some(folder)
}
