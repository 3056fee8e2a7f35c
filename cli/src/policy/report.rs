//! What is wrong with a policy, in the order of the file.

use std::fmt;
use std::path::PathBuf;

/// Findings and the sources that they point into.
#[derive(Debug, Clone, Default)]
pub struct Report {
    findings: Vec<Finding>,
}

/// One mistake or one warning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Whether the policy is refused for it.
    pub severity: Severity,
    /// Where it stands.
    pub place: Place,
    /// As people write it: `jwt.rules[2].require.scopes`; empty for the whole file.
    pub path: String,
    /// What is wrong, and what is expected.
    pub message: String,
    /// How to mend it, where that is known.
    pub hint: Option<String>,
}

/// A place in a file; lines and columns count from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The file.
    pub file: PathBuf,
    /// The line.
    pub line: usize,
    /// The column, in characters.
    pub column: usize,
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The policy is refused.
    Error,
    /// The policy works; perhaps not as meant.
    Warning,
}

// === impl Report ===

impl Report {
    /// The findings, in the order of the file.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let _ = f;
        todo!()
    }
}

impl std::error::Error for Report {}
