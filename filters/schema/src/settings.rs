//! How operations are judged: what the section says of all of them, and what an
//! override says of some.

use crate::injection::Category;
use crate::raw::{RawInjection, RawLimits, RawSettings};
use tollgate_kit::json::{DuplicateKeys, Limits as JsonLimits};
use tollgate_kit::verdict::{Hold, Mode};

/// How an operation is judged.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Whether requests are refused.
    pub mode: Mode,
    /// What becomes of query parameters that aren't documented.
    pub unknown_query: Tolerance,
    /// What becomes of cookies that aren't.
    pub unknown_cookie: Tolerance,
    /// Whether request bodies are judged.
    pub body: Coverage,
    /// How responses are judged.
    pub response: ResponseSettings,
    /// What becomes of texts with signatures of injection.
    pub injection: Injection,
    /// What a message may cost.
    pub limits: Limits,
}

/// What becomes of texts with signatures of injection.
#[derive(Debug, Clone)]
pub struct Injection {
    /// Of SQL injection.
    pub sqli: Answer,
    /// Of cross-site scripting.
    pub xss: Answer,
    /// Where they are looked for.
    pub places: Vec<Where>,
}

/// `deny`, `report` or `off`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Refused.
    Deny,
    /// Passes, and is reported.
    Report,
    /// Not looked for.
    Off,
}

/// Where texts are that are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Where {
    /// Names and values in the query.
    Query,
    /// What the path's parameters are.
    Path,
    /// Strings and names in the body.
    Body,
}

/// How responses are judged.
#[derive(Debug, Clone)]
pub struct ResponseSettings {
    /// Whether they are to be replaced, in a section that enforces.
    mode: Mode,
    /// Whether their bodies are judged.
    pub body: Coverage,
    /// What becomes of a status that isn't documented.
    pub undocumented_status: Tolerance,
}

/// What a message may cost.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Bytes of a body.
    pub body: usize,
    /// What a JSON document may have.
    pub json: JsonLimits,
    /// Steps of validating a body, or all parameters.
    pub work: u32,
    /// Parameters in a query, or fields of a form.
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Coverage {
    /// Judged.
    Enforce,
    /// Not looked at.
    Ignore,
}

// === impl Settings ===

impl Settings {
    /// The same with what was typed in its place; `None` after a fault.
    pub fn with(&self, raw: &RawSettings<'_>) -> Option<Self> {
        Some(Self {
            mode: raw.mode.unwrap_or(self.mode),
            unknown_query: raw.unknown_query.unwrap_or(self.unknown_query),
            unknown_cookie: raw.unknown_cookie.unwrap_or(self.unknown_cookie),
            body: raw.body.unwrap_or(self.body),
            response: ResponseSettings {
                mode: raw
                    .response
                    .mode
                    .as_ref()
                    .map_or(self.response.mode, |(mode, _)| *mode),
                body: raw.response.body.unwrap_or(self.response.body),
                undocumented_status: raw
                    .response
                    .undocumented_status
                    .unwrap_or(self.response.undocumented_status),
            },
            injection: self.injection.with(&raw.injection),
            limits: self.limits.with(&raw.limits, raw.duplicate_keys)?,
        })
    }

    /// Whether texts with signatures of a category are refused; `None` where they
    /// aren't looked for.
    #[must_use]
    pub const fn injection_mode(&self, category: Category) -> Option<Mode> {
        let answer = match category {
            Category::Sqli => self.injection.sqli,
            Category::Xss => self.injection.xss,
        };
        match answer {
            Answer::Deny => Some(self.mode),
            Answer::Report => Some(Mode::Report),
            Answer::Off => None,
        }
    }

    /// Whether responses are replaced: where requests are only reported, no
    /// response is changed either.
    #[must_use]
    pub fn response_mode(&self) -> Mode {
        match self.mode {
            Mode::Enforce => self.response.mode,
            Mode::Report => Mode::Report,
        }
    }

    /// What is held while a request's body is collected, where the policy would
    /// hold `hold`: what is only reported goes on at once.
    #[must_use]
    pub fn hold(&self, hold: Hold) -> Hold {
        match self.mode {
            Mode::Enforce => hold,
            Mode::Report => Hold::Nothing,
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            mode: Mode::default(),
            // Undocumented is unreviewed: refused until someone says otherwise.
            unknown_query: Tolerance::Deny,
            // Those of others on the same domain come along.
            unknown_cookie: Tolerance::Allow,
            body: Coverage::Enforce,
            response: ResponseSettings {
                // A contract that only clients were held to so far is broken by
                // upstreams first: one looks before one enforces.
                mode: Mode::Report,
                body: Coverage::Enforce,
                undocumented_status: Tolerance::Deny,
            },
            // Signatures are a guess: one looks before one refuses by them.
            injection: Injection {
                sqli: Answer::Report,
                xss: Answer::Report,
                places: vec![Where::Query, Where::Path, Where::Body],
            },
            limits: Limits {
                // Envoy's own limit for a listener's buffer is 1 MiB.
                body: 1024 * 1024,
                json: JsonLimits::DEFAULT,
                // Twice what the longest array that fits 1 MiB needs; some 20 ms.
                work: 1_000_000,
                // What PHP and others read of a form, too.
                fields: 1000,
            },
        }
    }
}

// === impl Injection ===

impl Injection {
    fn with(&self, raw: &RawInjection) -> Self {
        Self {
            sqli: raw.sqli.unwrap_or(self.sqli),
            xss: raw.xss.unwrap_or(self.xss),
            places: raw.places.as_ref().unwrap_or(&self.places).clone(),
        }
    }
}

// === impl Limits ===

impl Limits {
    fn with(&self, raw: &RawLimits<'_>, duplicate_keys: Option<DuplicateKeys>) -> Option<Self> {
        let whole = |count: Option<u64>, otherwise: usize| {
            count.map_or(otherwise, |count| {
                usize::try_from(count).unwrap_or(usize::MAX)
            })
        };
        let narrow = |count: Option<u64>, otherwise: u32| {
            count.map_or(otherwise, |count| u32::try_from(count).unwrap_or(u32::MAX))
        };
        let depth = match &raw.depth {
            // Values are judged by recursion, on a stack of 1 MiB.
            Some((depth, setting)) if *depth > MAX_DEPTH => return setting.expected("at most 128"),
            Some((depth, _)) => Some(*depth),
            None => None,
        };
        let json = &self.json;
        Some(Self {
            body: raw.body.unwrap_or(self.body),
            json: JsonLimits {
                depth: whole(depth, json.depth),
                keys: whole(raw.keys, json.keys),
                string: raw.string.unwrap_or(json.string),
                number_digits: whole(raw.number_digits, json.number_digits),
                exponent: narrow(raw.exponent, json.exponent),
                duplicate_keys: duplicate_keys.unwrap_or(json.duplicate_keys),
            },
            work: narrow(raw.work, self.work),
            fields: whole(raw.fields, self.fields),
        })
    }
}

const MAX_DEPTH: u64 = 128;
