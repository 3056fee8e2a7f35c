//! `rules_from_openapi`: the rules that documents give, how requests are decided
//! by them, and that they are tried in the order of the schema filter.

#[path = "rules/decided.rs"]
mod decided;
#[path = "rules/order.rs"]
mod order;
#[path = "rules/petstore.rs"]
mod petstore;

use std::path::Path;

use serde_json::Value;
use tollgate::policy::{Filter, Policy, Report};
use tollgate_kit::plugin::{Plugin, Shape};

/// A policy whose `jwt` section ends with `jwt` and whose `schema` section is `schema`.
fn policy(jwt: &str, schema: &str) -> Policy {
    let policy = load(jwt, schema, Path::new(""));
    policy.unwrap_or_else(|report| panic!("{report}"))
}

fn load(jwt: &str, schema: &str, folder: &Path) -> Result<Policy, Report> {
    let text = format!(
        "version: 1
rules_from_openapi: true
jwt:
  providers:
    - name: corp
      issuer: https://idp.example.com/
      audiences: [orders-api]
      algorithms: [ES256]
      jwks: {{ remote: {{ uri: \"https://idp.example.com/jwks.json\", cluster: idp }} }}
{jwt}
schema:
{schema}"
    );
    Policy::from_text(&text, folder)
}

/// The rules that the filter gets, one a line.
fn rules(policy: &Policy) -> Vec<String> {
    let section = &policy.section(Filter::Jwt).unwrap().json;
    let section: Value = serde_json::from_str(section).unwrap();
    let rules = section["rules"].as_array().unwrap();
    rules.iter().map(Value::to_string).collect()
}

/// Holds what stands behind `match` against the `security` of an operation.
fn check(security: &str, expected: &str) {
    let policy = policy(
        "",
        &format!(
            "  openapi:
    openapi: 3.1.0
    components:
      securitySchemes:
        oauth: {{ type: oauth2, flows: {{}} }}
        oidc: {{ type: openIdConnect, openIdConnectUrl: https://idp.example.com/ }}
        bearer: {{ type: http, scheme: Bearer }}
        dpop: {{ $ref: \"#/components/securitySchemes/~0proof\" }}
        ~proof: {{ type: http, scheme: dpop }}
        key: {{ type: apiKey, in: header, name: x-key }}
    paths: {{ /a: {{ get: {{ security: {security} }} }} }}"
        ),
    );
    let place = r#"{"match":{"path":"/a","methods":["GET"]},"#;
    assert_eq!(
        rules(&policy),
        [format!("{place}{expected}}}")],
        "{security}"
    );
}

#[test]
fn alternatives_become_what_one_rule_says() {
    let anyone = r#""allow":"anonymous""#;
    let token = r#""require":{}"#;
    let a = r#""require":{"scopes":{"all":["a"]}}"#;
    let a_and_b = r#""require":{"scopes":{"all":["a","b"]}}"#;
    let a_or_b = r#""require":{"scopes":{"any":["a","b"]}}"#;
    check("[]", anyone);
    check("[{}]", anyone);
    check("[{}, { key: [] }]", anyone);
    check("[{}, { oauth: [] }, { key: [] }]", r#""allow":"optional""#);
    for scheme in ["oauth", "oidc", "bearer", "dpop"] {
        check(&format!("[{{ {scheme}: [] }}]"), token);
    }
    check("[{ oauth: [b, a] }]", a_and_b);
    check("[{ oauth: [b], oidc: [a, b] }]", a_and_b);
    check("[{ oauth: [a], key: [admin] }]", a);
    check("[{ oauth: [b] }, { oidc: [a] }]", a_or_b);
    check("[{ oauth: [a] }, { bearer: [] }]", token);
    check("[{ oauth: [a] }, { oidc: [a] }]", a);
    check("[{ oauth: [a] }, { oidc: [b, a] }]", a);
}

#[test]
fn rules_by_hand_come_first_and_are_not_made_again() {
    let policy = policy(
        "  rules:
    - { match: { path: /api/a, methods: [GET] }, require: { scopes: { all: [by-hand] } } }
    - { match: { path: /api/b }, allow: anonymous }",
        "  openapi:
    openapi: 3.1.0
    servers: [{ url: \"https://{host}/{base}/\", variables: { host: { default: a }, base: { default: api } } }]
    security: [{ oauth: [inherited] }]
    components:
      securitySchemes: { oauth: { type: oauth2, flows: {} } }
      pathItems: { b: { get: {}, post: {} }, c: { put: {}, get: {}, head: { security: [] } } }
    paths:
      x-free: { get: {} }
      /{any}: { parameters: [{ name: any, in: path, required: true, schema: {} }], get: {} }
      /c: { $ref: \"#/components/pathItems/c\" }
      /b: { $ref: \"#/components/pathItems/b\" }
      /a: { get: {}, head: {}, patch: { security: [] }, delete: {} }",
    );
    let expected = [
        r#"{"match":{"path":"/api/a","methods":["GET"]},"require":{"scopes":{"all":["by-hand"]}}}"#,
        r#"{"match":{"path":"/api/b"},"allow":"anonymous"}"#,
        r#"{"match":{"path":"/api/a","methods":["DELETE"]},"require":{"scopes":{"all":["inherited"]}}}"#,
        r#"{"match":{"path":"/api/a","methods":["PATCH"]},"allow":"anonymous"}"#,
        r#"{"match":{"path":"/api/c","methods":["HEAD"]},"allow":"anonymous"}"#,
        r#"{"match":{"path":"/api/c","methods":["GET","PUT"]},"require":{"scopes":{"all":["inherited"]}}}"#,
        r#"{"match":{"path":"/api/{any}","methods":["GET"]},"require":{"scopes":{"all":["inherited"]}}}"#,
    ];
    assert_eq!(rules(&policy), expected);
}

#[test]
fn a_document_without_operations_gives_rules_that_let_nobody_in() {
    let policy = policy("", "  openapi: { openapi: 3.1.0, paths: {} }");
    assert_eq!(rules(&policy), Vec::<String>::new());
}

/// What a filter gets has the rules; to a filter itself there is nothing to resolve.
#[test]
fn only_the_command_knows_what_asks_for_rules() {
    let document = "  openapi: { openapi: 3.1.0, paths: { /a: { get: { security: [] } } } }";
    let policy = policy("  trailing_slash: ignore", document);
    assert!(!policy.json().contains("rules_from_openapi"));
    let raw = policy
        .json()
        .replacen('{', r#"{"rules_from_openapi": true,"#, 1);
    let shape = Shape::File(&[tollgate_jwt::SECTION, tollgate_schema::SECTION]);
    let faults = Plugin::compile(raw.as_bytes(), shape).err().unwrap();
    assert_eq!(
        faults.to_string(),
        "error: rules_from_openapi: a filter takes the rules themselves, in `jwt.rules`
  hint: give it what `tollgate render` writes: there they stand
1 fault; policy refused"
    );
}
