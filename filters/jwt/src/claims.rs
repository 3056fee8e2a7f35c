//! The claims of a token (RFC 7519 §4), and the registered ones against the provider.

use crate::policy::Provider;
use crate::reason;
use std::borrow::Cow;
use std::fmt;
use tollgate_kit::json::{Node, OwnedDocument, Value};
use tollgate_kit::verdict::Denial;

/// A JSON object without a member twice.
#[derive(Debug)]
pub struct Claims(OwnedDocument);

/// Where a claim stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClaimPath {
    /// A claim's name; dots and slashes are part of it.
    Name(String),
    /// A JSON pointer (RFC 6901), for what is nested.
    Pointer(String),
}

type Checked = Result<(), Box<Denial>>;

// === impl Claims ===

impl Claims {
    /// `None` where the document is no object.
    #[must_use]
    pub fn new(document: OwnedDocument) -> Option<Self> {
        document.root().as_object()?;
        Some(Self(document))
    }

    /// A claim.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Node<'_>> {
        self.0.root().get(name)
    }

    /// A claim, or a part of one.
    #[must_use]
    pub fn find(&self, path: &ClaimPath) -> Option<Node<'_>> {
        match path {
            ClaimPath::Name(name) => self.get(name),
            ClaimPath::Pointer(pointer) => self.0.root().pointer(pointer),
        }
    }

    /// Bytes of memory that they take.
    #[must_use]
    pub fn size(&self) -> usize {
        self.0.size()
    }

    /// Whether the token has a scope: `scope`, a text (RFC 8693 §4.2), comes before
    /// `scp`, a list or a text.
    #[must_use]
    pub fn has_scope(&self, scope: &str) -> bool {
        let claim = self.get("scope").or_else(|| self.get("scp"));
        claim.is_some_and(|claim| has_member(claim, |member| member == scope))
    }
}

/// Whether a list has such a text, or a text has such a word: issuers write one
/// member as a text, and several between spaces.
pub fn has_member(node: Node<'_>, is_it: impl Fn(&str) -> bool) -> bool {
    match node.value() {
        Value::String(text) => text.split(' ').any(|word| !word.is_empty() && is_it(word)),
        Value::Array(list) => list
            .iter()
            .any(|element| text_of(element).is_some_and(|text| is_it(&text))),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => false,
    }
}

/// A text or a whole number, by its exact text; nothing else has one.
#[must_use]
pub fn text_of(node: Node<'_>) -> Option<Cow<'_, str>> {
    match node.value() {
        Value::String(text) => Some(Cow::Borrowed(text)),
        Value::Number(number) => {
            let text = number.text();
            let digits = text.strip_prefix('-').unwrap_or(text);
            digits
                .bytes()
                .all(|byte| byte.is_ascii_digit())
                .then_some(Cow::Borrowed(text))
        }
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// Texts are texts: `iss`, `sub`, `jti`, and `aud` or its elements.
pub fn text_types(claims: &Claims) -> Checked {
    for name in ["iss", "sub", "jti"] {
        if claims
            .get(name)
            .is_some_and(|claim| claim.as_str().is_none())
        {
            return Err(wrong_type(name, "a text"));
        }
    }
    let Some(audience) = claims.get("aud") else {
        return Ok(());
    };
    let texts = match audience.value() {
        Value::String(_) => true,
        Value::Array(list) => list.iter().all(|element| element.as_str().is_some()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => false,
    };
    if texts {
        Ok(())
    } else {
        Err(wrong_type("aud", "a text or a list of texts"))
    }
}

/// One of the provider's audiences is among the token's.
pub fn audience(claims: &Claims, provider: &Provider) -> Checked {
    let accepted = |text: Option<&str>| {
        text.is_some_and(|text| provider.audiences.iter().any(|known| known == text))
    };
    let found = claims
        .get("aud")
        .is_some_and(|audience| match audience.as_array() {
            Some(list) => list.iter().any(|element| accepted(element.as_str())),
            None => accepted(audience.as_str()),
        });
    if found {
        Ok(())
    } else {
        Err(Denial::new(
            &reason::AUDIENCE,
            "the token is for no accepted audience",
        ))
    }
}

/// What the provider requires is there.
pub fn required(claims: &Claims, provider: &Provider) -> Checked {
    match provider
        .require
        .iter()
        .find(|name| claims.get(name).is_none())
    {
        Some(name) => Err(Denial::new(
            &reason::CLAIM_MISSING,
            format!("the claim {name} is required"),
        )),
        None => Ok(()),
    }
}

/// The denial of a registered claim that is something else.
#[must_use]
pub fn wrong_type(name: &str, expected: &str) -> Box<Denial> {
    Denial::new(&reason::CLAIM_TYPE, format!("{name} must be {expected}"))
}

// === impl ClaimPath ===

impl ClaimPath {
    /// What begins with a slash is a pointer.
    #[must_use]
    pub fn new(text: String) -> Self {
        match text.starts_with('/') {
            true => Self::Pointer(text),
            false => Self::Name(text),
        }
    }
}

impl fmt::Display for ClaimPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(text) | Self::Pointer(text) => f.write_str(text),
        }
    }
}
