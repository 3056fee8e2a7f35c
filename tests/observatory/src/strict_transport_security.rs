//! The test `strict-transport-security`: whether the host holds browsers to
//! `https` for half a year.
//! Source: `src/analyzer/tests/strict-transport-security.js`, without the
//! preload list.

use crate::{Connection, Response};

/// The names say six months, 15768000 seconds; 180 days are taken for them.
const SIX_MONTHS: i64 = 180 * 24 * 60 * 60;

/// What the field says, and what the test makes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transport {
    /// The result of the test.
    pub result: &'static str,
    /// The seconds of `max-age`.
    pub max_age: Option<i64>,
    /// Whether subdomains are held to it.
    pub include_subdomains: bool,
    /// Whether the host asks to be in the preload list.
    pub preload: bool,
}

/// Which result of the test a response has.
#[must_use]
pub fn result(response: &Response) -> &'static str {
    analyse(response).result
}

/// Reads the field of a response.
#[must_use]
pub fn analyse(response: &Response) -> Transport {
    let lines = response.lines("strict-transport-security");
    match response.connection {
        Connection::Plain => bare("hsts-not-implemented-no-https"),
        Connection::UntrustedTls => bare("hsts-invalid-cert"),
        Connection::Tls if lines.is_empty() => bare("hsts-not-implemented"),
        Connection::Tls => read(&lines.join(",")),
    }
}

fn read(value: &str) -> Transport {
    let mut found = bare("hsts-header-invalid");
    if value.contains(',') {
        return found;
    }
    for directive in value.split(';') {
        let directive = directive.trim().to_ascii_lowercase();
        match directive.as_str() {
            "includesubdomains" => found.include_subdomains = true,
            "preload" => found.preload = true,
            other => {
                found.max_age = other
                    .strip_prefix("max-age=")
                    .map(seconds)
                    .or(found.max_age)
            }
        }
    }
    match found.max_age {
        None => {}
        Some(age) if age < SIX_MONTHS => {
            found.result = "hsts-implemented-max-age-less-than-six-months";
        }
        Some(_) => found.result = "hsts-implemented-max-age-at-least-six-months",
    }
    found
}

/// The number that a text starts with. Without one, or with one too large, the
/// Observatory finds it below no limit.
fn seconds(text: &str) -> i64 {
    let text = text.trim_start();
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let rest = unsigned.trim_start_matches(|next: char| next.is_ascii_digit());
    text[..text.len() - rest.len()].parse().unwrap_or(i64::MAX)
}

fn bare(result: &'static str) -> Transport {
    Transport {
        result,
        max_age: None,
        include_subdomains: false,
        preload: false,
    }
}
