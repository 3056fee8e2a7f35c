//! The `schema` filter: orders of the benchmark, and forms, texts, parameters and paths.

use serde_json::{Value, json};
use tollgate_schema::SECTION;

use super::judge::Judge;
use super::material::{head, posted};
use super::{Round, body};

/// A request without a body.
pub fn get() -> Round {
    asked(orders(), "/api/v1/orders/7")
}

/// An order of so many KB.
pub fn order(kibibytes: usize) -> Round {
    let order = body::order(kibibytes << 10).into_bytes();
    sent(orders(), "/api/v1/orders", JSON, order, "allow")
}

/// One of 16 KB that is refused, with the reason put in words.
pub fn bad_order() -> Round {
    let order = body::bad_order(16 << 10).into_bytes();
    sent(orders(), "/api/v1/orders", JSON, order, "schema_body")
}

/// Five in the query, one in a field.
pub fn parameters() -> Round {
    asked(
        desk(),
        "/search?q=kettle%20with%20a%20base&page=12&since=2026-07-01&sort=newest&tags=steel,silver,home",
    )
}

/// A path among 600 operations.
pub fn path() -> Round {
    let paths = (0..600).map(|number| {
        let path = format!("/v{}/shops/{{shop}}/shelf{number}/{{id}}", number % 3);
        let parameter = |name: &str| {
            json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } })
        };
        let item = json!({
            "parameters": [parameter("shop"), parameter("id")],
            "get": { "responses": { "204": { "description": "Nothing." } } },
        });
        (path, item)
    });
    let document = json!({
        "openapi": "3.1.0",
        "info": { "title": "Shelves", "version": "1.0.0" },
        "paths": paths.collect::<serde_json::Map<_, _>>(),
    });
    asked(judge(document), "/v1/shops/north/shelf400/17")
}

/// `application/x-www-form-urlencoded`, 1 KB.
pub fn form() -> Round {
    let items = (0..10).map(|at| format!("items=ORD-{}", 100_000 + at));
    let items = items.collect::<Vec<_>>().join("&");
    let story = STORY.replace(' ', "+").replace(',', "%2C").repeat(12);
    let form = format!(
        "order=7&reason=broken&email=alice%40example.com&bought=2026-07-01&refund=true&{items}&story={story}"
    );
    let media_type = "application/x-www-form-urlencoded";
    sent(desk(), "/claims", media_type, form.into_bytes(), "allow")
}

/// `multipart/form-data`, with a file of 8 KB.
pub fn parts() -> Round {
    let part = |head: &str, content: &str| {
        format!("--bench\r\nContent-Disposition: form-data; name={head}\r\n\r\n{content}\r\n")
    };
    let file = "\"receipt\"; filename=\"r.pdf\"\r\nContent-Type: application/octet-stream";
    let parts = [
        part("\"order\"", "7"),
        part("\"reason\"", "broken"),
        part("\"email\"", "alice@example.com"),
        part("\"bought\"", "2026-07-01"),
        part("\"refund\"", "true"),
        part("\"story\"", &STORY.repeat(12)),
        part(file, &"A".repeat(8 << 10)),
    ];
    let form = format!("{}--bench--\r\n", parts.concat());
    let media_type = "multipart/form-data; boundary=bench";
    sent(desk(), "/claims", media_type, form.into_bytes(), "allow")
}

/// Texts that a glance tells to be harmless.
pub fn prose() -> Round {
    letters(STORY)
}

/// The same with a word that SQL needs too.
pub fn joined_prose() -> Round {
    letters(&STORY.replace("but", "and"))
}

/// Texts that have to be looked at as SQL, and aren't any.
pub fn near_sql() -> Round {
    letters(
        "Select the blue one from the shelf; if it's gone (or sold), drop a line, union rate: 5 = ok",
    )
}

/// Texts that have to be looked at as HTML too, without anything that runs.
pub fn markup() -> Round {
    letters("<p class=\"lead\">The <em>blue</em> kettle, <a href=\"/kettles?id=7\">item 7</a></p>")
}

/// Forty texts of one kind.
fn letters(text: &str) -> Round {
    let letters = json!(vec![text; 40]).to_string().into_bytes();
    sent(desk(), "/letters", JSON, letters, "allow")
}

fn asked(judge: Judge, path: &str) -> Round {
    let fields = head("GET", path, &[]);
    Box::new(move || assert_eq!(judge.request(&fields, b""), "allow"))
}

fn sent(
    judge: Judge,
    path: &str,
    media_type: &str,
    body: Vec<u8>,
    expected: &'static str,
) -> Round {
    let fields = posted(path, media_type, &body);
    Box::new(move || assert_eq!(judge.request(&fields, &body), expected))
}

/// The benchmark's own document.
fn orders() -> Judge {
    judge(yaml(include_str!(
        "../../../../cli/src/bench/chain/openapi.yaml"
    )))
}

fn desk() -> Judge {
    judge(yaml(include_str!("desk.yaml")))
}

fn judge(document: Value) -> Judge {
    let injection = json!({ "sqli": "deny", "xss": "deny" });
    Judge::new(
        SECTION,
        &json!({ "openapi": document, "injection": injection }),
    )
}

fn yaml(text: &str) -> Value {
    serde_yaml_ng::from_str(text).expect("the document is YAML")
}

const JSON: &str = "application/json";
const STORY: &str = "The kettle came on Monday, but on Tuesday the lid was loose already. ";
