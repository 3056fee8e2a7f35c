//! Security schemes (OpenAPI 3.1 §4.8.27): which of them `jwt` checks.

use super::place::Place;

/// Who checks what a scheme asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// It is a token, and `jwt` does.
    Token,
    /// `jwt` doesn't.
    Unchecked,
}

/// Why there is no telling.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SchemeFault {
    /// Nobody defines it.
    #[error("is not in `components.securitySchemes`")]
    Missing,
    /// Its definition is elsewhere, and not there.
    #[error("refers to what is not there")]
    Reference,
    /// Its definition is none.
    #[error("has no `type` that OpenAPI knows, or no `scheme` beside `http`")]
    Type,
}

// === impl Scheme ===

impl Scheme {
    /// The scheme of that name.
    ///
    /// # Errors
    /// Where the document doesn't define it, or not as OpenAPI does.
    pub fn of(name: &str, document: &Place<'_>) -> Result<Self, SchemeFault> {
        let schemes = document.get("components");
        let schemes = schemes.and_then(|components| components.get("securitySchemes"));
        let scheme = schemes.and_then(|schemes| schemes.get(name));
        let scheme = scheme.ok_or(SchemeFault::Missing)?;
        let scheme = scheme.resolve(document).ok_or(SchemeFault::Reference)?;
        match (scheme.text("type"), scheme.text("scheme")) {
            (Some("oauth2" | "openIdConnect"), _) => Ok(Self::Token),
            // The names of HTTP's schemes don't mind case (RFC 9110 §11.1).
            (Some("http"), Some(name)) => match name.to_ascii_lowercase().as_str() {
                "bearer" | "dpop" => Ok(Self::Token),
                _ => Ok(Self::Unchecked),
            },
            (Some("apiKey" | "mutualTLS"), _) => Ok(Self::Unchecked),
            (_, _) => Err(SchemeFault::Type),
        }
    }
}
