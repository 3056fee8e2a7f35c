//! Posts bodies of any media type to a filter with one operation.

use crate::filter::{Filter, Judged, Sent, places, slug};

/// A filter with one body of `POST /`.
pub fn filter(content: &str) -> Filter {
    with_options(content, "")
}

/// The same with the text of other members.
pub fn with_options(content: &str, options: &str) -> Filter {
    let openapi = format!(
        r#"{{"openapi":"3.1.0","info":{{}},"paths":{{"/":{{"post":{{"responses":{{}},
        "requestBody":{{"required":true,"content":{content}}}}}}}}}}}"#
    );
    Filter::with_options(&openapi, options)
}

/// A filter with forms of these properties and no others.
pub fn form(properties: &str) -> Filter {
    let schema =
        format!(r#"{{"type":"object","additionalProperties":false,"properties":{properties}}}"#);
    filter(&format!(
        r#"{{"application/x-www-form-urlencoded":{{"schema":{schema}}},
        "multipart/form-data":{{"schema":{schema}}}}}"#
    ))
}

/// Judges a body.
pub fn post(filter: &Filter, content_type: &str, body: impl Into<Vec<u8>>) -> Judged {
    let sent = Sent {
        body: Some(body.into()),
        ..Sent::default()
            .to("POST", "/")
            .with("content-type", content_type)
    };
    filter.request(&sent)
}

/// Where violations are and by which keyword; the slug for another denial.
pub fn found(judged: Judged) -> String {
    match &judged {
        Err(denial) if !denial.errors.is_empty() => {
            let places = places(denial).into_iter();
            let places = places.map(|(place, keyword)| format!("{place} {keyword}"));
            places.collect::<Vec<_>>().join(", ")
        }
        other => slug(other).to_owned(),
    }
}

/// Judges fields.
pub fn urlencoded(filter: &Filter, body: &str) -> String {
    found(post(filter, "application/x-www-form-urlencoded", body))
}

/// A part: header fields behind the name, and content.
pub fn part(name: &str, more: &str, content: &str) -> String {
    format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"{more}\r\n\r\n{content}\r\n")
}

/// Judges parts.
pub fn multipart(filter: &Filter, parts: &[String]) -> String {
    let body = format!("{}--b--\r\n", parts.concat());
    found(post(filter, "multipart/form-data; boundary=b", body))
}

/// What a part has behind its name that is a file.
pub const FILE: &str = "; filename=\"x\"\r\nContent-Type: application/octet-stream";

/// A filter with forms of a schema.
pub fn form_of(schema: &str) -> Filter {
    filter(&format!(
        r#"{{"application/x-www-form-urlencoded":{{"schema":{schema}}}}}"#
    ))
}
