//! The profiles: which response fields are set, to which value, and how each
//! meets one of the upstream's. A published version never changes: a policy
//! that names one gets the same headers from every later release.

use crate::raw::Fate;
use crate::rule::Rule;

/// A named and dated set of response fields.
#[derive(Debug)]
pub struct Profile {
    /// `api`, `web` or `none`.
    pub name: &'static str,
    /// The month of its sources; `none` has no versions.
    pub version: Option<&'static str>,
    /// Its fields, in the order in which they are added.
    pub rows: &'static [Row],
    /// What becomes of fingerprints where the policy doesn't say.
    pub fingerprints: Fate,
    /// What becomes of cookies where the policy doesn't say.
    pub cookies: Cookies,
}

/// What a profile does to cookies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cookies {
    /// `Secure`, `HttpOnly`, `SameSite=Lax`, and what their prefixes promise.
    Harden,
    /// Nothing.
    Keep,
}

/// One field of a profile.
#[derive(Debug)]
pub struct Row {
    /// The name in lower case.
    pub name: &'static str,
    /// The value.
    pub value: &'static str,
    /// How it meets one of the upstream's.
    pub rule: Rule,
    /// What it keeps from happening.
    pub why: &'static str,
    /// What defines it.
    pub source: &'static str,
}

/// Every version of every profile, the latest of a name last.
pub static ALL: &[&Profile] = &[&NONE, &API_2026_07, &WEB_2026_07];

/// The profile of a name, with or without a version; without, the latest.
#[must_use]
pub fn find(text: &str) -> Option<&'static Profile> {
    let (name, version) = match text.split_once('@') {
        Some((name, version)) => (name, Some(version)),
        None => (text, None),
    };
    let fits = |profile: &&&Profile| {
        profile.name == name && (version.is_none() || profile.version == version)
    };
    ALL.iter().rev().find(fits).copied()
}

static NONE: Profile = Profile {
    name: "none",
    version: None,
    rows: &[],
    fingerprints: Fate::Keep,
    cookies: Cookies::Keep,
};

/// For JSON APIs: nothing that a browser needs in order to render.
static API_2026_07: Profile = Profile {
    name: "api",
    version: Some("2026-07"),
    rows: &[
        TRANSPORT,
        NOSNIFF,
        row(
            "x-frame-options",
            "DENY",
            Rule::KeepFrameOption,
            "no page shows the answer in a frame (browsers without `frame-ancestors`)",
            "RFC 7034 §2.1",
        ),
        row(
            "content-security-policy",
            "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
            Rule::KeepList,
            "an answer that a browser takes for a page loads, frames and sends nothing",
            "CSP Level 3 §3.1",
        ),
        REFERRER,
        RESOURCE,
        OPENER,
        CROSS_DOMAIN,
        row(
            "cache-control",
            "no-store",
            Rule::KeepList,
            "no cache keeps what one client was answered",
            "RFC 9111 §5.2.2.5",
        ),
    ],
    fingerprints: Fate::Remove,
    cookies: Cookies::Harden,
};

/// The OWASP Secure Headers Project's list of headers to add. `clear-site-data`
/// is not in it: it ends a session, so it belongs to the answer to a logout.
static WEB_2026_07: Profile = Profile {
    name: "web",
    version: Some("2026-07"),
    rows: &[
        TRANSPORT,
        NOSNIFF,
        row(
            "x-frame-options",
            "deny",
            Rule::KeepFrameOption,
            "no page shows the answer in a frame (browsers without `frame-ancestors`)",
            "RFC 7034 §2.1",
        ),
        row(
            "content-security-policy",
            "default-src 'self'; form-action 'self'; base-uri 'self'; object-src 'none'; \
             frame-ancestors 'none'; upgrade-insecure-requests",
            Rule::KeepList,
            "a page loads and sends only to its own origin, and is in no frame",
            "CSP Level 3 §3.1",
        ),
        REFERRER,
        RESOURCE,
        OPENER,
        row(
            "cross-origin-embedder-policy",
            "require-corp",
            Rule::KeepItem,
            "a page loads from elsewhere only what allows it",
            "HTML §7.1.4",
        ),
        row(
            "permissions-policy",
            "accelerometer=(), autoplay=(), camera=(), cross-origin-isolated=(), \
             display-capture=(), encrypted-media=(), fullscreen=(), geolocation=(), \
             gyroscope=(), keyboard-map=(), magnetometer=(), microphone=(), midi=(), \
             payment=(), picture-in-picture=(), publickey-credentials-get=(), \
             screen-wake-lock=(), sync-xhr=(self), usb=(), web-share=(), \
             xr-spatial-tracking=(), clipboard-read=(), clipboard-write=(), gamepad=(), \
             hid=(), idle-detection=(), interest-cohort=(), serial=(), unload=()",
            Rule::KeepList,
            "neither a page nor what it frames uses devices and features that it does not need",
            "Permissions Policy, Permissions-Policy header field",
        ),
        row(
            "x-dns-prefetch-control",
            "off",
            Rule::Replace,
            "the names that a page links to are not looked up before they are used",
            "OWASP Secure Headers Project",
        ),
        CROSS_DOMAIN,
        row(
            "cache-control",
            "no-store, max-age=0",
            Rule::KeepList,
            "no cache keeps what one client was answered",
            "RFC 9111 §5.2.2.5",
        ),
    ],
    fingerprints: Fate::Remove,
    cookies: Cookies::Harden,
};

const TRANSPORT: Row = row(
    "strict-transport-security",
    "max-age=63072000; includeSubDomains",
    Rule::KeepUnlessWeaker,
    "browsers come back over TLS only, for two years, to subdomains too",
    "RFC 6797 §6.1",
);
const NOSNIFF: Row = row(
    "x-content-type-options",
    "nosniff",
    Rule::Replace,
    "no browser takes the answer for another type than it says",
    "Fetch Standard, X-Content-Type-Options header",
);
const REFERRER: Row = row(
    "referrer-policy",
    "no-referrer",
    Rule::KeepList,
    "paths and their parameters are told to no other site",
    "Referrer Policy §4.1",
);
const RESOURCE: Row = row(
    "cross-origin-resource-policy",
    "same-origin",
    Rule::KeepItem,
    "no other site loads the answer into its process",
    "Fetch Standard, Cross-Origin-Resource-Policy header",
);
const OPENER: Row = row(
    "cross-origin-opener-policy",
    "same-origin",
    Rule::KeepItem,
    "no other site holds a handle to its window",
    "HTML §7.1.3",
);
// Any other value than `none` permits more than it.
const CROSS_DOMAIN: Row = row(
    "x-permitted-cross-domain-policies",
    "none",
    Rule::Replace,
    "no Flash or PDF document reads the site from elsewhere",
    "OWASP Secure Headers Project",
);

const fn row(
    name: &'static str,
    value: &'static str,
    rule: Rule,
    why: &'static str,
    source: &'static str,
) -> Row {
    Row {
        name,
        value,
        rule,
        why,
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_alone_means_its_latest_version() {
        for (text, version) in [
            ("api", Some("2026-07")),
            ("api@2026-07", Some("2026-07")),
            ("web", Some("2026-07")),
            ("none", None),
        ] {
            let profile = find(text).unwrap();
            assert_eq!(profile.version, version, "{text}");
        }
        for text in ["", "api@", "api@2025-01", "none@2026-07", "API"] {
            assert!(find(text).is_none(), "{text}");
        }
    }

    #[test]
    fn no_profile_names_a_field_twice() {
        for profile in ALL {
            let mut names: Vec<&str> = profile.rows.iter().map(|row| row.name).collect();
            names.sort_unstable();
            assert!(
                names.is_sorted_by(|left, right| left < right),
                "{}",
                profile.name
            );
        }
    }
}
