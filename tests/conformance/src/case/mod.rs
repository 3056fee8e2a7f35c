//! A case as its file says it.

use crate::tokens::Keys;
mod bytes;

pub use self::bytes::{Bytes, Chunks, cut, from_hex};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// One case.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// The section that it rests on.
    pub source: String,
    /// The policy, below `tests/cases/policies`.
    pub policy: String,
    /// The policy itself, of cases that are no files; `policy` is its name then.
    #[serde(skip)]
    pub document: Option<serde_json::Map<String, serde_json::Value>>,
    /// Unix seconds at which it runs natively and emulated.
    #[serde(default = "usual_time")]
    pub now: u64,
    /// Tokens by name, for `${name}`.
    #[serde(default)]
    pub tokens: BTreeMap<String, Token>,
    /// What was sent to the same place before, in order.
    #[serde(default)]
    pub before: Vec<Earlier>,
    /// What the client sends.
    #[serde(default)]
    pub request: Request,
    /// What the upstream answers.
    #[serde(default)]
    pub upstream: Upstream,
    /// What the clusters of key sets answer, in order; the last repeats.
    #[serde(default)]
    pub jwks: BTreeMap<String, Vec<KeyAnswer>>,
    /// Whether the filters are attached with `allow_on_headers_stop_iteration`.
    #[serde(default = "attached_with_the_flag")]
    pub hold_flag: bool,
    /// Host calls, by their names in the ABI, the first of which fails once the request runs.
    #[serde(default)]
    pub failing: Vec<String>,
    /// What must come back.
    pub expect: Expect,
    /// Why an executor cannot run it.
    #[serde(default)]
    pub skip: BTreeMap<String, String>,
}

/// A request that comes before the one that is judged.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Earlier {
    /// What is sent.
    pub request: Request,
    /// What the client must see.
    #[serde(default = "ok")]
    pub status: u16,
    /// By how many seconds, where the clock can be moved.
    #[serde(default)]
    pub seconds: u64,
}

/// A token to be signed, or a literal one. Its texts may have the words of a
/// [`Scene`](crate::scene::Scene).
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Token {
    /// A name in `keys.json`.
    pub key: Option<String>,
    /// Whether it is a proof of possession (RFC 9449 §4.2), whose header has the type
    /// and the public key. Proofs are signed after the tokens that they are for.
    pub proof: bool,
    /// Members of the header; `null` leaves one out.
    pub header: BTreeMap<String, serde_json::Value>,
    /// The claims; `now+60` in a text is a time.
    pub claims: serde_json::Map<String, serde_json::Value>,
    /// The header's exact text.
    pub raw_header: Option<String>,
    /// The claims' exact text.
    pub raw_claims: Option<Bytes>,
    /// What is done to it afterwards.
    pub tamper: Option<Tamper>,
    /// The token itself.
    pub literal: Option<String>,
}

/// What is done to a signed token.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tamper {
    /// A bit of the signature is flipped.
    Signature,
    /// A claim is changed after signing.
    Payload,
    /// The last character is gone.
    Truncate,
    /// The signature is empty.
    Unsigned,
}

/// Header fields in order.
pub type Fields = Vec<(String, Bytes)>;

/// What the client sends.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Request {
    /// The method.
    pub method: String,
    /// The path and query.
    pub path: Bytes,
    /// The host.
    pub authority: String,
    /// 1 or 2.
    pub http: u8,
    /// Whether the client's connection is TLS.
    pub tls: bool,
    /// The certificate that the client shows there.
    pub certificate: Option<Certificate>,
    /// The fields.
    pub headers: Fields,
    /// The body.
    pub body: Option<Bytes>,
    /// How it is cut.
    pub chunks: Option<Chunks>,
    /// The trailers.
    pub trailers: Option<Fields>,
}

/// A client's certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Certificate {
    /// The one that tokens are bound to by `${x5t}`.
    Own,
    /// Another one, by the same authority.
    Other,
}

/// What the upstream answers.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Upstream {
    /// The status.
    pub status: u16,
    /// The fields; without any, JSON.
    pub headers: Option<Fields>,
    /// The body; without one where the status has none.
    pub body: Option<Bytes>,
    /// How it is cut.
    pub chunks: Option<Chunks>,
    /// The trailers.
    pub trailers: Option<Fields>,
}

/// What a key server answers.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct KeyAnswer {
    /// Names of keys in the set.
    pub keys: Option<Vec<String>>,
    /// A status other than 200.
    pub status: Option<u16>,
    /// A body that isn't a set.
    pub body: Option<String>,
    /// How late it is.
    pub delay_ms: u64,
    /// The connection is refused.
    pub refused: bool,
}

/// What must come back.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expect {
    /// Let through, refused, or reported.
    pub outcome: Outcome,
    /// The reason's slug.
    pub reason: Option<String>,
    /// Whose mark carries it.
    pub filter: Option<String>,
    /// What the client sees.
    pub status: u16,
    /// Fields of the response.
    #[serde(default)]
    pub headers: BTreeMap<String, Field>,
    /// Members of the problem document.
    #[serde(default)]
    pub problem: BTreeMap<String, serde_json::Value>,
    /// The exact body.
    pub body: Option<Bytes>,
    /// What arrived upstream.
    pub upstream: Option<Arrived>,
    /// What filter state has of the token: `sub`, `iss`, `kid`; `null` for nothing.
    #[serde(default)]
    pub state: BTreeMap<String, Option<String>>,
    /// Counters and by how much they rose.
    #[serde(default)]
    pub counters: BTreeMap<String, u64>,
}

/// How a decision ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It passes.
    Allow,
    /// It is refused.
    Deny,
    /// It passes and would have been refused.
    Report,
}

/// What a field must be.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum Field {
    /// Absent.
    Absent(()),
    /// One value; a `*` at the end stands for anything.
    One(String),
    /// These values in order.
    Many(Vec<String>),
    /// One value, byte by byte.
    Exact {
        /// Its hexadecimal digits.
        hex: String,
    },
}

/// What arrived upstream.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum Arrived {
    /// `untouched`.
    Nothing(Untouched),
    /// A request.
    Request(Box<ArrivedRequest>),
}

/// The word for nothing.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Untouched {
    /// The upstream saw nothing at all.
    Untouched,
}

/// A request as it arrived.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ArrivedRequest {
    /// Its method.
    pub method: Option<String>,
    /// Its path.
    pub path: Option<String>,
    /// Its fields.
    pub headers: BTreeMap<String, Field>,
    /// Its body.
    pub body: Option<Bytes>,
    /// Its trailers.
    pub trailers: BTreeMap<String, Field>,
}

impl Default for Request {
    fn default() -> Self {
        Self {
            method: "GET".into(),
            path: Bytes::Text("/".into()),
            authority: "api.example.com".into(),
            http: 1,
            tls: false,
            certificate: None,
            headers: Fields::new(),
            body: None,
            chunks: None,
            trailers: None,
        }
    }
}

impl Default for Upstream {
    fn default() -> Self {
        Self {
            status: 200,
            headers: None,
            body: None,
            chunks: None,
            trailers: None,
        }
    }
}

impl Upstream {
    /// The body; without one, an empty JSON object.
    pub fn content(&self) -> Vec<u8> {
        self.body
            .as_ref()
            .map_or_else(|| b"{}".to_vec(), Bytes::bytes)
    }
}

impl KeyAnswer {
    /// The status and the body, where the connection isn't refused.
    pub fn content(&self, keys: &Keys) -> Result<(u16, String), String> {
        let body = match &self.keys {
            Some(names) => {
                let names: Vec<&str> = names.iter().map(String::as_str).collect();
                keys.jwks(&names)?.to_string()
            }
            None => self.body.clone().unwrap_or_default(),
        };
        Ok((self.status.unwrap_or(200), body))
    }
}

/// `tests/cases`.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../cases")
}

/// Every case with its name, in order; a file that isn't a case is an error.
pub fn all() -> Vec<(String, Result<Case, String>)> {
    let mut files = Vec::new();
    let root = folder();
    for filter in ["headers", "jwt", "kit", "schema"] {
        collect(&root.join(filter), &mut files);
    }
    files.sort();
    let read = |file: &PathBuf| {
        let text = std::fs::read_to_string(file).map_err(|error| error.to_string())?;
        serde_yaml_ng::from_str(&text).map_err(|error| error.to_string())
    };
    let name = |file: &PathBuf| {
        let relative = file.strip_prefix(&root).unwrap_or(file).with_extension("");
        relative.to_string_lossy().into_owned()
    };
    files.iter().map(|file| (name(file), read(file))).collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, files);
        } else if path
            .extension()
            .is_some_and(|extension| extension == "yaml")
        {
            files.push(path);
        }
    }
}

fn attached_with_the_flag() -> bool {
    true
}

fn ok() -> u16 {
    200
}

fn usual_time() -> u64 {
    1_700_000_000
}
