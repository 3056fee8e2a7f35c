//! References that lead to references.

use crate::filter::{Filter, Sent};

#[test]
fn a_reference_to_a_reference_is_what_that_leads_to() {
    let document = r##"{ "openapi": "3.0.3",
        "paths": { "/a/{x}": { "$ref": "#/components/x-paths/A" } },
        "components": {
            "x-paths": { "A": { "$ref": "#/components/x-paths/B" }, "B": { "put": {
                "parameters": [{ "$ref": "#/components/parameters/A" }],
                "requestBody": { "$ref": "#/components/requestBodies/A" },
                "responses": { "200": { "$ref": "#/components/responses/A" } } } } },
            "parameters": { "A": { "$ref": "#/components/parameters/B" },
                "B": { "name": "x", "in": "path", "required": true, "schema": { "type": "integer" } } },
            "requestBodies": { "A": { "$ref": "#/components/requestBodies/B" },
                "B": { "content": { "application/json": { "schema": { "type": "integer" } } } } },
            "responses": { "A": { "$ref": "#/components/responses/B" },
                "B": { "headers": { "h": { "$ref": "#/components/headers/A" } } } },
            "headers": { "A": { "$ref": "#/components/headers/B" },
                "B": { "required": true, "schema": { "type": "integer" } } } } }"##;
    let (warnings, faults) = Filter::findings(&format!("{{\"openapi\":{document}}}"));
    assert_eq!((warnings, faults), (vec![], vec![]));
    let filter = Filter::with_document(document);
    let put = |path, body: &str| Sent {
        body: Some(body.into()),
        ..Sent::default()
            .to("PUT", path)
            .with("content-type", "application/json")
    };
    let reason = |sent: &Sent, answer: &Sent| {
        let judged = filter.exchange(sent, answer);
        judged.err().map(|denial| denial.reason.slug)
    };
    let good = Sent::default().with(":status", "200").with("h", "1");
    let bad = Sent::default().with(":status", "200").with("h", "a");
    assert_eq!(reason(&put("/a/1", "1"), &good), None);
    assert_eq!(reason(&put("/a/b", "1"), &good), Some("schema_parameter"));
    assert_eq!(reason(&put("/a/1", "true"), &good), Some("schema_body"));
    assert_eq!(reason(&put("/a/1", "1"), &bad), Some("schema_response"));
}

#[test]
fn references_in_a_circle_are_refused() {
    let document = r##"{ "openapi": "3.1.0", "paths": { "/a": { "$ref": "#/components/pathItems/A" } },
        "components": { "pathItems": { "A": { "$ref": "#/components/pathItems/B" }, "B": { "$ref": "#/components/pathItems/A" } } } }"##;
    let (_, faults) = Filter::findings(&format!("{{\"openapi\":{document}}}"));
    let found: Vec<String> = faults.iter().map(ToString::to_string).collect();
    assert_eq!(
        found,
        ["error: openapi.paths[\"/a\"].$ref: leads back to itself"]
    );
}
