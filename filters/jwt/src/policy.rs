//! What the `jwt` section means once it is compiled.

use crate::algorithm::Algorithm;
use crate::jwk::KeySet;
use std::rc::Rc;
use std::time::Duration;
use tollgate_kit::fields::Fields;
use tollgate_kit::path::Semicolon;
use tollgate_kit::remote::Remote;
use tollgate_kit::stage::Detail;
use tollgate_kit::template::{Template, TrailingSlash};
use tollgate_kit::verdict::{Edits, Mode};

/// A compiled section.
pub struct Policy {
    /// Enforce or report.
    pub mode: Mode,
    /// How much the replies say.
    pub detail: Detail,
    /// Who issues tokens; no two have one issuer or one name.
    pub providers: Vec<Provider>,
    /// Tried in order; the first that matches decides.
    pub rules: Vec<Rule>,
    /// What matches no rule is refused, rather than let in with any good token.
    pub deny_unmatched: bool,
    /// Whether `/a/` is `/a`.
    pub trailing_slash: TrailingSlash,
    /// What a raw `;` in a path means.
    pub semicolon: Semicolon,
    /// Where tokens stand.
    pub sources: Vec<Source>,
    /// The remote key sets, by the index that [`Keys::Remote`] names.
    pub remotes: Vec<Remote>,
}

/// An issuer and what is accepted of it.
pub struct Provider {
    /// Its name in the policy.
    pub name: String,
    /// Compared exactly.
    pub issuer: String,
    /// A token names one of them.
    pub audiences: Vec<String>,
    /// Never empty.
    pub algorithms: Vec<Algorithm>,
    /// Lower case, without `application/`; `None` takes `JWT`, `at+jwt` and none at all.
    pub types: Option<Vec<String>>,
    /// Where its keys are.
    pub keys: Keys,
    /// How long its keys may be waited for.
    pub timeout: Duration,
    /// How far its clock may be from ours.
    pub clock_skew: Skew,
    /// Claims that must be there.
    pub require: Vec<String>,
    /// The greatest age.
    pub max_age: Option<Duration>,
    /// Where its tokens stand, and whether they are removed there.
    pub sources: Vec<Source>,
}

/// Where keys are.
pub enum Keys {
    /// In the policy.
    Inline(KeySet),
    /// At the remote document of this index.
    Remote(usize),
}

/// Allowed differences between two clocks; 0 means 0.
#[derive(Debug, Clone, Copy, Default)]
pub struct Skew {
    /// After `exp`.
    pub exp: Duration,
    /// Before `nbf`.
    pub nbf: Duration,
    /// Before `iat`.
    pub iat: Duration,
}

/// A header field that carries tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Lower case.
    pub header: Rc<str>,
    /// Before the token; empty for a token that stands alone.
    pub scheme: String,
    /// Whether the field is taken out of requests that pass.
    pub remove: bool,
}

/// Who may do what, where.
pub struct Rule {
    /// Lower case; empty for any.
    pub hosts: Vec<Host>,
    /// `None` for any.
    pub path: Option<Template>,
    /// Empty for any.
    pub methods: Vec<String>,
    /// What it takes.
    pub access: Access,
    /// Enforce or report.
    pub mode: Mode,
}

/// A host, or all below one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Host {
    /// This one.
    Exact(String),
    /// `*.example.com`, kept as `.example.com`.
    Below(String),
}

/// What a rule takes.
pub enum Access {
    /// Anyone; a token isn't looked at.
    Anonymous,
    /// Anyone, but a token that is there must be good.
    Optional,
    /// A good token.
    Required(Requirement),
}

/// What a good token must have besides.
#[derive(Debug, Clone, Default)]
pub struct Requirement {
    /// Names; empty for any.
    pub providers: Vec<String>,
    /// All of these scopes.
    pub all: Vec<String>,
    /// One of these scopes; empty for none.
    pub any: Vec<String>,
}

// === impl Policy ===

impl Policy {
    /// Takes the tokens out, so that the upstream cannot pass them on.
    #[must_use]
    pub fn removals(&self, fields: &Fields) -> Edits {
        let mut edits = Edits::new();
        for source in self
            .sources
            .iter()
            .filter(|source| source.remove && fields.contains(&source.header))
        {
            edits.remove(source.header.clone());
        }
        edits
    }
}

// === impl Source ===

impl Source {
    /// Whether both are one place.
    #[must_use]
    pub fn is_at(&self, other: &Self) -> bool {
        self.header == other.header && self.scheme.eq_ignore_ascii_case(&other.scheme)
    }
}

// === impl Provider ===

impl Provider {
    /// Whether a token of this `typ` is accepted (RFC 8725 §3.11).
    #[must_use]
    pub fn takes_type(&self, typ: Option<&str>) -> bool {
        let typ = typ.map(str::to_ascii_lowercase);
        let typ = typ
            .as_deref()
            .map(|typ| typ.strip_prefix("application/").unwrap_or(typ));
        match (&self.types, typ) {
            (None, None) => true,
            (None, Some(typ)) => matches!(typ, "jwt" | "at+jwt"),
            (Some(_), None) => false,
            (Some(types), Some(typ)) => types.iter().any(|known| known == typ),
        }
    }

    /// How long a request waits for keys: one fetch, and where it is refused
    /// without them a second more, in which another worker's may arrive.
    #[must_use]
    pub fn patience(&self, mode: Mode) -> Duration {
        match mode {
            Mode::Enforce => self.timeout.saturating_add(Duration::from_secs(1)),
            Mode::Report => self.timeout,
        }
    }
}

// === impl Rule ===

impl Rule {
    /// Whether the rule is about this request.
    #[must_use]
    pub fn matches(&self, host: &str, path: &[u8], method: &str, trailing: TrailingSlash) -> bool {
        let method = if method == "HEAD" {
            ["GET", "HEAD"]
        } else {
            [method, method]
        };
        let methods = self.methods.is_empty()
            || self
                .methods
                .iter()
                .any(|known| method.contains(&known.as_str()));
        let hosts = self.hosts.is_empty() || self.hosts.iter().any(|known| known.covers(host));
        methods
            && hosts
            && self
                .path
                .as_ref()
                .is_none_or(|template| template.matches(path, trailing).is_some())
    }
}

// === impl Host ===

impl Host {
    fn covers(&self, host: &str) -> bool {
        match self {
            Self::Exact(name) => name == host,
            Self::Below(suffix) => host.len() > suffix.len() && host.ends_with(suffix.as_str()),
        }
    }
}
