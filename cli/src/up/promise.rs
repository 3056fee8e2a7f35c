//! A request whose outcome is promised, and the `curl` line that sends it.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use serde::Serialize;

/// A request and what the gateway gives for it, for as long as it runs.
#[derive(Debug)]
pub struct Promise {
    /// What it shows, in a few words.
    pub name: &'static str,
    /// The filter it shows.
    pub filter: Filter,
    /// What is sent.
    pub request: Outgoing,
    /// What comes back.
    pub outcome: Outcome,
}

/// The filters, in the order in which they are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Filter {
    /// Tokens.
    Jwt,
    /// The OpenAPI document.
    Schema,
    /// Hardening and hygiene.
    Headers,
}

/// A request as it leaves the client.
#[derive(Debug)]
pub struct Outgoing {
    /// The method.
    pub method: &'static str,
    /// Path and query.
    pub target: &'static str,
    /// The fields, repeated ones included.
    pub headers: Vec<(&'static str, String)>,
    /// The content, if there is any.
    pub body: Option<&'static str>,
    /// What `curl` prints of the answer.
    pub show: Show,
}

/// What `curl` prints before the status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Show {
    /// The body.
    Body,
    /// The header section and the body.
    Head,
}

/// A status, and for a denial its reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// The status code.
    pub status: u16,
    /// The reason, as in the `type` of the problem.
    pub reason: Option<String>,
}

/// Writes `curl` lines for one gateway.
#[derive(Debug)]
pub struct Curl {
    gateway: SocketAddr,
    options: &'static str,
}

// === impl Filter ===

impl Filter {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Jwt, Self::Schema, Self::Headers];
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Jwt => "jwt",
            Self::Schema => "schema",
            Self::Headers => "headers",
        })
    }
}

// === impl Outgoing ===

impl Outgoing {
    /// A request without fields or content.
    #[must_use]
    pub fn new(method: &'static str, target: &'static str) -> Self {
        Self {
            method,
            target,
            headers: Vec::new(),
            body: None,
            show: Show::Body,
        }
    }

    /// With a field more.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// With a bearer token.
    #[must_use]
    pub fn bearer(self, token: &str) -> Self {
        self.header("authorization", format!("Bearer {token}"))
    }

    /// With content of this type.
    #[must_use]
    pub fn content(mut self, content_type: &'static str, body: &'static str) -> Self {
        self.body = Some(body);
        self.header("content-type", content_type)
    }

    /// With the header section of the answer shown.
    #[must_use]
    pub fn show_head(mut self) -> Self {
        self.show = Show::Head;
        self
    }
}

// === impl Outcome ===

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.reason {
            Some(reason) => write!(f, "{} {reason}", self.status),
            None => write!(f, "{}", self.status),
        }
    }
}

// === impl Curl ===

impl Curl {
    /// Lines for the gateway that listens on `address`.
    ///
    /// `http_proxy` would send them elsewhere, so that the option against it is
    /// added where such a variable is set.
    #[must_use]
    pub fn new(address: SocketAddr) -> Self {
        let proxied = ["http_proxy", "all_proxy", "ALL_PROXY"]
            .iter()
            .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()));
        Self {
            gateway: reachable(address),
            options: if proxied { " --noproxy '*'" } else { "" },
        }
    }

    /// The command alone. The last line that it prints is the status.
    ///
    /// The URL comes first, as tokens are long.
    #[must_use]
    pub fn command(&self, request: &Outgoing) -> String {
        let mut line = format!("curl -sS{} -w '\\n%{{http_code}}\\n'", self.options);
        if request.show == Show::Head {
            line.push_str(" -i");
        }
        if request.method != "GET" {
            line.push_str(&format!(" -X {}", request.method));
        }
        let url = format!("http://{}{}", self.gateway, request.target);
        line.push_str(&format!(" {}", quoted(&url)));
        for (name, value) in &request.headers {
            line.push_str(&format!(" -H {}", quoted(&format!("{name}: {value}"))));
        }
        if let Some(body) = request.body {
            line.push_str(&format!(" --data-raw {}", quoted(body)));
        }
        line
    }

    /// The command, and its outcome as a comment.
    #[must_use]
    pub fn line(&self, promise: &Promise) -> String {
        format!("{} # {}", self.command(&promise.request), promise.outcome)
    }
}

/// Where a client on this machine reaches a listener: 127.0.0.1 for 0.0.0.0.
#[must_use]
pub fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}

/// One word of a POSIX shell (POSIX.1 §2.2.2).
fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:@%+,=".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curl() -> Curl {
        Curl {
            gateway: reachable(SocketAddr::from(([0, 0, 0, 0], 8080))),
            options: "",
        }
    }

    #[test]
    fn a_line_quotes_what_the_shell_would_read() {
        let promise = Promise {
            name: "an order",
            filter: Filter::Schema,
            request: Outgoing::new("POST", "/orders?a=1&b=2")
                .content("application/json", r#"{"note":"it's"}"#),
            outcome: Outcome {
                status: 400,
                reason: Some("schema_body".to_owned()),
            },
        };
        assert_eq!(
            curl().line(&promise),
            r#"curl -sS -w '\n%{http_code}\n' -X POST 'http://127.0.0.1:8080/orders?a=1&b=2' -H 'content-type: application/json' --data-raw '{"note":"it'\''s"}' # 400 schema_body"#
        );
    }

    #[test]
    fn a_line_for_an_allow_ends_in_its_status() {
        let promise = Promise {
            name: "the health check",
            filter: Filter::Headers,
            request: Outgoing::new("GET", "/healthz").show_head(),
            outcome: Outcome {
                status: 200,
                reason: None,
            },
        };
        assert_eq!(
            curl().line(&promise),
            r"curl -sS -w '\n%{http_code}\n' -i http://127.0.0.1:8080/healthz # 200"
        );
    }
}
