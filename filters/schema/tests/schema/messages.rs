//! Single rules about messages that no case file states: what a filter chain would
//! need a special upstream, or two bodies at once, to show.

use crate::filter::{self, Filter, Sent, slug};
use tollgate_kit::fields::Fields;
use tollgate_kit::path::{Semicolon, Target};
use tollgate_kit::stage::{Body, Response};
use tollgate_kit::verdict::{Need, Verdict};

const SHOP: &str = include_str!("shop.json");
const ENFORCE: &str = r#""response": { "mode": "enforce" }"#;

fn paths(paths: &str) -> String {
    format!(r#"{{"openapi":"3.0.3","info":{{}},"paths":{{{paths}}}}}"#)
}

/// An upstream that answers before it has the whole request has both bodies
/// awaited at once.
#[test]
fn a_response_that_comes_early_does_not_change_what_the_request_must_be() {
    let openapi = paths(
        r#""/": { "post": {
            "requestBody": { "content": { "application/json": { "schema": { "type": "integer" } } } },
            "responses": { "200": { "description": "", "content": { "application/json": { "schema": { "type": "string" } } } } }
        } }"#,
    );
    let filter = Filter::with_options(&openapi, r#""hold": "body""#);
    let sent = Sent::post("/", "");
    let fields = Fields::from_pairs(sent.fields.iter().cloned());
    let target = Target::parse(Some(b"/"), Semicolon::Deny).unwrap();
    let request = filter::head(&fields, Some(&target), &sent);
    let answer = Fields::from_pairs([(":status", "200"), ("content-type", "application/json")]);
    let response = Response {
        fields: &answer,
        request: &request,
        end_of_stream: false,
    };
    let memo = |verdict: Verdict| match &verdict {
        Verdict::Await(Need::Body { memo, .. }) => *memo,
        Verdict::Allow(allowance) => allowance.memo,
        Verdict::Await(Need::Document(_)) | Verdict::Deny(_) => panic!("{verdict:?}"),
    };
    let stage = filter.stage();
    let first = memo(stage.request(&request, &filter::env()));
    let both = memo(stage.response(&response, first));
    let judge = |body: &'static [u8]| stage.request_body(&request, both, Body::Whole(body));
    assert!(matches!(judge(b"1"), Verdict::Allow(_)));
    assert!(matches!(judge(b"\"text\""), Verdict::Deny(_)));
    let rest = memo(judge(b"1"));
    let judge = |body: &'static [u8]| stage.response_body(&response, rest, Body::Whole(body));
    assert!(matches!(judge(b"\"text\""), Verdict::Allow(_)));
    assert!(matches!(judge(b"1"), Verdict::Deny(_)));
}

/// 101 and what else begins with 1 has no body; what follows isn't one.
#[test]
fn informational_responses_have_no_body_to_judge() {
    let openapi = paths(
        r#""/": { "get": { "responses": { "101": { "description": "" }, "200": { "description": "" } } } }"#,
    );
    let filter = Filter::with_options(&openapi, ENFORCE);
    for (status, expected) in [
        (101, ""),
        (200, "schema_response"),
        (103, "schema_response_status"),
    ] {
        let judged = filter.exchange(&Sent::get("/"), &Sent::status(status).carrying("{}"));
        assert_eq!(slug(&judged), expected, "{status}");
    }
}

#[test]
fn a_required_body_of_length_zero_is_missing_though_its_type_passes_unread() {
    let filter = Filter::with_options(SHOP, ENFORCE);
    let put = |length: &str| {
        let mut sent = Sent::post("/v1/files/a.pdf:print", "");
        sent.fields = vec![(b":method".to_vec(), b"PUT".to_vec())];
        sent.with("content-type", "text/plain")
            .with("content-length", length)
    };
    assert_eq!(slug(&filter.request(&put("0"))), "schema_body_missing");
    assert_eq!(slug(&filter.request(&put("1"))), "");
}

/// A literal beside a parameter, escaped, would else be part of the parameter's
/// value, and another operation be judged than the upstream runs.
#[test]
fn an_escaped_literal_beside_a_parameter_is_no_other_path() {
    let get = |schema: &str| {
        let id =
            format!(r#"{{ "name": "id", "in": "path", "required": true, "schema": {schema} }}"#);
        format!(r#"{{ "get": {{ "parameters": [{id}], "responses": {{}} }} }}"#)
    };
    let filter = Filter::with_document(&paths(&format!(
        r#""/u/{{id}}": {}, "/u/{{id}}:stop": {}"#,
        get("{}"),
        get(r#"{ "type": "integer" }"#)
    )));
    for (path, expected) in [
        ("/u/x", ""),
        ("/u/7:stop", ""),
        ("/u/7%3Astop", ""),
        ("/u/x:stop", "schema_parameter"),
        ("/u/x%3Astop", "schema_parameter"),
        ("/u/x%3a%73top", "schema_parameter"),
    ] {
        assert_eq!(slug(&filter.request(&Sent::get(path))), expected, "{path}");
    }
}
