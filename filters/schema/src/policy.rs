//! What the `schema` section means: its defaults, and the compiled document.

use crate::api::Api;
use crate::document::{self, Options};
use crate::raw::{RawLimits, RawPolicy};
use tollgate_kit::json::{DuplicateKeys, Limits as JsonLimits};
use tollgate_kit::stage::Detail;
use tollgate_kit::verdict::{Hold, Mode};

/// A compiled section.
#[derive(Debug)]
pub struct Policy {
    /// Whether requests are refused.
    pub mode: Mode,
    /// How much replies say.
    pub detail: Detail,
    /// What is held while a request's body is collected.
    pub hold: Hold,
    /// What becomes of paths that aren't documented.
    pub unknown_path: Tolerance,
    /// What becomes of query parameters that aren't.
    pub unknown_query: Tolerance,
    /// Whether request bodies are judged.
    pub body: Coverage,
    /// What becomes of CORS preflights that aren't documented.
    pub preflight: Tolerance,
    /// How responses are judged.
    pub response: ResponsePolicy,
    /// What a message may cost.
    pub limits: Limits,
    /// The document.
    pub api: Api,
}

/// How responses are judged.
#[derive(Debug)]
pub struct ResponsePolicy {
    /// Whether they are replaced.
    pub mode: Mode,
    /// Whether their bodies are judged.
    pub body: Coverage,
    /// What becomes of a status that isn't documented.
    pub undocumented_status: Tolerance,
}

/// What a message may cost.
#[derive(Debug)]
pub struct Limits {
    /// Bytes of a body.
    pub body: usize,
    /// What a JSON document may have.
    pub json: JsonLimits,
    /// Steps of validating a body, or all parameters.
    pub work: u32,
    /// Parameters in a query.
    pub fields: usize,
}

/// `deny` or `allow`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tolerance {
    /// Refused.
    Deny,
    /// Passes.
    Allow,
}

/// `enforce` or `ignore`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coverage {
    /// Judged.
    Enforce,
    /// Not looked at.
    Ignore,
}

impl Policy {
    /// Gives a section its meaning; after a fault, as far as that goes.
    pub fn compile(raw: RawPolicy<'_>) -> Option<Self> {
        let mode = raw.mode.unwrap_or_default();
        // Held with its head, a body that is refused never touched the upstream.
        let hold = raw.hold.unwrap_or(Hold::Headers);
        // Undocumented is unreviewed: refused until someone says otherwise.
        let body = raw.request.body.unwrap_or(Coverage::Enforce);
        let response = ResponsePolicy {
            // A contract that only clients were held to so far is broken by
            // upstreams first: one looks before one enforces.
            mode: match raw.response.mode {
                // A section that reports changes no response either.
                Some((Mode::Enforce, _)) if mode == Mode::Report => Mode::Report,
                Some((mode, _)) => mode,
                None => Mode::Report,
            },
            body: raw.response.body.unwrap_or(Coverage::Enforce),
            undocumented_status: raw.response.undocumented_status.unwrap_or(Tolerance::Deny),
        };
        let options = Options {
            read_only: raw.request.read_only.unwrap_or(Tolerance::Deny),
            request_body: body,
            response_body: response.body,
        };
        refuse_unheld_responses(&raw, hold);
        let limits = Limits::compile(&raw.limits, raw.duplicate_keys);
        let api = document::compile(raw.openapi?, raw.base_path, options);
        Some(Self {
            mode,
            detail: raw.detail.unwrap_or_default(),
            hold: match mode {
                Mode::Enforce => hold,
                Mode::Report => Hold::Nothing,
            },
            unknown_path: raw.request.unknown_path.unwrap_or(Tolerance::Deny),
            unknown_query: raw.request.unknown_query.unwrap_or(Tolerance::Deny),
            body,
            preflight: raw.preflight.unwrap_or(Tolerance::Deny),
            response,
            limits: limits?,
            api: api?,
        })
    }
}

/// Where heads can't be held, a response's has left before its body is judged.
fn refuse_unheld_responses(raw: &RawPolicy<'_>, hold: Hold) {
    if let (Hold::Body, Some((Mode::Enforce, setting))) = (hold, &raw.response.mode) {
        setting.fault_with_hint(
            "with `hold: body` responses can only be reported",
            "set `hold: headers`, or `mode: report` here",
        );
    }
}

// === impl Limits ===

impl Limits {
    fn compile(raw: &RawLimits<'_>, duplicate_keys: Option<DuplicateKeys>) -> Option<Self> {
        let whole = |count: Option<u64>, default: usize| {
            count.map_or(default, |count| {
                usize::try_from(count).unwrap_or(usize::MAX)
            })
        };
        let narrow = |count: Option<u64>, default: u32| {
            count.map_or(default, |count| u32::try_from(count).unwrap_or(u32::MAX))
        };
        let depth = match &raw.depth {
            // Values are judged by recursion, on a stack of 1 MiB.
            Some((depth, setting)) if *depth > MAX_DEPTH => return setting.expected("at most 128"),
            Some((depth, _)) => Some(*depth),
            None => None,
        };
        Some(Self {
            // Envoy's own limit for a listener's buffer is 1 MiB.
            body: raw.body.unwrap_or(1024 * 1024),
            json: JsonLimits {
                depth: whole(depth, JsonLimits::DEFAULT.depth),
                keys: whole(raw.keys, JsonLimits::DEFAULT.keys),
                string: raw.string.unwrap_or(JsonLimits::DEFAULT.string),
                number_digits: whole(raw.number_digits, JsonLimits::DEFAULT.number_digits),
                exponent: narrow(raw.exponent, JsonLimits::DEFAULT.exponent),
                duplicate_keys: duplicate_keys.unwrap_or(DuplicateKeys::Deny),
            },
            // Twice what the longest array that fits 1 MiB needs; some 20 ms.
            work: narrow(raw.work, 1_000_000),
            // What PHP and others read of a form, too.
            fields: whole(raw.fields, 1000),
        })
    }
}

const MAX_DEPTH: u64 = 128;
