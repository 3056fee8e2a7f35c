//! `Set-Cookie`, hardened attribute by attribute, over bytes (RFC 6265bis §5.6):
//! what isn't changed stays as it came, and so does the order.

use crate::policy::CookiePolicy;

/// How freely a cookie is sent along with requests from other sites, the
/// strictest last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SameSite {
    /// With all of them.
    None,
    /// With navigations.
    Lax,
    /// With none.
    Strict,
}

/// The field's value as the policy wants it; `None` where it is that already.
#[must_use]
pub fn hardened(policy: &CookiePolicy, value: &[u8]) -> Option<Vec<u8>> {
    let mut parts = value.split(|byte| *byte == b';');
    let pair = parts.next().unwrap_or_default();
    if value.trim_ascii().is_empty() || policy.excepts(name(pair)) {
        return None;
    }
    let attributes: Vec<&[u8]> = parts.collect();
    let changes = Changes::needed(policy, name(pair), &Facts::of(&attributes));
    (changes != Changes::default()).then(|| changes.applied(pair, &attributes))
}

/// What a cookie says of itself; of an attribute that comes twice, the last.
#[derive(Debug, Default)]
struct Facts<'v> {
    secure: bool,
    http_only: bool,
    same_site: Option<SameSite>,
    path: Option<&'v [u8]>,
    domain: bool,
}

/// What is to be changed.
#[derive(Debug, Default, PartialEq, Eq)]
struct Changes {
    secure: bool,
    http_only: bool,
    same_site: Option<SameSite>,
    /// `Path=/` and no `Domain`.
    host_only: bool,
}

/// The attributes that are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Attribute {
    Secure,
    HttpOnly,
    SameSite,
    Path,
    Domain,
    Other,
}

// === impl SameSite ===

impl SameSite {
    /// The attribute as it is written.
    const fn text(self) -> &'static [u8] {
        match self {
            Self::None => b"SameSite=None",
            Self::Lax => b"SameSite=Lax",
            Self::Strict => b"SameSite=Strict",
        }
    }

    /// What browsers take a value for; another is as if absent.
    fn read(value: &[u8]) -> Option<Self> {
        let known = [
            (&b"none"[..], Self::None),
            (b"lax", Self::Lax),
            (b"strict", Self::Strict),
        ];
        let named = |(name, _): &&(&[u8], Self)| value.eq_ignore_ascii_case(name);
        known.iter().find(named).map(|(_, same_site)| *same_site)
    }
}

// === impl Facts ===

impl<'v> Facts<'v> {
    fn of(attributes: &[&'v [u8]]) -> Self {
        let mut facts = Self::default();
        for attribute in attributes {
            let (name, value) = split(attribute);
            match Attribute::named(name) {
                Attribute::Secure => facts.secure = true,
                Attribute::HttpOnly => facts.http_only = true,
                Attribute::SameSite => facts.same_site = SameSite::read(value),
                Attribute::Path => facts.path = Some(value),
                Attribute::Domain => facts.domain = true,
                Attribute::Other => {}
            }
        }
        facts
    }
}

// === impl Changes ===

impl Changes {
    fn needed(policy: &CookiePolicy, name: &[u8], facts: &Facts<'_>) -> Self {
        let same_site = policy
            .same_site
            .filter(|floor| facts.same_site.is_none_or(|own| own < *floor));
        // RFC 6265bis §4.1.3: browsers drop cookies whose name promises more than they keep.
        let host = policy.repairs_prefixes && begins_with(name, b"__Host-");
        let promised = host || policy.repairs_prefixes && begins_with(name, b"__Secure-");
        // And those that go everywhere without being secure (§5.7, step 18).
        let everywhere = same_site.or(facts.same_site) == Some(SameSite::None);
        Self {
            secure: (policy.secure || promised || everywhere) && !facts.secure,
            http_only: policy.http_only && !facts.http_only,
            same_site,
            host_only: host && (facts.domain || facts.path != Some(b"/")),
        }
    }

    fn applied(&self, pair: &[u8], attributes: &[&[u8]]) -> Vec<u8> {
        let mut value = pair.to_vec();
        let kept = |attribute: &&&[u8]| !self.drops(Attribute::named(split(attribute).0));
        for attribute in attributes.iter().filter(kept) {
            value.push(b';');
            value.extend_from_slice(attribute);
        }
        let mut add = |attribute: &[u8]| {
            if !value.trim_ascii_end().ends_with(b";") {
                value.push(b';');
            }
            value.push(b' ');
            value.extend_from_slice(attribute);
        };
        if self.host_only {
            add(b"Path=/");
        }
        if self.secure {
            add(b"Secure");
        }
        if self.http_only {
            add(b"HttpOnly");
        }
        if let Some(same_site) = self.same_site {
            add(same_site.text());
        }
        value
    }

    fn drops(&self, attribute: Attribute) -> bool {
        match attribute {
            Attribute::SameSite => self.same_site.is_some(),
            Attribute::Path | Attribute::Domain => self.host_only,
            Attribute::Secure | Attribute::HttpOnly | Attribute::Other => false,
        }
    }
}

// === impl Attribute ===

impl Attribute {
    fn named(name: &[u8]) -> Self {
        let known = [
            (&b"secure"[..], Self::Secure),
            (b"httponly", Self::HttpOnly),
            (b"samesite", Self::SameSite),
            (b"path", Self::Path),
            (b"domain", Self::Domain),
        ];
        let found = known
            .iter()
            .find(|(known, _)| name.eq_ignore_ascii_case(known));
        found.map_or(Self::Other, |(_, attribute)| *attribute)
    }
}

/// The name of a cookie; one without `=` has none (RFC 6265bis §5.6, step 3).
fn name(pair: &[u8]) -> &[u8] {
    match pair.iter().position(|byte| *byte == b'=') {
        Some(at) => pair.get(..at).unwrap_or_default().trim_ascii(),
        None => b"",
    }
}

fn split(attribute: &[u8]) -> (&[u8], &[u8]) {
    let mut halves = attribute.splitn(2, |byte| *byte == b'=');
    let name = halves.next().unwrap_or_default().trim_ascii();
    (name, halves.next().unwrap_or_default().trim_ascii())
}

/// Browsers compare prefixes of names without case (RFC 6265bis §5.7).
fn begins_with(name: &[u8], prefix: &[u8]) -> bool {
    name.get(..prefix.len())
        .is_some_and(|begin| begin.eq_ignore_ascii_case(prefix))
}
