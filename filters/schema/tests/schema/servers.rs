//! Where a document's paths are served: base paths from its servers, those of
//! single paths and operations, and those of the policy.

use crate::filter::{Filter, Sent};

fn section(servers: &str, rest: &str) -> String {
    let paths = r#""/a": { "get": {}, "put": { "servers": [{ "url": "https://put.example.com/w" }] } },
        "/b": { "servers": [{ "url": "https://b.example.com/x" }, { "url": "//c.example.com/{v}/", "variables": { "v": { "default": "y", "enum": ["y", "z"] } } }], "get": {} }"#;
    format!(
        r#"{{ "openapi": {{ "openapi": "3.1.0", "servers": {servers}, "paths": {{ {paths} }} }}{rest} }}"#
    )
}

fn check(section: &str, expected: &[(&str, &str, Option<&str>)]) {
    let filter = Filter::of(section).unwrap_or_else(|faults| panic!("{faults:#?}"));
    for (method, path, reason) in expected {
        let judged = filter.request(&Sent::default().to(method, path));
        let found = judged.err().map(|denial| denial.reason.slug);
        assert_eq!(found, *reason, "{method} {path}");
    }
}

const PATH: Option<&str> = Some("schema_path");
const METHOD: Option<&str> = Some("schema_method");

#[test]
fn servers_of_a_path_and_of_an_operation_are_where_it_is_served() {
    check(
        &section(r#"[{ "url": "https://example.com/v1" }]"#, ""),
        &[
            ("GET", "/v1/a", None),
            ("PUT", "/v1/a", METHOD),
            ("PUT", "/w/a", None),
            ("GET", "/w/a", METHOD),
            ("GET", "/a", PATH),
            ("GET", "/x/b", None),
            ("GET", "/y/b", None),
            ("GET", "/z/b", None),
            ("GET", "/v1/b", PATH),
        ],
    );
}

#[test]
fn every_listed_value_of_a_servers_variable_is_served() {
    let servers = r#"[{ "url": "{scheme}://example.com/{v}", "variables": {
        "scheme": { "default": "https", "enum": ["https", "http"] },
        "v": { "default": "v2", "enum": ["v1", "v2"] } } }]"#;
    check(
        &section(servers, ""),
        &[
            ("GET", "/v1/a", None),
            ("GET", "/v2/a", None),
            ("GET", "/v3/a", PATH),
        ],
    );
}

#[test]
fn base_paths_of_the_policy_override_all_servers() {
    check(
        &section("[]", r#", "base_path": ["/p", "/q/"]"#),
        &[
            ("GET", "/p/a", None),
            ("GET", "/q/b", None),
            ("PUT", "/q/a", None),
            ("PUT", "/w/a", PATH),
            ("GET", "/x/b", PATH),
            ("GET", "/a", PATH),
        ],
    );
}

#[test]
fn templates_of_one_shape_are_one_path_where_their_methods_differ() {
    let operation = |name: &str| {
        format!(
            r#"{{ "parameters": [{{ "name": "{name}", "in": "path", "required": true, "schema": {{ "type": "{}" }} }}] }}"#,
            if name == "x" { "integer" } else { "boolean" }
        )
    };
    let section = format!(
        r#"{{ "openapi": {{ "openapi": "3.1.0", "paths": {{ "/a/{{x}}": {{ "get": {} }}, "/a/{{y}}": {{ "delete": {} }} }} }} }}"#,
        operation("x"),
        operation("y")
    );
    let wrong = Some("schema_parameter");
    check(
        &section,
        &[
            ("GET", "/a/1", None),
            ("GET", "/a/true", wrong),
            ("DELETE", "/a/true", None),
            ("DELETE", "/a/1", wrong),
            ("PUT", "/a/1", METHOD),
        ],
    );
}

#[test]
fn a_server_whose_base_path_is_not_served_is_warned_of() {
    let servers = r#"[{ "url": "https://a/v1" }, { "url": "https://b/v1/" }, { "url": "/v2" }]"#;
    let (warnings, faults) = Filter::findings(&section(servers, ""));
    assert_eq!(faults, []);
    let [warning] = &warnings[..] else {
        panic!("{warnings:#?}");
    };
    assert_eq!(warning.path, "openapi.servers[2]");
    assert!(warning.message.contains("\"/v2\""), "{}", warning.message);
}

#[test]
fn a_document_without_paths_is_warned_of() {
    let section = r#"{ "openapi": { "openapi": "3.1.0", "webhooks": { "a": { "post": {} } } } }"#;
    let (warnings, faults) = Filter::findings(section);
    assert_eq!(faults, []);
    let paths: Vec<&str> = warnings.iter().map(|warning| &*warning.path).collect();
    assert_eq!(paths, ["openapi"]);
    check(section, &[("POST", "/a", PATH)]);
}

#[test]
fn members_that_have_no_effect_are_warned_of_and_misspelt_ones_refused() {
    let section = r#"{ "openapi": { "openapi": "3.1.0", "produces": [], "x-a": 1, "paths": { "/a": { "get": {}, "gett": {} } } } }"#;
    let (warnings, faults) = Filter::findings(section);
    let path = |list: &[tollgate_kit::faults::Fault]| -> Vec<String> {
        list.iter().map(|fault| fault.path.clone()).collect()
    };
    assert_eq!(path(&warnings), ["openapi.produces"]);
    assert_eq!(path(&faults), [r#"openapi.paths["/a"].gett"#]);
}
