//! Requests as clients send them.

use tollgate_kit::fields::Fields;

/// A head with the fields that the benchmark's requests have, and `more`.
pub fn head(method: &str, path: &str, more: &[(&str, &str)]) -> Fields {
    let pseudo = [
        (":authority", "orders.example.com"),
        (":path", path),
        (":method", method),
        (":scheme", "https"),
    ];
    let common = [
        ("user-agent", "tollgate-bench/1 (orders client; linux)"),
        ("accept", "application/json"),
        ("accept-language", "en-GB,en;q=0.9"),
        ("x-client-version", "2026.7.1"),
        ("cookie", "session=4f1c2a9e8b7d4c3fa1; theme=dark"),
    ];
    let own = more.iter().copied();
    Fields::from_pairs(pseudo.into_iter().chain(common).chain(own))
}

/// The head of a message with a body.
pub fn posted(path: &str, content_type: &str, body: &[u8]) -> Fields {
    let length = body.len().to_string();
    let more = [("content-type", content_type), ("content-length", &length)];
    head("POST", path, &more)
}
