//! What the upstream and later filters are told of a good token.

use crate::claims::{ClaimPath, text_of};
use crate::reason;
use crate::verified::Verified;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::rc::Rc;
use tollgate_kit::json::{Node, Value};
use tollgate_kit::verdict::{Allowance, Denial};

/// What is forwarded.
#[derive(Debug, Default)]
pub struct Forward {
    /// The field for the token's payload, as it stands in the token.
    pub payload: Option<Rc<str>>,
    /// Claims, and the fields for them.
    pub claims: Vec<(ClaimPath, Rc<str>)>,
    /// Claims and header parameters for filter state.
    pub state: Vec<State>,
}

/// What filter state can hold of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// `sub`.
    Subject,
    /// `iss`.
    Issuer,
    /// `kid` of the header.
    KeyId,
}

/// A claim's value that no field can hold.
struct Unfit;

// === impl Forward ===

impl Forward {
    /// The fields that it writes.
    pub fn fields(&self) -> impl Iterator<Item = &Rc<str>> {
        let claims = self.claims.iter().map(|(_, field)| field);
        self.payload.iter().chain(claims)
    }

    /// Puts what is forwarded into `allowance`; the client's copies are out by then.
    ///
    /// # Errors
    /// `jwt_claim` for a claim that no field can hold: a control character, a space
    /// at an end, or more than 4 KiB.
    pub fn fill(
        &self,
        token: &[u8],
        verified: &Verified,
        allowance: &mut Allowance,
    ) -> Result<(), Box<Denial>> {
        if let Some(field) = &self.payload {
            let payload = token.split(|byte| *byte == b'.').nth(1).unwrap_or_default();
            allowance.edits.append(field.clone(), payload);
        }
        for (claim, field) in &self.claims {
            let Some(node) = verified.claims.find(claim) else {
                continue;
            };
            let value = value(node).map_err(|Unfit| {
                let detail = format!("the claim {claim} cannot be forwarded");
                Denial::new(&reason::CLAIM, detail)
            })?;
            allowance.edits.append(field.clone(), value.into_bytes());
        }
        for state in &self.state {
            if let Some(value) = state.of(verified) {
                allowance.state.push((state.name(), value.to_owned()));
            }
        }
        Ok(())
    }
}

/// Texts, whole numbers, `true` and `false` as they are, all else as base64url of
/// its JSON.
fn value(node: Node<'_>) -> Result<String, Unfit> {
    let value = match (node.value(), text_of(node)) {
        (_, Some(text)) => text.into_owned(),
        (Value::Bool(flag), None) => flag.to_string(),
        (
            Value::Null | Value::Number(_) | Value::String(_) | Value::Array(_) | Value::Object(_),
            None,
        ) => URL_SAFE_NO_PAD.encode(node.source()),
    };
    // Spaces at the ends are no part of a field's value (RFC 9110 §5.5): " alice"
    // would arrive as alice.
    let is_cut = value.starts_with(' ') || value.ends_with(' ');
    if value.len() > MAX_VALUE || is_cut || value.chars().any(char::is_control) {
        return Err(Unfit);
    }
    Ok(value)
}

// === impl State ===

impl State {
    /// Its name in the policy, and behind `wasm.tollgate.`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Subject => "sub",
            Self::Issuer => "iss",
            Self::KeyId => "kid",
        }
    }

    fn of(self, verified: &Verified) -> Option<&str> {
        match self {
            Self::Subject | Self::Issuer => verified.claims.get(self.name())?.as_str(),
            Self::KeyId => verified.kid.as_deref(),
        }
    }
}

const MAX_VALUE: usize = 4096;
