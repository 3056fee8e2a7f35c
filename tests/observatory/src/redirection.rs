//! The test `redirection`: whether who asks for `http://` gets to `https://`,
//! at once and at the same host, so that the host can set HSTS.
//! Source: `src/analyzer/tests/redirection.js`, without the preload list.

use crate::{Connection, PlainHttp, Response, url};

/// Which result of the test a response has.
#[must_use]
pub fn result(response: &Response) -> &'static str {
    match &response.plain_http {
        PlainHttp::Closed => "redirection-not-needed-no-http",
        PlainHttp::Visited(route) if is_untrusted(response, route) => "redirection-invalid-cert",
        PlainHttp::Visited(route) => judged(route),
    }
}

fn is_untrusted(response: &Response, route: &[String]) -> bool {
    response.connection == Connection::UntrustedTls && route.iter().any(|url| is_https(url))
}

fn judged(route: &[String]) -> &'static str {
    let [first, second, ..] = route else {
        return "redirection-missing";
    };
    if !route.last().is_some_and(|last| is_https(last)) {
        "redirection-not-to-https"
    } else if !is_https(second) {
        "redirection-not-to-https-on-initial-redirection"
    } else if url::host(first) != url::host(second) {
        "redirection-off-host-from-http"
    } else {
        "redirection-to-https"
    }
}

fn is_https(url: &str) -> bool {
    url::scheme(url).eq_ignore_ascii_case("https")
}
