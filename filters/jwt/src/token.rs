//! The compact serialisation of a JWS (RFC 7515 §7.1), read strictly: three
//! parts of canonical base64url, header and claims JSON objects without a
//! member twice. Keys that a header embeds are never used.

use crate::claims::Claims;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use tollgate_kit::json::{DuplicateKeys, Limits, Node, OwnedDocument};

/// A token taken apart; nothing in it is verified.
pub struct Token<'t> {
    /// What the signature is over.
    pub input: &'t [u8],
    /// The signature's bytes.
    pub signature: Vec<u8>,
    /// What it says.
    pub claims: Claims,
    header: OwnedDocument,
}

/// Why a text is no token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Malformed {
    /// More than 16 KiB.
    TooLong,
    /// Not three parts.
    Parts,
    /// A part isn't canonical base64url without padding.
    Encoding,
    /// Header or claims aren't a JSON object, or have a member twice.
    Json,
    /// `alg` is missing, or `alg`, `kid` or `typ` is no text.
    Header,
}

impl Malformed {
    /// For people.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::TooLong => "the token has more than 16 KiB",
            Self::Parts => "the token has not three parts",
            Self::Encoding => "a part of the token is not canonical base64url",
            Self::Json => "header and claims must be JSON objects without a member twice",
            Self::Header => "`alg` is missing, or `alg`, `kid` or `typ` is not a text",
        }
    }
}

impl<'t> Token<'t> {
    /// Takes a token apart.
    pub fn parse(text: &'t [u8]) -> Result<Self, Malformed> {
        if text.len() > MAX_LENGTH {
            return Err(Malformed::TooLong);
        }
        let mut parts = text.split(|byte| *byte == b'.');
        let (Some(header), Some(claims), Some(signature), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(Malformed::Parts);
        };
        let end = header.len().saturating_add(1).saturating_add(claims.len());
        let token = Self {
            input: text.get(..end).unwrap_or_default(),
            signature: decode(signature)?,
            header: object(header)?,
            claims: Claims::new(object(claims)?).ok_or(Malformed::Json)?,
        };
        for name in ["alg", "kid", "typ"] {
            if token
                .header(name)
                .is_some_and(|node| node.as_str().is_none())
            {
                return Err(Malformed::Header);
            }
        }
        if token.algorithm().is_empty() {
            return Err(Malformed::Header);
        }
        Ok(token)
    }

    /// A header parameter.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<Node<'_>> {
        self.header.root().get(name)
    }

    /// `alg`.
    #[must_use]
    pub fn algorithm(&self) -> &str {
        self.header_text("alg").unwrap_or("")
    }

    /// Whether it needs an extension: none is known (RFC 7515 §4.1.11, RFC 7797).
    #[must_use]
    pub fn is_extended(&self) -> bool {
        let encoded = |b64: Node<'_>| b64.as_bool() == Some(true);
        self.header("crit").is_some() || self.header("b64").is_some_and(|b64| !encoded(b64))
    }

    /// A header parameter that is a text.
    #[must_use]
    pub fn header_text(&self, name: &str) -> Option<&str> {
        self.header(name)?.as_str()
    }
}

fn decode(part: &[u8]) -> Result<Vec<u8>, Malformed> {
    URL_SAFE_NO_PAD
        .decode(part)
        .map_err(|_| Malformed::Encoding)
}

fn object(part: &[u8]) -> Result<OwnedDocument, Malformed> {
    let document = OwnedDocument::parse(decode(part)?, &LIMITS).map_err(|_| Malformed::Json)?;
    if document.root().as_object().is_none() {
        return Err(Malformed::Json);
    }
    Ok(document)
}

const MAX_LENGTH: usize = 16 * 1024;
const LIMITS: Limits = Limits {
    duplicate_keys: DuplicateKeys::Deny,
    ..Limits::DEFAULT
};
