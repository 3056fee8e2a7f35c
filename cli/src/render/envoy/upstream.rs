//! The API that the gateway stands in front of.

use std::fmt;
use std::net::SocketAddr;
use std::str::FromStr;

use hyper::Uri;

/// Where the gateway sends what it lets through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upstream {
    /// Plain or TLS.
    pub scheme: Scheme,
    /// A name or an address, IPv6 without brackets.
    pub host: String,
    /// The port.
    pub port: u16,
}

/// How the upstream is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// HTTP in the clear.
    Http,
    /// HTTP over TLS.
    Https,
}

/// What a URL of an upstream lacks.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum UpstreamError {
    /// It isn't a URL with a host.
    #[error("expected a URL like `http://127.0.0.1:3000`")]
    Form,
    /// The scheme is another.
    #[error("expected `http` or `https`, found `{0}`")]
    Scheme(String),
    /// It has a path or a query, which the gateway doesn't add to what it forwards.
    #[error("expected no path and no query: requests keep their own")]
    Path,
}

// === impl Upstream ===

impl From<SocketAddr> for Upstream {
    fn from(address: SocketAddr) -> Self {
        Self {
            scheme: Scheme::Http,
            host: address.ip().to_string(),
            port: address.port(),
        }
    }
}

impl FromStr for Upstream {
    type Err = UpstreamError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let uri: Uri = text.parse().map_err(|_| UpstreamError::Form)?;
        let scheme = match uri.scheme_str() {
            Some("http") => Scheme::Http,
            Some("https") => Scheme::Https,
            Some(other) => return Err(UpstreamError::Scheme(other.to_owned())),
            None => return Err(UpstreamError::Form),
        };
        let authority = uri.authority().ok_or(UpstreamError::Form)?;
        // User information would be sent to nobody.
        if authority.host().is_empty() || authority.as_str().contains('@') {
            return Err(UpstreamError::Form);
        }
        if uri.path() != "/" || uri.query().is_some() {
            return Err(UpstreamError::Path);
        }
        let host = authority.host();
        let host = host
            .strip_prefix('[')
            .and_then(|host| host.strip_suffix(']'))
            .unwrap_or(host);
        Ok(Self {
            scheme,
            host: host.to_owned(),
            port: authority.port_u16().unwrap_or(scheme.port()),
        })
    }
}

impl fmt::Display for Upstream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let host = &self.host;
        let scheme = self.scheme.name();
        if host.contains(':') {
            write!(f, "{scheme}://[{host}]:{}", self.port)
        } else {
            write!(f, "{scheme}://{host}:{}", self.port)
        }
    }
}

// === impl Scheme ===

impl Scheme {
    fn name(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }

    fn port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Result<String, UpstreamError> {
        text.parse::<Upstream>()
            .map(|upstream| upstream.to_string())
    }

    #[test]
    fn a_url_gets_the_port_of_its_scheme() {
        assert_eq!(
            parsed("https://api.example.com"),
            Ok("https://api.example.com:443".to_owned())
        );
        assert_eq!(
            parsed("http://[::1]:3000/"),
            Ok("http://[::1]:3000".to_owned())
        );
    }

    #[test]
    fn what_is_no_upstream_is_refused() {
        assert_eq!(parsed("127.0.0.1:3000"), Err(UpstreamError::Form));
        assert_eq!(
            parsed("http://user@api.example.com"),
            Err(UpstreamError::Form)
        );
        assert_eq!(
            parsed("ftp://api.example.com"),
            Err(UpstreamError::Scheme("ftp".to_owned()))
        );
        assert_eq!(
            parsed("http://api.example.com/v1"),
            Err(UpstreamError::Path)
        );
    }
}
