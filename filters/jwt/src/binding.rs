//! What a claim must have in common with the request: the guard against one
//! user's token on another's objects (OWASP API1:2023).

use crate::claims::{ClaimPath, Claims, has_member, text_of};
use crate::reason;
use std::borrow::Cow;
use std::rc::Rc;
use tollgate_kit::fields::is_spelled;
use tollgate_kit::json::Node;
use tollgate_kit::pairs::{Encoding, Pairs, decode, is_name};
use tollgate_kit::path::Target;
use tollgate_kit::stage::Request;
use tollgate_kit::template::Captures;
use tollgate_kit::trace::Trace;
use tollgate_kit::verdict::Denial;

/// A claim and the part of the request that it must be.
#[derive(Debug)]
pub struct Binding {
    /// The claim.
    pub claim: ClaimPath,
    /// How the two are compared.
    pub relation: Relation,
    /// The part of the request.
    pub part: Part,
    /// With one of these scopes it isn't asked for.
    pub unless: Vec<String>,
}

/// How a claim and a part of the request are compared: by exact text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// The claim is it.
    Equals,
    /// The claim is a list with it, or a text with it as a word.
    Contains,
}

/// A part of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// A parameter of the rule's path template.
    Path(String),
    /// A query parameter.
    Query(String),
    /// A header field, in lower case.
    Header(Rc<str>),
    /// The host, without port and in lower case.
    Host,
}

/// What of a request bindings look at.
pub struct Facts<'r> {
    /// The request.
    pub request: &'r Request<'r>,
    /// What its path gave for the rule's template.
    pub captures: &'r Captures,
}

/// All of them hold, or the first that doesn't is what the denial names.
pub fn check(
    bindings: &[Binding],
    claims: &Claims,
    facts: &Facts<'_>,
    trace: Trace<'_>,
) -> Result<(), Box<Denial>> {
    for binding in bindings {
        if binding.unless.iter().any(|scope| claims.has_scope(scope)) {
            trace.step(|| format!("{}: not asked for with the token's scopes", binding.words()));
            continue;
        }
        let holds = binding.holds(claims, facts);
        trace.step(|| format!("{}: {}", binding.words(), if holds { "yes" } else { "no" }));
        if !holds {
            let detail = format!("the token is not for this {}", binding.part.name());
            return Err(
                Denial::new(&reason::BINDING, detail).with_fact("claim", binding.claim.to_string())
            );
        }
    }
    Ok(())
}

// === impl Binding ===

impl Binding {
    fn holds(&self, claims: &Claims, facts: &Facts<'_>) -> bool {
        let (Some(claim), Some(value)) = (claims.find(&self.claim), self.part.of(facts)) else {
            return false;
        };
        !value.is_empty() && self.relation.holds(claim, &value)
    }

    fn words(&self) -> String {
        let relation = match self.relation {
            Relation::Equals => "equals",
            Relation::Contains => "contains",
        };
        format!("claim {} {relation} {}", self.claim, self.part.name())
    }
}

// === impl Relation ===

impl Relation {
    fn holds(self, claim: Node<'_>, value: &str) -> bool {
        match self {
            Self::Equals => text_of(claim).is_some_and(|text| text == value),
            Self::Contains => has_member(claim, |member| member == value),
        }
    }
}

// === impl Part ===

impl Part {
    /// As the policy spells it.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Path(name) => format!("path.{name}"),
            Self::Query(name) => format!("query.{name}"),
            Self::Header(name) => format!("header.{name}"),
            Self::Host => "host".to_owned(),
        }
    }

    /// Its one value; `None` where it is absent, there more than once, or no text:
    /// whoever stands behind may take another of the values.
    fn of<'r>(&'r self, facts: &Facts<'r>) -> Option<Cow<'r, str>> {
        match self {
            Self::Path(name) => {
                let (_, value) = facts.captures.iter().find(|(known, _)| **known == **name)?;
                Some(Cow::Borrowed(value))
            }
            Self::Query(name) => {
                let query = facts.request.target.and_then(Target::query);
                let pairs = Pairs::of_query(query);
                let (_, value) = only(pairs.filter(|(raw, _)| is_name(raw, name)))?;
                decode(value, Encoding::Form)
            }
            Self::Header(name) => {
                // Two spellings are one field to servers that follow CGI.
                let wanted = name.replace('_', "-");
                let fields = facts.request.fields.iter();
                let fields = fields.filter(|(known, _)| is_spelled(known, wanted.as_bytes()));
                let (known, value) = only(fields)?;
                if known != name.as_bytes() || value.contains(&b',') {
                    return None;
                }
                decode(value, Encoding::Plain)
            }
            Self::Host => Some(Cow::Borrowed(facts.request.host)),
        }
    }
}

fn only<T>(mut values: impl Iterator<Item = T>) -> Option<T> {
    let value = values.next()?;
    values.next().is_none().then_some(value)
}
