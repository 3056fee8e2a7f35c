//! What the policy asks of requests.

use super::check_name;
use crate::names::Names;
use crate::raw::{Duplicates, Fate, RawRequest, Typed};

/// What is done to requests.
#[derive(Debug)]
pub struct RequestPolicy {
    /// The methods that may pass.
    pub methods: Vec<String>,
    /// What a second copy of a singleton means.
    pub duplicate_singletons: Duplicates,
    /// The names to take out, `_` written as `-`.
    pub spoofable: Names<()>,
}

// === impl RequestPolicy ===

impl RequestPolicy {
    pub(super) fn compile(raw: &RawRequest<'_>) -> Self {
        let mut spoofable = Names::default();
        for name in &raw.remove {
            check_name(name, REQUEST_FRAMING);
            spoofable.insert(&name.value.replace('_', "-"), ());
        }
        // Nothing that a proxy judges by method or path may reach an upstream
        // that would take another one from these.
        if raw.override_headers.unwrap_or(Fate::Remove) == Fate::Remove {
            for name in OVERRIDES {
                spoofable.insert(name, ());
            }
        }
        Self {
            methods: methods(raw.methods.as_deref()),
            // Two readers of such a request can understand two different ones.
            duplicate_singletons: raw.duplicate_singletons.unwrap_or(Duplicates::Deny),
            spoofable,
        }
    }
}

/// TRACE echoes credentials and CONNECT makes a tunnel (RFC 9110 §9.3.6, §9.3.8):
/// no list of methods may hold them.
fn methods(typed: Option<&[Typed<'_, String>]>) -> Vec<String> {
    let Some(typed) = typed else {
        return USUAL.iter().map(|method| (*method).to_owned()).collect();
    };
    let mut methods: Vec<String> = Vec::new();
    for method in typed {
        let name = &method.value;
        if FORBIDDEN.contains(&name.to_ascii_uppercase().as_str()) {
            method.at.fault(format!("`{name}` can never be allowed"));
        } else if methods.contains(name) {
            method.at.fault(format!("{name:?} is in the list twice"));
        }
        methods.push(name.clone());
    }
    methods
}

/// RFC 9110 §9.3, RFC 5789, without those that are never allowed.
const USUAL: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

const FORBIDDEN: [&str; 2] = ["TRACE", "CONNECT"];

/// The same for requests, where `Host` is what they are routed by.
const REQUEST_FRAMING: &[&str] = &[
    "connection",
    "content-length",
    "host",
    "keep-alive",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// Fields by which a client has frameworks take another method or path.
pub const OVERRIDES: [&str; 5] = [
    "x-http-method-override",
    "x-http-method",
    "x-method-override",
    "x-original-url",
    "x-rewrite-url",
];
