//! The policy file: read, compiled by the filters themselves, and its mistakes
//! with file, line and column.

mod report;

use std::path::Path;

use tollgate_kit::remote::Remote;

pub use self::report::{Finding, Place, Report, Severity};

/// A policy that compiles.
#[derive(Debug, Clone)]
pub struct Policy {
    sections: Vec<Section>,
    remotes: Vec<Remote>,
    hash: String,
    warnings: Report,
}

/// A section of the file: what its filter takes as its configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// Whose it is.
    pub filter: Filter,
    /// JSON; numbers are as they were written.
    pub json: String,
}

/// The filters, in the order in which requests pass them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Filter {
    /// Response hardening and request hygiene.
    Headers,
    /// Tokens.
    Jwt,
    /// Requests and responses against an OpenAPI document.
    Schema,
}

/// What `schema` holds back until it has decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hold {
    /// Head and body: needs `allow_on_headers_stop_iteration`.
    Headers,
    /// The body only.
    Body,
}

// === impl Policy ===

impl Policy {
    /// Reads and compiles a policy file.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn load(path: &Path) -> Result<Self, Report> {
        let _ = path;
        todo!()
    }

    /// Compiles the text of a policy file; `base_dir` is where its relative paths start.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn from_text(text: &str, base_dir: &Path) -> Result<Self, Report> {
        let _ = (text, base_dir);
        todo!()
    }

    /// The sections that are there, in the order of the chain.
    #[must_use]
    pub fn sections(&self) -> &[Section] {
        &self.sections
    }

    /// The section of `filter`.
    #[must_use]
    pub fn section(&self, filter: Filter) -> Option<&Section> {
        self.sections.iter().find(|section| section.filter == filter)
    }

    /// The whole file as JSON: the configuration for `root_id: all`.
    #[must_use]
    pub fn json(&self) -> String {
        todo!()
    }

    /// The documents that its filters fetch.
    #[must_use]
    pub fn remotes(&self) -> &[Remote] {
        &self.remotes
    }

    /// Sixteen hexadecimal digits that stand for its meaning.
    #[must_use]
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// What compiles and still deserves a second look.
    #[must_use]
    pub fn warnings(&self) -> &Report {
        &self.warnings
    }

    /// The same policy with `schema.hold`, where the file doesn't name one.
    ///
    /// # Errors
    /// What cannot be had with it.
    pub fn with_hold(&self, hold: Hold) -> Result<Self, Report> {
        let _ = hold;
        todo!()
    }
}

// === impl Filter ===

impl Filter {
    /// The section's name, the `root_id` and the end of the mark.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Headers => "headers",
            Self::Jwt => "jwt",
            Self::Schema => "schema",
        }
    }
}
