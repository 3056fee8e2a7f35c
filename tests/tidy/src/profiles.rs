//! The page about the header profiles, written from their tables.

use std::fmt::Write as _;
use tollgate_headers::profile::{self, Profile};
use tollgate_headers::rule::Rule;

/// `docs/profiles.md`.
#[must_use]
pub fn page() -> String {
    let mut page = INTRODUCTION.to_owned();
    for profile in profile::ALL {
        // `none` sets nothing.
        if let Some(version) = profile.version {
            let _ = write!(page, "\n## {}@{version}\n\n{HEAD}", profile.name);
            rows(profile, &mut page);
        }
    }
    page.push_str(REMARKS);
    page
}

fn rows(profile: &Profile, page: &mut String) {
    for row in profile.rows {
        let (name, value) = (row.name, row.value);
        let _ = writeln!(
            page,
            "| `{name}` | `{value}` | {} | {} | {} |",
            row.why,
            words(row.rule),
            row.source,
        );
    }
}

fn words(rule: Rule) -> &'static str {
    match rule {
        Rule::Replace => "is replaced",
        Rule::KeepList => "is kept; several lines are joined, and all of them hold",
        Rule::KeepItem => "is kept if it is one value",
        Rule::KeepFrameOption => "is kept if it is `DENY` or `SAMEORIGIN`",
        Rule::KeepUnlessWeaker => "is kept unless it asks for less; over TLS only",
    }
}

const INTRODUCTION: &str = "\
# Header profiles

A profile sets response fields; after it there is exactly one of each. A published version never changes: `profile:
api@2026-07` gives the same fields from every later release, `profile: api` those of the latest version. `set` in the policy
wins over the profile, `remove` takes a field out of it, and profile `none` sets nothing.

`api` is for JSON APIs: nothing that a browser needs in order to render. `web` is the list of headers to add of the OWASP
Secure Headers Project. This page is written from the tables in the code: `UPDATE_DOCS=1 cargo test -p tollgate-tidy`.
";

const HEAD: &str = "\
| field | value | so that | one that the upstream sent | source |
| --- | --- | --- | --- | --- |
";

const REMARKS: &str = "
## What stays, and what is not set

Of two content security policies it cannot be told from outside which is stricter, nor which of two cache directives: the
upstream knows its own pages, so its field is kept. `nosniff` has no other value, and `x-permitted-cross-domain-policies`
none that permits less, so they are replaced.

`clear-site-data` of OWASP's list is in no profile: it ends a session, so it belongs to the answer to a logout.

Removed are OWASP's list of headers to remove and everything that begins with `x-envoy-` (`fingerprints: keep` leaves them).
Envoy writes `server` behind every filter: `tollgate render` sets `server_header_transformation: PASS_THROUGH`, which lets
the filter take it out. `via` is no fingerprint by default: `remove: [via]` takes it out.
";
