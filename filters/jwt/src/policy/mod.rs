//! What the `jwt` section means once it is compiled.

mod provider;
mod rule;
mod source;

pub use self::provider::{Keys, Provider, Sender, Skew, plain_type};
pub use self::rule::{Access, Host, Requirement, Rule};
pub use self::source::{DPOP, Place, Source};

use std::rc::Rc;
use tollgate_kit::path::Semicolon;
use tollgate_kit::remote::Remote;
use tollgate_kit::stage::Detail;
use tollgate_kit::template::TrailingSlash;
use tollgate_kit::verdict::{Mode, Schemes};

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
    /// The fields that claims are forwarded in: lower case, `_` written as `-`.
    /// A client's copies are always taken out.
    pub forwarded: Vec<Rc<str>>,
    /// The remote key sets, by the index that [`Keys::Remote`] names.
    pub remotes: Vec<Remote>,
    /// The books of used proofs, of the providers that take them.
    pub books: Vec<String>,
}

// === impl Policy ===

impl Policy {
    /// The places where a rule's tokens may stand: those of its providers.
    #[must_use]
    pub fn sources_of<'p>(&'p self, rule: Option<&'p Rule>) -> &'p [Source] {
        match rule.map(|rule| &rule.access) {
            Some(Access::Required(requirement)) if !requirement.providers.is_empty() => {
                &requirement.sources
            }
            Some(Access::Required(_) | Access::Optional | Access::Anonymous) | None => {
                &self.sources
            }
        }
    }

    /// What the challenge of a denial names.
    #[must_use]
    pub fn schemes(&self, rule: Option<&Rule>) -> Schemes {
        let sources = self.sources_of(rule);
        let proofs = sources.iter().any(Source::is_dpop);
        Schemes {
            bearer: !sources.iter().all(Source::is_dpop),
            dpop: proofs.then_some(crate::algorithm::LIST),
        }
    }
}
