//! The file that describes a request: YAML or JSON, read as strictly as a policy.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use tollgate_jwt::jwk::KeySet;
use tollgate_kit::config::{Members, Setting};
use tollgate_kit::faults::nearest;
use tollgate_kit::fields::Fields;
use tollgate_kit::remote::Remote;

use super::part;
use crate::policy::Report;
use crate::policy::load::{Loaded, unreadable};
use crate::policy::source::{self, ReadError};

/// A request, and what the filters would know besides.
#[derive(Debug)]
pub struct Given {
    /// Its fields, pseudo-fields included.
    pub fields: Fields,
    /// Its body; empty for none.
    pub body: Vec<u8>,
    /// The time, in nanoseconds since 1970.
    pub at: u64,
    /// Whether the client's connection is TLS.
    pub tls: bool,
    /// SHA-256 of the certificate that the connection showed, in hexadecimal digits.
    pub certificate: Option<String>,
    /// The key sets of remote providers, by provider.
    pub keys: BTreeMap<String, Vec<u8>>,
}

// === impl Given ===

impl Given {
    /// Reads the description in `file`; `-` is standard input.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn load(file: &Path, remotes: &[Remote]) -> Result<Self, Report> {
        let name = name(file);
        let text = match name == file {
            true => source::read(file),
            false => standard_input(),
        };
        let text = text.map_err(|error| unreadable(name, &error))?;
        let folder = name.parent().unwrap_or(Path::new(""));
        let read = Loaded::alone(name, text)
            .and_then(|loaded| loaded.read(|setting| Self::read(setting, folder, remotes)));
        // Fields may be secret, and every token's header begins with `{"`, so `eyJ`.
        let is_secret =
            |path: &str, line: &str| path.starts_with("headers") || line.contains("eyJ");
        read.map_err(|report| report.without_excerpts(is_secret))
    }

    fn read(setting: Setting<'_>, folder: &Path, remotes: &[Remote]) -> Option<Self> {
        let mut members = setting.object()?;
        let line = request_line(&mut members);
        let headers = members.optional("headers").map(part::headers);
        let body = body(&mut members, folder);
        let at = members.optional("at").map_or_else(now, part::time);
        let certificate = members.optional("certificate");
        let certificate = certificate.map(|setting| part::certificate(setting, folder));
        let keys = members.optional("keys");
        let keys = keys.map(|setting| keys_of(setting, folder, remotes));
        members.finish();
        let mut fields = Fields::from_pairs(line?);
        for (name, value) in headers.unwrap_or_default() {
            fields.append(name.as_bytes(), value.as_bytes());
        }
        // Clients say how long a body is, one way or the other.
        let is_framed = fields.contains("content-length") || fields.contains("transfer-encoding");
        if !body.is_empty() && !is_framed {
            fields.append(b"content-length", body.len().to_string().as_bytes());
        }
        Some(Self {
            body,
            at: at?,
            tls: fields.text(":scheme") == Some("https"),
            fields,
            certificate: certificate.flatten(),
            keys: keys.unwrap_or_default(),
        })
    }
}

/// Method, scheme, host and path, as the fields that stand for them (RFC 9113 §8.3.1).
fn request_line(members: &mut Members<'_>) -> Option<[(&'static str, String); 4]> {
    let method = members.optional("method").map(Setting::method);
    let path = members.required("path").and_then(Setting::text);
    let host = members.required("host").and_then(Setting::text);
    let scheme = members.optional("scheme");
    let scheme = scheme.map(|scheme| scheme.choice(&[("https", "https"), ("http", "http")]));
    Some([
        (":method", method.unwrap_or(Some("GET".to_owned()))?),
        (":scheme", scheme.unwrap_or(Some("https"))?.to_owned()),
        (":authority", host?),
        (":path", path?),
    ])
}

/// What a file is called in what is printed.
#[must_use]
pub fn name(file: &Path) -> &Path {
    match file == Path::new("-") {
        true => Path::new("stdin"),
        false => file,
    }
}

fn body(members: &mut Members<'_>, folder: &Path) -> Vec<u8> {
    let text = members.optional("body");
    let file = members.optional("body_file");
    if let (Some(_), Some(file)) = (&text, &file) {
        file.fault("`body` is given already");
    }
    match (text, file) {
        (Some(text), _) => match text.node.as_str() {
            Some(text) => text.as_bytes().to_vec(),
            None => {
                text.fault_with_hint("expected a text", "quote it, or name a file: `body_file`");
                Vec::new()
            }
        },
        (None, Some(file)) => part::file(file, folder).unwrap_or_default(),
        (None, None) => Vec::new(),
    }
}

fn keys_of(setting: Setting<'_>, folder: &Path, remotes: &[Remote]) -> BTreeMap<String, Vec<u8>> {
    let known: Vec<&str> = remotes.iter().map(|remote| remote.name.as_str()).collect();
    let mut sets = BTreeMap::new();
    for (name, setting) in setting.object().into_iter().flat_map(Members::all) {
        if !known.contains(&name) {
            let message = "the policy has no provider of this name whose keys are remote";
            match (nearest(name, &known), known.is_empty()) {
                (Some(near), _) => {
                    setting.fault_with_hint(message, format!("did you mean `{near}`?"));
                }
                (None, true) => setting.fault(message),
                (None, false) => {
                    setting.fault_with_hint(message, format!("known: {}", known.join(", ")));
                }
            }
            continue;
        }
        let here = setting.clone();
        let Some(set) = part::file(setting, folder) else {
            continue;
        };
        if KeySet::from_remote(&set).is_none() {
            here.fault("the file is no JWK set, or has more than 100 keys");
        }
        sets.insert(name.to_owned(), set);
    }
    sets
}

fn now() -> Option<u64> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
    u64::try_from(since.as_nanos()).ok()
}

fn standard_input() -> Result<String, ReadError> {
    let mut bytes = Vec::new();
    std::io::stdin().read_to_end(&mut bytes)?;
    source::text(&bytes)
}
