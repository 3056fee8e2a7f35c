//! The test `subresource-integrity`: whether scripts from elsewhere come over
//! `https` and are pinned by a hash.
//! Source: `src/analyzer/tests/subresource-integrity.js`.

use crate::html::{self, Attributes};
use crate::{Response, url};

/// What a script can earn or cost, the worst last.
const WORSE_AND_WORSE: [&str; 4] = [
    "sri-implemented-and-all-scripts-loaded-securely",
    "sri-implemented-but-external-scripts-not-loaded-securely",
    "sri-not-implemented-but-external-scripts-loaded-securely",
    "sri-not-implemented-and-external-scripts-not-loaded-securely",
];

/// One script with a source.
struct Script {
    origin: Origin,
    transport: Transport,
    integrity: Integrity,
}

#[derive(PartialEq)]
enum Origin {
    Own,
    Foreign,
}

enum Transport {
    Secure,
    Insecure,
}

enum Integrity {
    Pinned,
    Open,
}

/// Which result of the test a response has.
#[must_use]
pub fn result(response: &Response) -> &'static str {
    let media_type = response.media_type().unwrap_or_default();
    if !media_type.is_empty() && !html::is_html(&media_type) {
        return "sri-not-implemented-response-not-html";
    }
    let elements = html::elements(&response.text(), "script");
    if elements.is_empty() {
        return "sri-not-implemented-but-no-scripts-loaded";
    }
    let scripts = elements.iter().filter_map(|script| read(script, response));
    let scripts: Vec<Script> = scripts.collect();
    let worst = scripts.iter().filter_map(Script::rank).max();
    if let Some(worst) = worst {
        WORSE_AND_WORSE[worst]
    } else if scripts
        .iter()
        .any(|script| script.origin == Origin::Foreign)
    {
        "sri-implemented-and-external-scripts-loaded-securely"
    } else {
        "sri-not-implemented-but-all-scripts-loaded-from-secure-origin"
    }
}

fn read(element: &Attributes, response: &Response) -> Option<Script> {
    let source = element.get("src").filter(|source| !source.is_empty())?;
    let (origin, transport) = placed(source, response);
    let integrity = match element.get("integrity") {
        Some(hashes) if !hashes.is_empty() => Integrity::Pinned,
        Some(_) | None => Integrity::Open,
    };
    Some(Script {
        origin,
        transport,
        integrity,
    })
}

/// Where a script comes from and how. A source without a scheme of its own
/// counts as foreign, a script of the same owner as own even over `http`.
fn placed(source: &str, response: &Response) -> (Origin, Transport) {
    let after = source.strip_prefix("//").unwrap_or_default();
    if !after.is_empty() && !after.starts_with('/') {
        return (Origin::Foreign, Transport::Insecure);
    }
    let (secure, origin) = if source.starts_with("https://") {
        (true, owner(source, response))
    } else if source.starts_with("http://") {
        (false, owner(source, response))
    } else {
        (response.connection.is_https(), Origin::Own)
    };
    let transport = if secure {
        Transport::Secure
    } else {
        Transport::Insecure
    };
    (origin, transport)
}

fn owner(source: &str, response: &Response) -> Origin {
    if url::site(&url::host(source)) == url::site(&response.host) {
        Origin::Own
    } else {
        Origin::Foreign
    }
}

// === impl Script ===

impl Script {
    /// Its place in [`WORSE_AND_WORSE`]; `None` where it earns and costs nothing.
    fn rank(&self) -> Option<usize> {
        match (&self.origin, &self.transport, &self.integrity) {
            (Origin::Own, Transport::Secure, Integrity::Pinned) => Some(0),
            (Origin::Foreign, Transport::Insecure, Integrity::Pinned) => Some(1),
            (Origin::Foreign, Transport::Secure, Integrity::Open) => Some(2),
            (Origin::Foreign, Transport::Insecure, Integrity::Open) => Some(3),
            (Origin::Foreign, Transport::Secure, Integrity::Pinned)
            | (Origin::Own, Transport::Insecure, _)
            | (Origin::Own, Transport::Secure, Integrity::Open) => None,
        }
    }
}
