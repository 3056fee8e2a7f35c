//! What the `headers` section means: its defaults, each with its reason, and the
//! faults of meaning. Whatever a message is looked at for is laid out here once.

mod cookies;
mod request;

pub use self::cookies::CookiePolicy;
pub use self::request::{OVERRIDES, RequestPolicy};
use crate::fingerprints;
use crate::names::Names;
use crate::profile::{self, Profile, Row};
use crate::raw::{Fate, RawField, RawPolicy, TlsFrom, Typed};
use crate::rule::Rule;
use std::rc::Rc;
use tollgate_kit::stage::Detail;
use tollgate_kit::verdict::Mode;

/// A compiled section.
#[derive(Debug)]
pub struct Policy {
    /// Whether it refuses and changes, or only reports.
    pub mode: Mode,
    /// How much replies say.
    pub detail: Detail,
    /// What it does to responses.
    pub response: ResponsePolicy,
    /// What it does to requests.
    pub request: RequestPolicy,
}

/// What is done to responses.
#[derive(Debug)]
pub struct ResponsePolicy {
    /// Fields of which there is exactly one in the end, in this order.
    pub wanted: Vec<Wanted>,
    /// The names to look for.
    pub names: Names<Found>,
    /// What becomes of Envoy's own fields.
    pub fingerprints: Fate,
    /// What tells whether the client's connection is TLS.
    pub tls_from: TlsFrom,
    /// What is done to cookies.
    pub cookies: CookiePolicy,
}

/// A field of which there is exactly one in the end.
#[derive(Debug)]
pub struct Wanted {
    /// Its name in lower case.
    pub name: Rc<str>,
    /// Its value, unless the upstream's stands.
    pub value: Rc<[u8]>,
    /// When the upstream's stands.
    pub rule: Rule,
}

/// What a field of a response is to the policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// One to take out.
    Unwanted,
    /// One of `wanted`, by index.
    Wanted(usize),
    /// A cookie.
    Cookie,
}

// === impl Policy ===

impl Policy {
    /// Gives meaning to what was typed; `None` without a known profile. Other
    /// faults are only reported: whoever collects them refuses the policy.
    #[must_use]
    pub fn compile(raw: &RawPolicy<'_>) -> Option<Self> {
        let profile = raw.profile.as_ref().and_then(profile);
        for field in &raw.set {
            check_field(field);
        }
        for name in &raw.remove {
            check_name(name, FRAMING);
        }
        let request = RequestPolicy::compile(&raw.request);
        check_repeats(raw);
        Some(Self {
            mode: raw.mode.unwrap_or_default(),
            detail: raw.detail.unwrap_or_default(),
            response: ResponsePolicy::compile(raw, profile?),
            request,
        })
    }
}

// === impl ResponsePolicy ===

impl ResponsePolicy {
    /// Whether there is nothing that it would ever do.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.names.is_empty() && self.fingerprints == Fate::Keep
    }

    /// Whether anything depends on the client's connection being TLS.
    #[must_use]
    pub fn minds_tls(&self) -> bool {
        let rules = || self.wanted.iter().map(|wanted| wanted.rule);
        self.tls_from == TlsFrom::Connection && rules().any(|rule| rule == Rule::KeepUnlessWeaker)
    }

    fn compile(raw: &RawPolicy<'_>, profile: &Profile) -> Self {
        let chosen = |name: &str| {
            raw.set.iter().any(|field| field.name.value == name)
                || raw.remove.iter().any(|removed| removed.value == name)
        };
        let rows = profile.rows.iter().filter(|row| !chosen(row.name));
        let wanted: Vec<Wanted> = rows
            .map(Wanted::from)
            .chain(raw.set.iter().map(Wanted::from))
            .collect();
        // A list that comes with a profile is part of what the operator asked for.
        let fingerprints = raw.fingerprints.unwrap_or(profile.fingerprints);
        let mut names = Names::default();
        for (at, wanted) in wanted.iter().enumerate() {
            names.insert(&wanted.name, Found::Wanted(at));
        }
        for removed in &raw.remove {
            names.insert(&removed.value, Found::Unwanted);
        }
        if fingerprints == Fate::Remove {
            for name in fingerprints::NAMES {
                names.insert(name, Found::Unwanted);
            }
        }
        let cookies = CookiePolicy::compile(&raw.cookies, profile);
        if cookies.changes_anything() {
            names.insert("set-cookie", Found::Cookie);
        }
        Self {
            wanted,
            names,
            fingerprints,
            // What a client says of its connection counts only by choice.
            tls_from: raw.tls_from.unwrap_or(TlsFrom::Connection),
            cookies,
        }
    }
}

// === impl Wanted ===

impl From<&Row> for Wanted {
    fn from(row: &Row) -> Self {
        Self {
            name: row.name.into(),
            value: row.value.as_bytes().into(),
            rule: row.rule,
        }
    }
}

impl From<&RawField<'_>> for Wanted {
    fn from(field: &RawField<'_>) -> Self {
        Self {
            name: field.name.value.as_str().into(),
            value: field.value.value.as_bytes().into(),
            rule: Rule::Replace,
        }
    }
}

fn profile(typed: &Typed<'_, String>) -> Option<&'static Profile> {
    let profile = profile::find(&typed.value);
    if profile.is_none() {
        let known: Vec<String> = profile::ALL.iter().map(|profile| label(profile)).collect();
        typed.at.fault_with_hint(
            format!("there is no profile {:?}", typed.value),
            format!(
                "known: {}; without a version the latest is taken",
                known.join(", ")
            ),
        );
    }
    profile
}

fn label(profile: &Profile) -> String {
    match profile.version {
        Some(version) => format!("{}@{version}", profile.name),
        None => profile.name.to_owned(),
    }
}

fn check_field(field: &RawField<'_>) {
    check_name(&field.name, FRAMING);
    // RFC 9110 §5.5; the value itself may be secret.
    let is_control = |byte: u8| byte != b'\t' && byte.is_ascii_control();
    if field.value.value.bytes().any(is_control) {
        field.value.at.fault("a value has no control characters");
    }
}

fn check_name(name: &Typed<'_, String>, framing: &[&str]) {
    if framing.contains(&name.value.as_str()) {
        name.at.fault_with_hint(
            format!(
                "`{}` says how the message is carried: only the proxy may change it",
                name.value
            ),
            "leave it out",
        );
    }
}

fn check_repeats(raw: &RawPolicy<'_>) {
    let mut set: Vec<&str> = Vec::new();
    for field in &raw.set {
        let name = &field.name;
        if set.contains(&name.value.as_str()) {
            name.at.fault(format!("`{}` is set twice", name.value));
        }
        set.push(&name.value);
    }
    for lists in [&raw.remove, &raw.request.remove] {
        check_list(lists);
    }
    for name in &raw.remove {
        if set.contains(&name.value.as_str()) {
            name.at.fault_with_hint(
                format!("`{}` is both set and removed", name.value),
                "`set` alone leaves no other value",
            );
        }
    }
}

fn check_list(names: &[Typed<'_, String>]) {
    for (at, name) in names.iter().enumerate() {
        let before = names.iter().take(at);
        if before.into_iter().any(|other| other.value == name.value) {
            name.at
                .fault(format!("`{}` is in the list twice", name.value));
        }
    }
}

/// Fields of one connection, and those that frame a message (RFC 9110 §7.6.1,
/// RFC 9112 §6).
const FRAMING: &[&str] = &[
    "connection",
    "content-length",
    "keep-alive",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];
