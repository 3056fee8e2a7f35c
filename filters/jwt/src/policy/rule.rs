//! Who may do what, where.

use super::Source;
use crate::binding::Binding;
use crate::condition::Condition;
use tollgate_kit::template::{Captures, Template, TrailingSlash};
use tollgate_kit::verdict::Mode;

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
#[derive(Debug, Default)]
pub struct Requirement {
    /// Names; empty for any.
    pub providers: Vec<String>,
    /// Where those providers' tokens stand.
    pub sources: Vec<Source>,
    /// All of these scopes.
    pub all: Vec<String>,
    /// One of these scopes; empty for none.
    pub any: Vec<String>,
    /// What claims must be.
    pub claims: Vec<Condition>,
    /// What claims must be in common with the request.
    pub binding: Vec<Binding>,
}

// === impl Rule ===

impl Rule {
    /// What the path gives for the template's parameters, if the rule is about
    /// this request.
    #[must_use]
    pub fn matches(
        &self,
        host: &str,
        path: &[u8],
        method: &str,
        trailing: TrailingSlash,
    ) -> Option<Captures> {
        // HEAD is GET without the body (RFC 9110 §9.3.2).
        let is_method = |known: &String| known == method || (method == "HEAD" && known == "GET");
        let methods = self.methods.is_empty() || self.methods.iter().any(is_method);
        let hosts = self.hosts.is_empty() || self.hosts.iter().any(|known| known.covers(host));
        if !methods || !hosts {
            return None;
        }
        match &self.path {
            Some(template) => template.matches(path, trailing),
            None => Some(Captures::new()),
        }
    }
}

// === impl Host ===

impl Host {
    /// The host, or all below one, that a policy writes in lower case.
    #[must_use]
    pub fn new(text: String) -> Self {
        match text.strip_prefix('*') {
            Some(below) => Self::Below(below.to_owned()),
            None => Self::Exact(text),
        }
    }

    fn covers(&self, host: &str) -> bool {
        match self {
            Self::Exact(name) => name == host,
            Self::Below(suffix) => host.len() > suffix.len() && host.ends_with(suffix.as_str()),
        }
    }
}
