//! The members of a described request: header fields, times, files, certificates.

use std::path::Path;

use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject as _;
use sha2::{Digest as _, Sha256};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use tollgate_kit::config::{Members, Setting, is_token};
use tollgate_kit::json::Value;

use crate::policy::source::ReadError;

/// Header fields in the order written: a mapping, or a list of pairs where one is
/// there more than once.
pub fn headers(setting: Setting<'_>) -> Vec<(String, String)> {
    match setting.node.value() {
        Value::Array(_) => {
            let list = setting.list().unwrap_or_default();
            list.into_iter().filter_map(pair).collect()
        }
        _ => {
            let members = setting.object().into_iter().flat_map(Members::all);
            let field = |(name, setting): (&str, Setting<'_>)| field(name, setting);
            members.filter_map(field).collect()
        }
    }
}

fn pair(setting: Setting<'_>) -> Option<(String, String)> {
    let here = setting.clone();
    let [name, value]: [Setting<'_>; 2] = match setting.list()?.try_into() {
        Ok(pair) => pair,
        Err(_) => {
            here.fault("expected a name and a value");
            return None;
        }
    };
    let name = name.text()?;
    field(&name, value)
}

fn field(name: &str, setting: Setting<'_>) -> Option<(String, String)> {
    let lower = name.to_ascii_lowercase();
    if lower == "host" || lower.starts_with(':') {
        let member = match lower.trim_start_matches(':') {
            "authority" => "host",
            other => other,
        };
        setting.fault_with_hint(
            format!("{name:?} is no header field of a request that a filter sees"),
            format!("write `{member}` beside `headers`"),
        );
        return None;
    }
    if name.is_empty() || !name.bytes().all(is_token) {
        setting.fault(format!("{name:?} is not a header field's name"));
        return None;
    }
    let value = match setting.node.value() {
        Value::Number(number) => number.text().to_owned(),
        Value::String(text) => text.to_owned(),
        Value::Array(_) => {
            let hint =
                "for a field that is there twice, write `headers` as a list of [name, value]";
            setting.fault_with_hint("expected a text, found a list", hint);
            return None;
        }
        Value::Null | Value::Bool(_) | Value::Object(_) => return setting.expected("a text"),
    };
    if value.contains(|c: char| c.is_ascii_control() && c != '\t') {
        let hint = "in YAML, `>-` makes one line of several";
        setting.fault_with_hint("a line break or a control character in a field", hint);
        return None;
    }
    Some((lower, value))
}

/// A time: RFC 3339, or seconds since 1970.
pub fn time(setting: Setting<'_>) -> Option<u64> {
    let nanos = match setting.node.value() {
        Value::Number(seconds) => seconds.floor_scaled(9).map(|(nanos, _)| nanos),
        Value::String(text) => OffsetDateTime::parse(text, &Rfc3339)
            .ok()
            .and_then(|time| u128::try_from(time.unix_timestamp_nanos()).ok()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    };
    match nanos.and_then(|nanos| u64::try_from(nanos).ok()) {
        Some(nanos) => Some(nanos),
        None => setting.expected("a time such as `2026-11-25T04:00:00Z`, or seconds since 1970"),
    }
}

/// The time as it is printed: RFC 3339, in UTC.
#[must_use]
pub fn written(at: u64) -> String {
    OffsetDateTime::from_unix_timestamp_nanos(at.into())
        .ok()
        .and_then(|time| time.format(&Rfc3339).ok())
        .unwrap_or_default()
}

/// The content of the file that a setting names.
pub fn file(setting: Setting<'_>, folder: &Path) -> Option<Vec<u8>> {
    let here = setting.clone();
    let named = setting.text()?;
    match std::fs::read(folder.join(&named)) {
        Ok(content) => Some(content),
        Err(error) => {
            let error = ReadError::from(error);
            let message = format!("`{named}` cannot be read: {error}");
            match error {
                ReadError::Missing => here.fault_with_hint(message, BASE),
                ReadError::Folder | ReadError::Encoding(_) | ReadError::Other(_) => {
                    here.fault(message);
                }
            }
            None
        }
    }
}

/// The digest of a certificate: as hexadecimal digits, or of a PEM file's first.
pub fn certificate(setting: Setting<'_>, folder: &Path) -> Option<String> {
    let text = setting.node.as_str().unwrap_or_default();
    let digits = text.replace(':', "").to_ascii_lowercase();
    if digits.len() == 64 && digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return Some(digits);
    }
    let here = setting.clone();
    let pem = file(setting, folder)?;
    let Ok(certificate) = CertificateDer::from_pem_slice(&pem) else {
        here.fault("the file has no certificate in PEM");
        return None;
    };
    let digest = Sha256::digest(&certificate);
    Some(digest.iter().map(|byte| format!("{byte:02x}")).collect())
}

const BASE: &str = "the path starts at the folder of the request's file";
