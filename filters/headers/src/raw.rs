//! The shape of the `headers` section: what was typed and where, without
//! meaning and without defaults. Every member is read, so that one mistake
//! doesn't hide the next.

use crate::cookie::SameSite;
use tollgate_kit::config::{Members, Setting};
use tollgate_kit::stage::Detail;
use tollgate_kit::verdict::Mode;

/// The section as it was typed.
#[derive(Debug)]
pub struct RawPolicy<'a> {
    /// Where the section stands, for faults that concern all of it.
    pub at: Setting<'a>,
    /// `mode`.
    pub mode: Option<Mode>,
    /// `detail`.
    pub detail: Option<Detail>,
    /// `profile`.
    pub profile: Option<Typed<'a, String>>,
    /// `set`.
    pub set: Vec<RawField<'a>>,
    /// `remove`.
    pub remove: Vec<Typed<'a, String>>,
    /// `fingerprints`.
    pub fingerprints: Option<Fate>,
    /// `tls_from`.
    pub tls_from: Option<TlsFrom>,
    /// `cookies`.
    pub cookies: RawCookies<'a>,
    /// `request`.
    pub request: RawRequest<'a>,
}

/// The `cookies` member as it was typed.
#[derive(Debug, Default)]
pub struct RawCookies<'a> {
    /// `secure`.
    pub secure: Option<Typed<'a, bool>>,
    /// `http_only`.
    pub http_only: Option<bool>,
    /// `same_site`; the inner `None` is `keep`.
    pub same_site: Option<Option<SameSite>>,
    /// `prefixes`.
    pub prefixes: Option<Prefixes>,
    /// `except`.
    pub except: Vec<Typed<'a, String>>,
}

/// The `request` member as it was typed.
#[derive(Debug, Default)]
pub struct RawRequest<'a> {
    /// `remove`.
    pub remove: Vec<Typed<'a, String>>,
    /// `methods`.
    pub methods: Option<Vec<Typed<'a, String>>>,
    /// `duplicate_singletons`.
    pub duplicate_singletons: Option<Duplicates>,
    /// `override_headers`.
    pub override_headers: Option<Fate>,
}

/// One element of `set`.
#[derive(Debug)]
pub struct RawField<'a> {
    /// `name`, in lower case.
    pub name: Typed<'a, String>,
    /// `value`.
    pub value: Typed<'a, String>,
}

/// A value and where it stands.
#[derive(Debug)]
pub struct Typed<'a, T> {
    /// The value.
    pub value: T,
    /// Where mistakes of meaning are reported.
    pub at: Setting<'a>,
}

/// What becomes of the fields of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// They are taken out.
    Remove,
    /// They pass.
    Keep,
}

/// What becomes of cookies whose name promises more than they keep.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Prefixes {
    /// They are made to keep it.
    Enforce,
    /// They pass.
    Keep,
}

/// What tells whether the client's connection is TLS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TlsFrom {
    /// The connection to the proxy.
    Connection,
    /// `x-forwarded-proto`, as the proxy left it.
    ForwardedProto,
}

/// What a second copy of a field that may come once means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Duplicates {
    /// The request is refused.
    Deny,
    /// It passes.
    Allow,
}

// === impl RawPolicy ===

impl<'a> RawPolicy<'a> {
    /// Reads the section; `None` where it isn't an object at all.
    pub fn read(setting: Setting<'a>) -> Option<Self> {
        let at = setting.clone();
        let mut members = setting.object()?;
        let raw = Self {
            at,
            mode: members.optional("mode").and_then(Setting::mode),
            detail: members.optional("detail").and_then(Setting::detail),
            profile: members
                .required("profile")
                .and_then(|setting| typed(setting, Setting::text)),
            set: members.optional("set").map(fields).unwrap_or_default(),
            remove: members.optional("remove").map(names).unwrap_or_default(),
            fingerprints: choice(&mut members, "fingerprints", FATES),
            tls_from: choice(&mut members, "tls_from", TLS_FROM),
            cookies: members
                .optional("cookies")
                .and_then(RawCookies::read)
                .unwrap_or_default(),
            request: members
                .optional("request")
                .and_then(RawRequest::read)
                .unwrap_or_default(),
        };
        members.finish();
        Some(raw)
    }
}

// === impl RawCookies ===

impl<'a> RawCookies<'a> {
    fn read(setting: Setting<'a>) -> Option<Self> {
        let mut members = setting.object()?;
        let raw = Self {
            secure: members
                .optional("secure")
                .and_then(|setting| typed(setting, Setting::flag)),
            http_only: members.optional("http_only").and_then(Setting::flag),
            same_site: choice(&mut members, "same_site", SAME_SITES),
            prefixes: choice(&mut members, "prefixes", PREFIXES),
            except: members.optional("except").map(texts).unwrap_or_default(),
        };
        members.finish();
        Some(raw)
    }
}

// === impl RawRequest ===

impl<'a> RawRequest<'a> {
    fn read(setting: Setting<'a>) -> Option<Self> {
        let mut members = setting.object()?;
        let raw = Self {
            remove: members.optional("remove").map(names).unwrap_or_default(),
            methods: members.optional("methods").and_then(methods),
            duplicate_singletons: choice(&mut members, "duplicate_singletons", DUPLICATES),
            override_headers: choice(&mut members, "override_headers", FATES),
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

fn fields<'a>(setting: Setting<'a>) -> Vec<RawField<'a>> {
    let elements = setting.list().unwrap_or_default();
    elements.into_iter().filter_map(field).collect()
}

fn field<'a>(setting: Setting<'a>) -> Option<RawField<'a>> {
    let mut members = setting.object()?;
    let name = members.required("name");
    let value = members.required("value");
    members.finish();
    let name = name.and_then(|setting| typed(setting, Setting::field_name));
    let value = value.and_then(|setting| typed(setting, Setting::text));
    Some(RawField {
        name: name?,
        value: value?,
    })
}

fn names<'a>(setting: Setting<'a>) -> Vec<Typed<'a, String>> {
    let elements = setting.list().unwrap_or_default();
    let name = |setting| typed(setting, Setting::field_name);
    elements.into_iter().filter_map(name).collect()
}

fn texts<'a>(setting: Setting<'a>) -> Vec<Typed<'a, String>> {
    let elements = setting.list().unwrap_or_default();
    let text = |setting| typed(setting, Setting::text);
    elements.into_iter().filter_map(text).collect()
}

fn methods<'a>(setting: Setting<'a>) -> Option<Vec<Typed<'a, String>>> {
    let elements = setting.non_empty_list()?;
    let method = |setting| typed(setting, Setting::method);
    Some(elements.into_iter().filter_map(method).collect())
}

fn typed<'a, T>(
    setting: Setting<'a>,
    read: impl FnOnce(Setting<'a>) -> Option<T>,
) -> Option<Typed<'a, T>> {
    let at = setting.clone();
    read(setting).map(|value| Typed { value, at })
}

const FATES: &[(&str, Fate)] = &[("remove", Fate::Remove), ("keep", Fate::Keep)];
const SAME_SITES: &[(&str, Option<SameSite>)] = &[
    ("Lax", Some(SameSite::Lax)),
    ("Strict", Some(SameSite::Strict)),
    ("None", Some(SameSite::None)),
    ("keep", None),
];
const PREFIXES: &[(&str, Prefixes)] = &[("enforce", Prefixes::Enforce), ("keep", Prefixes::Keep)];
const TLS_FROM: &[(&str, TlsFrom)] = &[
    ("connection", TlsFrom::Connection),
    ("x_forwarded_proto", TlsFrom::ForwardedProto),
];
const DUPLICATES: &[(&str, Duplicates)] =
    &[("deny", Duplicates::Deny), ("allow", Duplicates::Allow)];
