//! What of a document filters get: names that are data stay, whatever they are.

use serde_json::{Value as Json, json};
use std::path::Path;
use tollgate::policy::{Filter, Policy};

fn stripped(document: &Json) -> Json {
    let policy = json!({ "version": 1, "schema": { "openapi": document } });
    let policy = Policy::from_text(&policy.to_string(), Path::new(""));
    let policy = policy.unwrap_or_else(|report| panic!("{report}"));
    let section = &policy.section(Filter::Schema).unwrap().json;
    let mut section: Json = serde_json::from_str(section).unwrap();
    section["openapi"].take()
}

#[test]
fn notes_go_and_what_is_named_like_them_stays() {
    let schema = |notes: bool| {
        let mut schema = json!({
            "type": "object",
            "required": ["description", "x-id", "example"],
            "properties": {
                "description": { "type": "string" },
                "example": { "enum": [{ "description": "a", "example": 1, "x-a": 2 }] },
                "x-id": { "const": { "title": "b", "deprecated": true } },
                "properties": { "properties": { "xml": { "type": "null" } } },
                "default": { "items": { "type": "integer" } },
            },
            "patternProperties": { "^x-": {}, "title": { "minLength": 1 } },
            "additionalProperties": false,
        });
        if notes {
            let more = json!({
                "title": "A", "description": "b", "example": {}, "examples": [1], "default": {},
                "deprecated": true, "externalDocs": {}, "xml": {}, "$comment": "c", "x-d": { "$ref": "#/gone" },
            });
            let members = schema.as_object_mut().unwrap();
            members.extend(more.as_object().unwrap().clone());
            members["properties"]["description"]["description"] = json!("d");
            members["properties"]["properties"]["properties"]["xml"]["xml"] = json!({});
        }
        schema
    };
    let document = json!({
        "openapi": "3.1.0",
        "info": { "title": "Things", "version": "1", "description": "x", "contact": {}, "license": { "name": "MIT" } },
        "tags": [{ "name": "a" }],
        "externalDocs": { "url": "https://example.com" },
        "x-paths": { "/a": {} },
        "servers": [{ "url": "/{description}", "description": "x", "variables": { "description": { "default": "v1", "description": "y" } } }],
        "webhooks": { "a": { "post": {} } },
        "paths": {
            "x-paths": {},
            "/description": {
                "summary": "s",
                "description": "d",
                "put": {
                    "operationId": "put", "tags": ["a"], "summary": "s", "description": "d", "deprecated": true, "x-a": 1,
                    "callbacks": { "a": {} },
                    "parameters": [{
                        "name": "description", "in": "query", "description": "d", "example": "e", "examples": {},
                        "schema": { "type": "string", "description": "d" }
                    }],
                    "requestBody": { "description": "d", "required": true, "content": { "application/json": {
                        "example": {}, "examples": {}, "schema": schema(true) } } },
                    "responses": {
                        "x-responses": {},
                        "200": {
                            "description": "d", "links": { "a": {} },
                            "headers": { "description": { "description": "d", "schema": { "type": "string" } } },
                            "content": { "application/json": { "schema": { "$ref": "#/components/schemas/description" } } }
                        }
                    }
                }
            }
        },
        "components": {
            "schemas": {
                "description": { "allOf": [{ "$ref": "#/components/schemas/x-used/items", "description": "d" }], "description": "d" },
                "x-used": { "items": { "$ref": "#/components/examples/odd/value" } },
                "spare": { "$ref": "#/components/schemas/spare_too" },
                "spare_too": {},
            },
            "parameters": { "spare": { "name": "a", "in": "query", "schema": {} } },
            "examples": { "odd": { "value": { "type": "object", "title": "kept as it is" } }, "spare": {} },
            "links": { "a": {} },
            "securitySchemes": { "key": { "type": "apiKey", "in": "query", "name": "description", "description": "d" } },
        },
        "security": [{ "key": [] }],
    });
    let expected = json!({
        "openapi": "3.1.0",
        "info": { "title": "Things", "version": "1" },
        "servers": [{ "url": "/{description}", "variables": { "description": { "default": "v1" } } }],
        "paths": {
            "/description": {
                "put": {
                    "parameters": [{ "name": "description", "in": "query", "schema": { "type": "string" } }],
                    "requestBody": { "required": true, "content": { "application/json": { "schema": schema(false) } } },
                    "responses": {
                        "200": {
                            "headers": { "description": { "schema": { "type": "string" } } },
                            "content": { "application/json": { "schema": { "$ref": "#/components/schemas/description" } } }
                        }
                    }
                }
            }
        },
        "components": {
            "schemas": {
                "description": { "allOf": [{ "$ref": "#/components/schemas/x-used/items" }] },
                "x-used": { "items": { "$ref": "#/components/examples/odd/value" } },
            },
            "examples": { "odd": { "value": { "type": "object", "title": "kept as it is" } }, "spare": {} },
            "securitySchemes": { "key": { "type": "apiKey", "in": "query", "name": "description" } },
        },
        "security": [{ "key": [] }],
    });
    let found = stripped(&document);
    assert_eq!(
        serde_json::to_string_pretty(&found).unwrap(),
        serde_json::to_string_pretty(&expected).unwrap()
    );
}
