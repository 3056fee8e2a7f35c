//! How the filters are put into a chain.

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

use crate::policy::Filter;

/// How the filters are loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Layout {
    /// Three modules, three filters.
    Separate,
    /// One module that holds three filters and shares a VM.
    Bundle,
    /// One module, one filter that does the work of three.
    All,
}

// === impl Layout ===

impl Layout {
    /// The files that it loads.
    #[must_use]
    pub fn files(self) -> Vec<&'static str> {
        match self {
            Self::Separate => Filter::ALL.map(Filter::module).to_vec(),
            Self::Bundle | Self::All => vec![Filter::TOGETHER],
        }
    }
}
