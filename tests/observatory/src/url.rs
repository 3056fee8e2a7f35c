//! The parts of a URL that the tests compare.

use std::net::IpAddr;

/// The scheme before `://`.
#[must_use]
pub fn scheme(url: &str) -> &str {
    url.split_once("://").map_or("", |(scheme, _)| scheme)
}

/// The host in lower case, without user and port.
#[must_use]
pub fn host(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    let end = match host.find(']') {
        Some(bracket) => bracket + 1,
        None => host.find(':').unwrap_or(host.len()),
    };
    host[..end].to_ascii_lowercase()
}

/// What two hosts of one owner share: the last two labels, or the address.
///
/// The Observatory goes by the public suffix list, by which `a.co.uk` and
/// `b.co.uk` have different owners; here they are taken for one.
#[must_use]
pub fn site(host: &str) -> &str {
    if host.parse::<IpAddr>().is_ok() || host.starts_with('[') {
        return host;
    }
    let start = host
        .rmatch_indices('.')
        .nth(1)
        .map_or(0, |(dot, _)| dot + 1);
    &host[start..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_found_in_any_url() {
        for (url, expected) in [
            ("https://mozilla.org", "mozilla.org"),
            ("https://Mozilla.org:8443/a:b@c", "mozilla.org"),
            ("https://user:word@mozilla.org?a/b", "mozilla.org"),
            ("http://[::1]:80/", "[::1]"),
        ] {
            assert_eq!(host(url), expected, "{url}");
        }
    }

    #[test]
    fn a_site_is_two_labels_or_an_address() {
        for (host, expected) in [
            ("www.mozilla.org", "mozilla.org"),
            ("mozilla.org", "mozilla.org"),
            ("localhost", "localhost"),
            ("127.0.0.1", "127.0.0.1"),
            ("[::1]", "[::1]"),
        ] {
            assert_eq!(site(host), expected, "{host}");
        }
    }
}
