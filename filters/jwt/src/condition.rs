//! What a rule wants a claim to be.

use crate::claims::{ClaimPath, Claims, has_member};
use crate::reason;
use tollgate_kit::json::{Node, OwnedDocument};
use tollgate_kit::trace::Trace;
use tollgate_kit::verdict::Denial;

/// One claim and what it must be.
#[derive(Debug)]
pub struct Condition {
    /// The claim.
    pub claim: ClaimPath,
    /// What it must be.
    pub test: Test,
}

/// What a claim must be. An absent claim is nothing of all but `Present(false)`.
#[derive(Debug)]
pub enum Test {
    /// This value.
    Equals(Literal),
    /// One of these.
    OneOf(Vec<Literal>),
    /// A list with this element, or a text with this word.
    Contains(Literal),
    /// A text that begins so.
    Prefix(String),
    /// There and not `null`, or the opposite.
    Present(bool),
}

/// A text, number, `true` or `false` of the policy.
#[derive(Debug)]
pub struct Literal(OwnedDocument);

// === impl Condition ===

impl Condition {
    /// Whether it holds for these claims.
    #[must_use]
    pub fn holds(&self, claims: &Claims) -> bool {
        let claim = claims.find(&self.claim).filter(|claim| !claim.is_null());
        match (&self.test, claim) {
            (Test::Present(wanted), claim) => *wanted == claim.is_some(),
            (_, None) => false,
            (Test::Equals(literal), Some(claim)) => literal.is(claim),
            (Test::OneOf(literals), Some(claim)) => {
                literals.iter().any(|literal| literal.is(claim))
            }
            (Test::Contains(literal), Some(claim)) => literal.is_in(claim),
            (Test::Prefix(start), Some(claim)) => claim
                .as_str()
                .is_some_and(|text| text.starts_with(start.as_str())),
        }
    }

    fn words(&self) -> String {
        let words = match &self.test {
            Test::Equals(literal) => format!("equals {}", literal.text()),
            Test::OneOf(literals) => {
                let literals: Vec<&str> = literals.iter().map(Literal::text).collect();
                format!("one of {}", literals.join(", "))
            }
            Test::Contains(literal) => format!("contains {}", literal.text()),
            Test::Prefix(start) => format!("begins with {start:?}"),
            Test::Present(true) => "is there".to_owned(),
            Test::Present(false) => "is not there".to_owned(),
        };
        format!("claim {} {words}", self.claim)
    }
}

/// All of them hold, or the first that doesn't is what the denial names.
pub fn check(
    conditions: &[Condition],
    claims: &Claims,
    trace: Trace<'_>,
) -> Result<(), Box<Denial>> {
    for condition in conditions {
        let holds = condition.holds(claims);
        trace.step(|| {
            format!(
                "{}: {}",
                condition.words(),
                if holds { "yes" } else { "no" }
            )
        });
        if !holds {
            let detail = format!("the claim {} is not what is required here", condition.claim);
            return Err(Denial::new(&reason::CLAIM, detail));
        }
    }
    Ok(())
}

// === impl Literal ===

impl Literal {
    /// The value of a document that is a text, a number, `true` or `false`.
    #[must_use]
    pub fn new(document: OwnedDocument) -> Self {
        Self(document)
    }

    /// Whether a claim has this value.
    #[must_use]
    pub fn is(&self, claim: Node<'_>) -> bool {
        self.0.root().equals(claim)
    }

    fn is_in(&self, claim: Node<'_>) -> bool {
        if let Some(list) = claim.as_array() {
            return list.iter().any(|element| self.is(element));
        }
        let own = self.0.root().as_str();
        own.is_some_and(|own| has_member(claim, |word| word == own))
    }

    fn text(&self) -> &str {
        self.0.source()
    }
}
