//! A response as the tests see it, and what they know of how it came.

use crate::html::{self, Metas};

/// One response and its surroundings.
#[derive(Debug, Clone)]
pub struct Response {
    /// How it came.
    pub connection: Connection,
    /// The host that was asked, without a port.
    pub host: String,
    /// The fields in the order in which they came; names in any case.
    pub headers: Vec<(String, Vec<u8>)>,
    /// The content, for `<meta>` and `<script>`. Empty is a page without either.
    pub body: Vec<u8>,
    /// The `Origin` of the request, which the answer may repeat.
    pub request_origin: Option<String>,
    /// What `http://` gives at the same host.
    pub plain_http: PlainHttp,
}

/// How a response came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Connection {
    /// `http`: there is no `https` at the host.
    Plain,
    /// `https`.
    Tls,
    /// `https` with a certificate that doesn't hold.
    UntrustedTls,
}

/// What a client gets that asks for `http://` and the host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlainHttp {
    /// No connection.
    Closed,
    /// These URLs in turn: the first is what it asked for, each next is where it
    /// was redirected.
    Visited(Vec<String>),
}

// === impl Response ===

impl Response {
    /// A response without a body from a host that has `https` only.
    pub fn over_tls<N, V>(host: &str, headers: impl IntoIterator<Item = (N, V)>) -> Self
    where
        N: Into<String>,
        V: Into<Vec<u8>>,
    {
        let own = |(name, value): (N, V)| (name.into(), value.into());
        Self {
            connection: Connection::Tls,
            host: host.to_owned(),
            headers: headers.into_iter().map(own).collect(),
            body: Vec::new(),
            request_origin: None,
            plain_http: PlainHttp::Closed,
        }
    }

    /// The values of a field, a character per byte, as Node.js reads them.
    #[must_use]
    pub fn lines(&self, name: &str) -> Vec<String> {
        let fields = self.headers.iter();
        fields
            .filter(|(field, _)| field.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.iter().copied().map(char::from).collect())
            .collect()
    }

    /// The one value of a field, its lines joined by commas as by Node.js. A
    /// field without a value counts as absent.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<String> {
        Some(self.lines(name).join(", ")).filter(|value| !value.is_empty())
    }

    /// The media type without its parameters.
    #[must_use]
    pub fn media_type(&self) -> Option<String> {
        let value = self.lines("content-type").into_iter().next()?;
        value.split(';').next().map(str::to_owned)
    }

    /// The content as text.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// What its `<meta>` elements say; nothing where the content isn't HTML.
    #[must_use]
    pub fn metas(&self) -> Metas {
        match self.media_type() {
            Some(media_type) if html::is_html(&media_type) => html::metas(&self.text()),
            Some(_) | None => Metas::default(),
        }
    }
}

// === impl Connection ===

impl Connection {
    /// Whether the URL begins with `https`.
    #[must_use]
    pub const fn is_https(self) -> bool {
        match self {
            Self::Tls | Self::UntrustedTls => true,
            Self::Plain => false,
        }
    }
}
