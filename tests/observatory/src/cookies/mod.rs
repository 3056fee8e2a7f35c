//! The test `cookies`: whether every cookie is `Secure`, session cookies are
//! `HttpOnly`, and all have `SameSite`. A session cookie is known by its name.
//! Source: `src/analyzer/tests/cookies.js`.

mod jar;

use crate::{Response, strict_transport_security};
use jar::{Cookie, SameSite};

/// The faults, the worst last.
const WORSE_AND_WORSE: [&str; 7] = [
    "cookies-without-secure-flag-but-protected-by-hsts",
    "cookies-without-secure-flag",
    "cookies-session-without-secure-flag-but-protected-by-hsts",
    "cookies-samesite-flag-invalid",
    "cookies-anticsrf-without-samesite-flag",
    "cookies-session-without-httponly-flag",
    "cookies-session-without-secure-flag",
];

/// What a cookie without `Secure` costs.
struct Insecure {
    any: &'static str,
    session: &'static str,
}

const EXPOSED: Insecure = Insecure {
    any: "cookies-without-secure-flag",
    session: "cookies-session-without-secure-flag",
};
const PROTECTED: Insecure = Insecure {
    any: "cookies-without-secure-flag-but-protected-by-hsts",
    session: "cookies-session-without-secure-flag-but-protected-by-hsts",
};

/// Set by Heroku's router, which the site cannot change.
const OVERLOOKED: &str = "heroku-session-affinity";

/// Which result of the test a response has.
#[must_use]
pub fn result(response: &Response) -> &'static str {
    let lines = response.lines("set-cookie");
    let mut cookies = jar::filled(&lines, &response.host);
    cookies.retain(|cookie| cookie.name != OVERLOOKED);
    if cookies.is_empty() {
        return "cookies-not-found";
    }
    let insecure = match strict_transport_security::result(response) {
        "hsts-implemented-max-age-at-least-six-months" => PROTECTED,
        _ => EXPOSED,
    };
    let malformed = lines.iter().any(|line| jar::has_invalid_same_site(line));
    let all = cookies.iter().flat_map(|cookie| faults(cookie, &insecure));
    let all = all.chain(malformed.then_some("cookies-samesite-flag-invalid"));
    let worst = all.max_by_key(|fault| WORSE_AND_WORSE.iter().position(|rank| rank == fault));
    worst.unwrap_or_else(|| faultless(&cookies))
}

fn faults(cookie: &Cookie, insecure: &Insecure) -> Vec<&'static str> {
    let name = cookie.name.to_ascii_lowercase();
    let is_session = name.contains("login") || name.contains("sess");
    let is_token = name.contains("csrf");
    let same_site = cookie.same_site;
    let mut faults = Vec::new();
    if !cookie.secure {
        faults.push(if is_session {
            insecure.session
        } else {
            insecure.any
        });
        if same_site == Some(SameSite::None) {
            faults.push("cookies-samesite-flag-invalid");
        }
    }
    if is_token && same_site.is_none() {
        faults.push("cookies-anticsrf-without-samesite-flag");
    }
    if is_session && !cookie.http_only {
        faults.push("cookies-session-without-httponly-flag");
    }
    faults
}

fn faultless(cookies: &[Cookie]) -> &'static str {
    if cookies.iter().all(|cookie| cookie.same_site.is_some()) {
        "cookies-secure-with-httponly-sessions-and-samesite"
    } else {
        "cookies-secure-with-httponly-sessions"
    }
}
