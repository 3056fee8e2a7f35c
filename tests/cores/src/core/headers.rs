//! The `headers` filter with the profile of an API.

use serde_json::json;
use tollgate_headers::SECTION;
use tollgate_kit::fields::Fields;

use super::Round;
use super::judge::Judge;
use super::material::head;

/// A request that needs no change.
pub fn request() -> Round {
    let (judge, fields) = (api(), order());
    Box::new(move || assert_eq!(judge.request(&fields, b""), "allow"))
}

/// A response that gets the profile's fields, and loses those that say what software it is.
pub fn response() -> Round {
    let (judge, order) = (api(), order());
    let response = Fields::from_pairs([
        (":status", "200"),
        ("content-type", "application/json"),
        ("content-length", "1834"),
        ("date", "Tue, 14 Nov 2023 22:13:20 GMT"),
        ("server", "orders/1"),
        ("x-powered-by", "Express"),
        ("etag", "\"4f1c2a9e\""),
        ("cache-control", "private, max-age=0"),
        ("set-cookie", "session=4f1c2a9e8b7d4c3fa1; Path=/; HttpOnly"),
        ("x-request-id", "0d9a4a2c-6e0e-4a53-9d0b-51c0a61ef7f2"),
    ]);
    Box::new(move || assert_eq!(judge.response(&order, &response), "allow"))
}

fn api() -> Judge {
    Judge::new(SECTION, &json!({ "profile": "api" }))
}

fn order() -> Fields {
    head("GET", "/api/v1/orders/7", &[])
}
