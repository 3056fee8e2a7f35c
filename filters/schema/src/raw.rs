//! The shape of the `schema` section: what was typed and where, without meaning
//! and without defaults. Every member is read, so that one mistake doesn't hide
//! the next.

use crate::policy::{Coverage, Tolerance};
use tollgate_kit::config::{Members, Setting};
use tollgate_kit::json::DuplicateKeys;
use tollgate_kit::stage::Detail;
use tollgate_kit::verdict::{Hold, Mode};

/// The section as it was typed.
#[derive(Debug)]
pub struct RawPolicy<'a> {
    /// `mode`.
    pub mode: Option<Mode>,
    /// `detail`.
    pub detail: Option<Detail>,
    /// `openapi`.
    pub openapi: Option<Setting<'a>>,
    /// `base_path`.
    pub base_path: Option<Setting<'a>>,
    /// `hold`.
    pub hold: Option<Hold>,
    /// `request`.
    pub request: RawRequest,
    /// `preflight`.
    pub preflight: Option<Tolerance>,
    /// `response`.
    pub response: RawResponse<'a>,
    /// `limits`.
    pub limits: RawLimits<'a>,
    /// `duplicate_keys`.
    pub duplicate_keys: Option<DuplicateKeys>,
}

/// The `request` member as it was typed.
#[derive(Debug, Default)]
pub struct RawRequest {
    /// `unknown_path`.
    pub unknown_path: Option<Tolerance>,
    /// `unknown_query`.
    pub unknown_query: Option<Tolerance>,
    /// `read_only`.
    pub read_only: Option<Tolerance>,
    /// `body`.
    pub body: Option<Coverage>,
}

/// The `response` member as it was typed.
#[derive(Debug, Default)]
pub struct RawResponse<'a> {
    /// `mode`, and where it stands.
    pub mode: Option<(Mode, Setting<'a>)>,
    /// `body`.
    pub body: Option<Coverage>,
    /// `undocumented_status`.
    pub undocumented_status: Option<Tolerance>,
}

/// The `limits` member as it was typed.
#[derive(Debug, Default)]
pub struct RawLimits<'a> {
    /// `body`, in bytes.
    pub body: Option<usize>,
    /// `depth`, and where it stands.
    pub depth: Option<(u64, Setting<'a>)>,
    /// `keys`.
    pub keys: Option<u64>,
    /// `string`, in bytes.
    pub string: Option<usize>,
    /// `number_digits`.
    pub number_digits: Option<u64>,
    /// `exponent`.
    pub exponent: Option<u64>,
    /// `work`.
    pub work: Option<u64>,
    /// `fields`.
    pub fields: Option<u64>,
}

// === impl RawPolicy ===

impl<'a> RawPolicy<'a> {
    /// Reads the section; `None` where it isn't an object at all.
    pub fn read(setting: Setting<'a>) -> Option<Self> {
        let mut members = setting.object()?;
        let raw = Self {
            mode: members.optional("mode").and_then(Setting::mode),
            detail: members.optional("detail").and_then(Setting::detail),
            openapi: members.required("openapi"),
            base_path: members.optional("base_path"),
            hold: choice(&mut members, "hold", HOLDS),
            request: members
                .optional("request")
                .and_then(RawRequest::read)
                .unwrap_or_default(),
            preflight: choice(&mut members, "preflight", TOLERANCES),
            response: members
                .optional("response")
                .and_then(RawResponse::read)
                .unwrap_or_default(),
            limits: members
                .optional("limits")
                .and_then(RawLimits::read)
                .unwrap_or_default(),
            duplicate_keys: choice(&mut members, "duplicate_keys", DUPLICATES),
        };
        members.finish();
        Some(raw)
    }
}

// === impl RawRequest ===

impl RawRequest {
    fn read(setting: Setting<'_>) -> Option<Self> {
        let mut members = setting.object()?;
        let raw = Self {
            unknown_path: choice(&mut members, "unknown_path", TOLERANCES),
            unknown_query: choice(&mut members, "unknown_query", TOLERANCES),
            read_only: choice(&mut members, "read_only", TOLERANCES),
            body: choice(&mut members, "body", COVERAGES),
        };
        members.finish();
        Some(raw)
    }
}

// === impl RawResponse ===

impl<'a> RawResponse<'a> {
    fn read(setting: Setting<'a>) -> Option<Self> {
        let mut members = setting.object()?;
        let mode = members.optional("mode");
        let raw = Self {
            mode: mode.and_then(|setting| Some((setting.clone().mode()?, setting))),
            body: choice(&mut members, "body", COVERAGES),
            undocumented_status: choice(&mut members, "undocumented_status", TOLERANCES),
        };
        members.finish();
        Some(raw)
    }
}

// === impl RawLimits ===

impl<'a> RawLimits<'a> {
    fn read(setting: Setting<'a>) -> Option<Self> {
        let mut members = setting.object()?;
        let depth = members.optional("depth");
        let raw = Self {
            body: members.optional("body").and_then(Setting::size),
            depth: depth.and_then(|setting| Some((setting.clone().count()?, setting))),
            keys: members.optional("keys").and_then(Setting::count),
            string: members.optional("string").and_then(Setting::size),
            number_digits: members.optional("number_digits").and_then(Setting::count),
            exponent: members.optional("exponent").and_then(Setting::count),
            work: members.optional("work").and_then(Setting::count),
            fields: members.optional("fields").and_then(Setting::count),
        };
        members.finish();
        Some(raw)
    }
}

fn choice<T: Copy>(
    members: &mut Members<'_>,
    name: &'static str,
    choices: &[(&'static str, T)],
) -> Option<T> {
    members.optional(name)?.choice(choices)
}

const HOLDS: &[(&str, Hold)] = &[("headers", Hold::Headers), ("body", Hold::Body)];
const TOLERANCES: &[(&str, Tolerance)] = &[("deny", Tolerance::Deny), ("allow", Tolerance::Allow)];
const COVERAGES: &[(&str, Coverage)] =
    &[("enforce", Coverage::Enforce), ("ignore", Coverage::Ignore)];
const DUPLICATES: &[(&str, DuplicateKeys)] = &[
    ("deny", DuplicateKeys::Deny),
    ("allow", DuplicateKeys::LastWins),
];
