//! The table of reasons: every decision that isn't a plain allow has one.
//!
//! From a row come the status of the reply, the problem's type and title
//! (RFC 9457 §3.1), the challenge (RFC 6750 §3), the counter, the log field and
//! the page in the docs. None of these is written anywhere else.

/// One row of the table.
#[derive(Debug)]
pub struct Reason {
    /// `filter_what`: the counter's name, the log field, the end of the problem type.
    pub slug: &'static str,
    /// The statuses it may carry; the first is the usual one.
    pub statuses: &'static [u16],
    /// Short text for people, the same for every occurrence.
    pub title: &'static str,
    /// What a 401 or 403 says in `WWW-Authenticate`.
    pub challenge: Challenge,
    /// The section it rests on.
    pub source: &'static str,
    /// When it is given, in one or two sentences, for the docs.
    pub meaning: &'static str,
}

/// The challenge that goes with a reason, RFC 6750 §3.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Challenge {
    /// No `WWW-Authenticate` field.
    None,
    /// The scheme alone: a request without credentials carries no error code.
    Bare,
    /// `error="invalid_request"`.
    InvalidRequest,
    /// `error="invalid_token"`.
    InvalidToken,
    /// `error="insufficient_scope"`.
    InsufficientScope,
}

// === impl Challenge ===

impl Challenge {
    /// The RFC 6750 §3.1 error code, where there is one.
    #[must_use]
    pub const fn error_code(self) -> Option<&'static str> {
        match self {
            Self::None | Self::Bare => None,
            Self::InvalidRequest => Some("invalid_request"),
            Self::InvalidToken => Some("invalid_token"),
            Self::InsufficientScope => Some("insufficient_scope"),
        }
    }
}

// === impl Reason ===

impl Reason {
    /// The usual status of the reply.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.statuses.first().copied().unwrap_or(500)
    }
}

/// The gRPC status that stands for an HTTP status of the table.
///
/// 400 and 415 are `INVALID_ARGUMENT`, 401 `UNAUTHENTICATED`, 403
/// `PERMISSION_DENIED`, 404 and 405 `UNIMPLEMENTED`, 413 `RESOURCE_EXHAUSTED`,
/// 503 `UNAVAILABLE`, all else `INTERNAL`.
#[must_use]
pub const fn grpc_status(http: u16) -> i32 {
    match http {
        400 | 415 => 3,
        401 => 16,
        403 => 7,
        404 | 405 => 12,
        413 => 8,
        503 => 14,
        _ => 13,
    }
}

/// Declares a filter's rows: a static for each, and `ALL` in the order written.
///
/// ```
/// tollgate_kit::reasons! {
///     /// No token where one is required.
///     MISSING = [401] "jwt_missing", "Token Missing", Bare, "RFC 6750 §3.1";
/// }
/// assert_eq!(ALL[0].slug, MISSING.slug);
/// ```
#[macro_export]
macro_rules! reasons {
    ($( $(#[doc = $doc:literal])+ $name:ident = [$($status:literal),+] $slug:literal, $title:literal, $challenge:ident, $source:literal; )+) => {
        $(
            $(#[doc = $doc])+
            pub static $name: $crate::reason::Reason = $crate::reason::Reason {
                slug: $slug,
                statuses: &[$($status),+],
                title: $title,
                challenge: $crate::reason::Challenge::$challenge,
                source: $source,
                meaning: concat!($($doc),+),
            };
        )+
        /// Every row, in the order of the table.
        pub static ALL: &[&$crate::reason::Reason] = &[$(&$name),+];
    };
}

reasons! {
    /// Something unexpected happened in the proxy: a host call failed, or a state that cannot be.
    INTERNAL = [500] "kit_internal", "Internal Error", None, "RFC 9110 §15.6.1";
    /// The path or the host can be read in more than one way.
    PATH = [400] "kit_path", "Ambiguous Path", None, "RFC 3986 §6.2.2";
    /// The way the filter is attached cannot hold what the policy wants held.
    HOLD = [503] "kit_hold", "Filter Cannot Hold", None, "RFC 9110 §15.6.4";
}
