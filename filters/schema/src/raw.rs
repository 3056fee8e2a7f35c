//! The shape of the `schema` section: what was typed and where, without meaning
//! and without defaults. Every member is read, so that one mistake doesn't hide
//! the next.

use crate::settings::{Answer, Coverage, Tolerance, Where};
use tollgate_kit::config::{Members, Setting};
use tollgate_kit::json::DuplicateKeys;
use tollgate_kit::stage::Detail;
use tollgate_kit::verdict::{Hold, Mode};

/// The section as it was typed.
#[derive(Debug)]
pub struct RawPolicy<'a> {
    /// `detail`.
    pub detail: Option<Detail>,
    /// `openapi`.
    pub openapi: Option<Setting<'a>>,
    /// `base_path`.
    pub base_path: Option<Setting<'a>>,
    /// `hold`.
    pub hold: Option<Hold>,
    /// `preflight`.
    pub preflight: Option<Tolerance>,
    /// `request.unknown_path`.
    pub unknown_path: Option<Tolerance>,
    /// `request.read_only`.
    pub read_only: Option<Tolerance>,
    /// What an override may say, too.
    pub settings: RawSettings<'a>,
    /// `overrides`.
    pub overrides: Vec<RawOverride<'a>>,
}

/// One of `overrides` as it was typed.
#[derive(Debug)]
pub struct RawOverride<'a> {
    /// Where it stands.
    pub setting: Setting<'a>,
    /// `match.path`.
    pub path: Option<String>,
    /// `match.methods`; none where it isn't there.
    pub methods: Vec<String>,
    /// What it says.
    pub settings: RawSettings<'a>,
}

/// What the section says of all operations, and an override of some, as it was typed.
#[derive(Debug, Default)]
pub struct RawSettings<'a> {
    /// `mode`.
    pub mode: Option<Mode>,
    /// `request.unknown_query`.
    pub unknown_query: Option<Tolerance>,
    /// `request.unknown_cookie`.
    pub unknown_cookie: Option<Tolerance>,
    /// `request.body`.
    pub body: Option<Coverage>,
    /// `response`.
    pub response: RawResponse<'a>,
    /// `injection`.
    pub injection: RawInjection,
    /// `limits`.
    pub limits: RawLimits<'a>,
    /// `duplicate_keys`.
    pub duplicate_keys: Option<DuplicateKeys>,
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

/// The `injection` member as it was typed.
#[derive(Debug, Default)]
pub struct RawInjection {
    /// `sqli`.
    pub sqli: Option<Answer>,
    /// `xss`.
    pub xss: Option<Answer>,
    /// `where`.
    pub places: Option<Vec<Where>>,
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
        let (mut unknown_path, mut read_only) = (None, None);
        let settings = RawSettings::read(&mut members, |request| {
            unknown_path = choice(request, "unknown_path", TOLERANCES);
            read_only = choice(request, "read_only", TOLERANCES);
        });
        let overrides = members.optional("overrides").and_then(Setting::list);
        let raw = Self {
            detail: members.optional("detail").and_then(Setting::detail),
            openapi: members.required("openapi"),
            base_path: members.optional("base_path"),
            hold: choice(&mut members, "hold", HOLDS),
            preflight: choice(&mut members, "preflight", TOLERANCES),
            unknown_path,
            read_only,
            settings,
            overrides: overrides
                .into_iter()
                .flatten()
                .filter_map(RawOverride::read)
                .collect(),
        };
        members.finish();
        Some(raw)
    }

    /// The settings of the section and of each override.
    pub fn all_settings(&self) -> impl Iterator<Item = &RawSettings<'a>> {
        let overrides = self.overrides.iter().map(|one| &one.settings);
        std::iter::once(&self.settings).chain(overrides)
    }
}

// === impl RawOverride ===

impl<'a> RawOverride<'a> {
    fn read(setting: Setting<'a>) -> Option<Self> {
        let mut members = setting.clone().object()?;
        let settings = RawSettings::read(&mut members, |_| {});
        let matched = members.required("match").and_then(Setting::object);
        members.finish();
        let mut matched = matched?;
        let path = matched.optional("path").and_then(Setting::text);
        let methods = matched.optional("methods");
        let methods = methods.and_then(|setting| setting.each(Setting::method));
        matched.finish();
        Some(Self {
            setting,
            path,
            methods: methods.unwrap_or_default(),
            settings,
        })
    }
}

// === impl RawSettings ===

impl<'a> RawSettings<'a> {
    /// Reads them; `more` reads what else `request` has.
    fn read(members: &mut Members<'a>, more: impl FnOnce(&mut Members<'a>)) -> Self {
        let mode = members.optional("mode").and_then(Setting::mode);
        let (mut unknown_query, mut unknown_cookie, mut body) = (None, None, None);
        if let Some(mut request) = members.optional("request").and_then(Setting::object) {
            more(&mut request);
            unknown_query = choice(&mut request, "unknown_query", TOLERANCES);
            unknown_cookie = choice(&mut request, "unknown_cookie", TOLERANCES);
            body = choice(&mut request, "body", COVERAGES);
            request.finish();
        }
        let response = members.optional("response").and_then(RawResponse::read);
        let injection = members.optional("injection").and_then(RawInjection::read);
        let limits = members.optional("limits").and_then(RawLimits::read);
        Self {
            mode,
            unknown_query,
            unknown_cookie,
            body,
            response: response.unwrap_or_default(),
            injection: injection.unwrap_or_default(),
            limits: limits.unwrap_or_default(),
            duplicate_keys: choice(members, "duplicate_keys", DUPLICATES),
        }
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

// === impl RawInjection ===

impl RawInjection {
    fn read(setting: Setting<'_>) -> Option<Self> {
        let mut members = setting.object()?;
        let places = members.optional("where");
        let raw = Self {
            sqli: choice(&mut members, "sqli", ANSWERS),
            xss: choice(&mut members, "xss", ANSWERS),
            places: places.and_then(|setting| setting.each(|place| place.choice(PLACES))),
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
const ANSWERS: &[(&str, Answer)] = &[
    ("deny", Answer::Deny),
    ("report", Answer::Report),
    ("off", Answer::Off),
];
const PLACES: &[(&str, Where)] = &[
    ("query", Where::Query),
    ("path", Where::Path),
    ("body", Where::Body),
];
const COVERAGES: &[(&str, Coverage)] =
    &[("enforce", Coverage::Enforce), ("ignore", Coverage::Ignore)];
const DUPLICATES: &[(&str, DuplicateKeys)] = &[
    ("deny", DuplicateKeys::Deny),
    ("allow", DuplicateKeys::LastWins),
];
