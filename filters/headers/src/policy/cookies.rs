//! What the policy does to cookies.

use super::check_list;
use crate::cookie::SameSite;
use crate::profile::{Cookies, Profile};
use crate::raw::{Prefixes, RawCookies, Typed};
use tollgate_kit::config::is_token;

/// What is done to cookies.
#[derive(Debug)]
pub struct CookiePolicy {
    /// Whether each gets `Secure`.
    pub secure: bool,
    /// Whether each gets `HttpOnly`.
    pub http_only: bool,
    /// The least strict `SameSite` there may be; `None` leaves it alone.
    pub same_site: Option<SameSite>,
    /// Whether `__Host-` and `__Secure-` are made to keep what they promise.
    pub repairs_prefixes: bool,
    /// Names that are left alone.
    pub except: Vec<String>,
}

// === impl CookiePolicy ===

impl CookiePolicy {
    /// Whether a cookie of this name is left alone.
    #[must_use]
    pub fn excepts(&self, name: &[u8]) -> bool {
        self.except.iter().any(|known| known.as_bytes() == name)
    }

    pub(super) fn changes_anything(&self) -> bool {
        self.secure || self.http_only || self.same_site.is_some() || self.repairs_prefixes
    }

    pub(super) fn compile(raw: &RawCookies<'_>, profile: &Profile) -> Self {
        let secure = raw.secure.as_ref().map(|secure| secure.value);
        if let (Some(Some(SameSite::None)), Some(Typed { value: false, at })) =
            (raw.same_site, &raw.secure)
        {
            at.fault_with_hint(
                "browsers drop cookies with `SameSite=None` that are not secure",
                "leave `secure` out, or choose another `same_site`",
            );
        }
        for name in &raw.except {
            if !name.value.bytes().all(is_token) {
                name.at
                    .fault(format!("{:?} is not a cookie's name", name.value));
            }
        }
        check_list(&raw.except);
        // A session that scripts cannot read and other sites cannot ride on is
        // what most cookies are for; those that aren't are named in `except`.
        let hardens = profile.cookies == Cookies::Harden;
        let prefixes = raw.prefixes.map(|prefixes| prefixes == Prefixes::Enforce);
        Self {
            secure: secure.unwrap_or(hardens),
            http_only: raw.http_only.unwrap_or(hardens),
            same_site: match (raw.same_site, hardens) {
                (Some(chosen), _) => chosen,
                (None, true) => Some(SameSite::Lax),
                (None, false) => None,
            },
            repairs_prefixes: prefixes.unwrap_or(hardens),
            except: raw.except.iter().map(|name| name.value.clone()).collect(),
        }
    }
}
