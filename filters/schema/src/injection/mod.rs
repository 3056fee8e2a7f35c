//! Signatures of injection: texts that are SQL or HTML where data was expected.
//!
//! Both detectors follow libinjection (BSD-3-Clause; the word lists beside them are
//! its, see `NOTICE`), written anew: without recursion, without an index that could
//! be out of bounds, in time linear in the text. The ports that exist index by hand.

mod judge;
mod prose;
mod scan;
pub mod sqli;
mod table;
pub mod xss;

use crate::budget::{Budget, Exhausted};
pub use judge::{Reported, head, settle, undocumented};
pub use scan::{Cause, Scan, Suspicion};

/// What is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Category {
    /// SQL injection.
    Sqli,
    /// Cross-site scripting.
    Xss,
}

impl Category {
    /// All of them, in the order in which they are looked for.
    pub const ALL: [Self; 2] = [Self::Sqli, Self::Xss];

    /// As logs and replies spell it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sqli => "SQLi",
            Self::Xss => "XSS",
        }
    }

    /// Whether the start of a text has a signature of it, of a text that a glance
    /// does not tell to be harmless: who looks for several glances and pays once.
    ///
    /// # Errors
    /// Where the budget ends first.
    pub fn matches(self, text: &[u8], budget: &mut Budget) -> Result<bool, Exhausted> {
        let text = text.get(..MAX_TEXT).unwrap_or(text);
        // A tag needs the one, an attribute the other.
        let has_markup = || text.iter().any(|byte| matches!(byte, b'<' | b'='));
        match self {
            Self::Sqli => sqli::is_injection(text, budget),
            Self::Xss if has_markup() => xss::is_injection(text, budget),
            Self::Xss => Ok(false),
        }
    }
}

/// Bytes of a text that are looked at: what one text may cost is bounded, and
/// signatures are seldom longer than a line.
pub const MAX_TEXT: usize = 16 * 1024;
