//! A case of `cases.json`, and the response that it describes.

use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use tollgate_observatory::{Connection, PlainHttp, Response, data, url};

/// What a test answers to a response.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    pub id: String,
    pub test: String,
    pub input: Input,
    pub expected: Expected,
}

/// The response, as far as the test looks at it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    available: Option<bool>,
    cert_valid: Option<bool>,
    content_type: Option<String>,
    #[serde(default)]
    headers: BTreeMap<String, Lines>,
    html: Option<String>,
    http_available: Option<bool>,
    #[serde(default)]
    http_redirects: Vec<Redirect>,
    /// What the `<meta>` elements of `html` say.
    pub meta_http_equiv: Option<BTreeMap<String, Vec<String>>>,
    request_origin: Option<String>,
    strict_transport_security: Option<String>,
    url: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Lines {
    One(String),
    Several(Vec<String>),
}

#[derive(Deserialize)]
struct Redirect {
    url: String,
}

/// The answer.
#[derive(Deserialize)]
pub struct Expected {
    pub result: String,
    pub pass: bool,
    pub modifier: i32,
    /// What only this test says.
    #[serde(flatten)]
    pub details: Map<String, Value>,
}

#[derive(Deserialize)]
struct Document {
    cases: Vec<Case>,
}

/// The published cases; `None` where the data isn't there.
pub fn published() -> Option<Vec<Case>> {
    let file = data::folder().join("cases.json");
    let source = std::fs::read(&file).ok()?;
    let document: Document = serde_json::from_slice(&source).unwrap();
    Some(document.cases)
}

// === impl Input ===

impl Input {
    /// The whole response. What isn't given is as the data's README says.
    pub fn response(&self) -> Response {
        let media_type = self.content_type.as_deref().unwrap_or("text/html");
        let url = self.url.as_deref().unwrap_or("https://mozilla.org/");
        assert!(url.starts_with("https://"), "{url}");
        let mut response = Response::over_tls(&url::host(url), [("content-type", media_type)]);
        response.headers.extend(self.fields());
        response.body = self.html.clone().unwrap_or_default().into_bytes();
        response.request_origin.clone_from(&self.request_origin);
        response.plain_http = self.plain_http();
        if self.available == Some(false) {
            response.connection = Connection::Plain;
        } else if self.cert_valid == Some(false) {
            response.connection = Connection::UntrustedTls;
        }
        response
    }

    fn fields(&self) -> impl Iterator<Item = (String, Vec<u8>)> {
        let transport = self.strict_transport_security.iter();
        let transport = transport.map(|value| ("strict-transport-security", value));
        let given = self.headers.iter().flat_map(|(name, lines)| {
            let lines = match lines {
                Lines::One(line) => std::slice::from_ref(line),
                Lines::Several(lines) => lines,
            };
            lines.iter().map(|line| (name.as_str(), line))
        });
        let own = |(name, value): (&str, &String)| (name.to_owned(), value.clone().into_bytes());
        given.chain(transport).map(own)
    }

    fn plain_http(&self) -> PlainHttp {
        if self.http_available != Some(true) {
            return PlainHttp::Closed;
        }
        let urls = self
            .http_redirects
            .iter()
            .map(|redirect| redirect.url.clone());
        PlainHttp::Visited(urls.collect())
    }
}
