//! The grades of responses to which a profile of the `headers` filter is added.
//! The upstream gave nothing but its media type and, for `web`, one cookie.

use tollgate_headers::profile;
use tollgate_observatory::{Grade, Response, Table, grade};

/// A test, the result, and its points.
type Row = (&'static str, &'static str, i32);

const WEB: [Row; 12] = [
    (
        "content-security-policy",
        "csp-implemented-with-no-unsafe",
        5,
    ),
    (
        "cookies",
        "cookies-secure-with-httponly-sessions-and-samesite",
        5,
    ),
    (
        "cross-origin-embedder-policy",
        "coep-implemented-with-require-corp",
        10,
    ),
    (
        "cross-origin-opener-policy",
        "coop-implemented-with-same-origin",
        10,
    ),
    (
        "cross-origin-resource-policy",
        "corp-implemented-with-same-origin",
        10,
    ),
    (
        "cross-origin-resource-sharing",
        "cross-origin-resource-sharing-not-implemented",
        0,
    ),
    ("redirection", "redirection-not-needed-no-http", 0),
    ("referrer-policy", "referrer-policy-private", 5),
    (
        "strict-transport-security",
        "hsts-implemented-max-age-at-least-six-months",
        0,
    ),
    (
        "subresource-integrity",
        "sri-not-implemented-but-no-scripts-loaded",
        0,
    ),
    (
        "x-content-type-options",
        "x-content-type-options-nosniff",
        0,
    ),
    ("x-frame-options", "x-frame-options-implemented-via-csp", 5),
];

const API: [Row; 12] = [
    (
        "content-security-policy",
        "csp-implemented-with-no-unsafe-default-src-none",
        10,
    ),
    ("cookies", "cookies-not-found", 0),
    ("cross-origin-embedder-policy", "coep-not-implemented", 0),
    (
        "cross-origin-opener-policy",
        "coop-implemented-with-same-origin",
        10,
    ),
    (
        "cross-origin-resource-policy",
        "corp-implemented-with-same-origin",
        10,
    ),
    (
        "cross-origin-resource-sharing",
        "cross-origin-resource-sharing-not-implemented",
        0,
    ),
    ("redirection", "redirection-not-needed-no-http", 0),
    ("referrer-policy", "referrer-policy-private", 5),
    (
        "strict-transport-security",
        "hsts-implemented-max-age-at-least-six-months",
        0,
    ),
    (
        "subresource-integrity",
        "sri-not-implemented-response-not-html",
        0,
    ),
    (
        "x-content-type-options",
        "x-content-type-options-nosniff",
        0,
    ),
    ("x-frame-options", "x-frame-options-implemented-via-csp", 5),
];

#[test]
fn the_web_profile_with_a_hardened_cookie_is_graded_a_plus_with_150_points() {
    let Some(table) = table("web") else { return };
    let grade = grade(&web(), &table);
    assert_eq!(rows(&grade, &table), WEB);
    assert_eq!((grade.score, grade.grade.as_str()), (150, "A+"));
}

#[test]
fn the_api_profile_without_a_cookie_is_graded_a_plus_with_140_points() {
    let Some(table) = table("api") else { return };
    let grade = grade(&api(), &table);
    assert_eq!(rows(&grade, &table), API);
    assert_eq!((grade.score, grade.grade.as_str()), (140, "A+"));
}

/// The preload list is the browsers', hashes of scripts are the page's, and
/// `default-src 'none'` needs to be told each kind of content that a page has.
#[test]
fn the_web_profile_has_the_most_of_every_test_but_csp_hsts_and_sri() {
    let Some(table) = table("web-most") else {
        return;
    };
    let most = |row: &Row| table.most(row.0).unwrap();
    let short = WEB.iter().filter(|row| row.2 < most(row));
    let short: Vec<_> = short.map(|row| (row.0, most(row) - row.2)).collect();
    let expected = [
        ("content-security-policy", 5),
        ("strict-transport-security", 5),
        ("subresource-integrity", 5),
    ];
    assert_eq!(short, expected);
}

#[test]
fn a_policy_that_names_each_kind_of_content_gives_the_web_profile_five_points_more() {
    let Some(table) = table("web-none-by-default") else {
        return;
    };
    let mut response = web();
    for (name, value) in &mut response.headers {
        if name == "content-security-policy" {
            *value = b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
                form-action 'self'; base-uri 'self'; frame-ancestors 'none'"
                .to_vec();
        }
    }
    assert_eq!(grade(&response, &table).score, 155);
}

fn web() -> Response {
    let cookie = (
        "set-cookie",
        "sid=1; Secure; HttpOnly; SameSite=Lax; Path=/",
    );
    hardened(
        "web",
        &[("content-type", "text/html; charset=utf-8"), cookie],
    )
}

fn api() -> Response {
    hardened("api", &[("content-type", "application/json")])
}

fn hardened(name: &str, upstream: &[(&str, &str)]) -> Response {
    let profile = profile::find(name).unwrap();
    let added = profile.rows.iter().map(|row| (row.name, row.value));
    Response::over_tls("shop.example", upstream.iter().copied().chain(added))
}

fn rows(grade: &Grade, table: &Table) -> Vec<Row> {
    let rows = grade.results.iter();
    rows.map(|(test, result)| (*test, *result, table.modifier(result)))
        .collect()
}

fn table(suite: &str) -> Option<Table> {
    let table = Table::published();
    if table.is_none() {
        println!("suite observatory-{suite}: 0 passed, 0 failed, 1 skipped");
    }
    table
}
