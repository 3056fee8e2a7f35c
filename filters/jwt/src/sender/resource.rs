//! The resource that a request is for, and the one that a proof is for: an HTTP
//! URI without query and fragment, normalised (RFC 9449 §4.3, RFC 3986 §6.2).

use tollgate_kit::path::{self, Semicolon, Target};
use tollgate_kit::stage::Request;

/// Scheme, host, port and path.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Resource {
    scheme: String,
    host: String,
    port: u16,
    path: Vec<u8>,
}

impl Resource {
    /// That of a request. `x-forwarded-proto`, which Envoy sets or takes from a
    /// trusted hop, tells the scheme that the client used.
    pub(super) fn of(request: &Request<'_>) -> Option<Self> {
        let fields = request.fields;
        let scheme = fields
            .text("x-forwarded-proto")
            .or_else(|| fields.text(":scheme"))?;
        Self::new(scheme, fields.text(":authority")?, request.target?)
    }

    /// That of `htu`.
    pub(super) fn parse(uri: &str) -> Option<Self> {
        let (scheme, rest) = uri.split_once("://")?;
        let authority = rest.split(['/', '?', '#']).next()?;
        let path = rest.get(authority.len()..)?;
        let path = path.split(['?', '#']).next()?;
        let path = if path.is_empty() { "/" } else { path };
        let target = Target::parse(Some(path.as_bytes()), Semicolon::Allow).ok()?;
        Self::new(scheme, authority, &target)
    }

    fn new(scheme: &str, authority: &str, target: &Target) -> Option<Self> {
        let scheme = scheme.to_ascii_lowercase();
        let usual = match scheme.as_str() {
            "https" => 443,
            "http" => 80,
            _ => return None,
        };
        let host = path::host(Some(authority.as_bytes())).ok()?;
        // An address in brackets has colons of its own.
        let behind = authority.rsplit(']').next().unwrap_or(authority);
        let port = match behind.split_once(':') {
            Some((_, "")) | None => usual,
            Some((_, port)) => port.parse().ok()?,
        };
        Some(Self {
            scheme,
            host,
            port,
            path: target.path().to_vec(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_resource_are_one() {
        let one = Resource::parse("https://api.example.com/a/b").unwrap();
        for same in [
            "HTTPS://API.example.com:443/a/b",
            "https://api.example.com./a/./b?x=1#y",
            "https://api.example.com:/a//b",
            "https://api.example.com/%61/b",
        ] {
            assert_eq!(Resource::parse(same).as_ref(), Some(&one), "{same}");
        }
        for other in [
            "http://api.example.com/a/b",
            "https://api.example.com:8443/a/b",
            "https://api.example.com/a/B",
            "https://api.example.com/a/b/",
            "https://example.com/a/b",
        ] {
            assert_ne!(
                Resource::parse(other),
                Some(Resource::parse("https://api.example.com/a/b").unwrap()),
                "{other}"
            );
        }
    }

    #[test]
    fn what_is_no_resource_is_none() {
        for text in [
            "",
            "/a",
            "ftp://a/b",
            "https://",
            "https://user@a/b",
            "https://a:b/c",
            "https://a:99999/",
            "https://a/%2e%2f",
        ] {
            assert_eq!(Resource::parse(text), None, "{text}");
        }
        let root = Resource::parse("https://[::1]:8443").unwrap();
        assert_eq!((root.port, root.path.as_slice()), (8443, &b"/"[..]));
    }
}
