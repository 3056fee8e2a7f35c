//! What is compared: chains of HTTP filters, in a frame that is the same for all.

pub mod built_in;
pub mod file;
pub mod floor;
pub mod material;
pub mod native;
pub mod render;

use std::rc::Rc;

use serde_json::Value;

use super::result::{self, NONE};
use crate::policy::Policy;
use crate::render::envoy::Layout;

/// A chain that can be measured.
#[derive(Debug, Clone)]
pub struct Chain {
    /// How it is called.
    pub name: String,
    /// In words.
    pub title: String,
    /// The chain that stands for nothing beside it; none for those.
    pub base: Option<String>,
    /// Which chain it is held against besides its base.
    pub against: Option<String>,
    /// The filters.
    pub filters: Filters,
    /// What clients speak to it.
    pub transport: Transport,
    /// What it refuses.
    pub judges: Judges,
}

/// The filters of a chain.
#[derive(Debug, Clone)]
pub enum Filters {
    /// As Envoy takes them, without the router.
    Plain(Vec<Value>),
    /// Those of a policy.
    Policy {
        /// What they decide by.
        policy: Rc<Policy>,
        /// How they are loaded.
        layout: Layout,
        /// What stands behind them.
        marks: Marks,
    },
}

/// What stands behind the filters of a policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Marks {
    /// The RBAC filter that insists on their marks, and the note for readers of metadata.
    Insisted,
    /// Nothing: what the filters themselves cost, for a comparison with others.
    Bare,
}

/// What clients speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transport {
    /// HTTP in the clear.
    Plain,
    /// TLS 1.3.
    Tls,
    /// TLS 1.3 with a certificate of the client.
    MutualTls,
}

/// What can be wrong with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Concern {
    /// Its token.
    Token,
    /// The scopes of its token.
    Scope,
    /// What the OpenAPI document says.
    Contract,
    /// What Envoy itself refuses, whatever the chain.
    Envoy,
}

/// What a chain refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Judges {
    /// These.
    Known(&'static [Concern]),
    /// It shows only when it is asked.
    Unknown,
}

// === impl Chain ===

impl Chain {
    /// One of the user's: held against the chain without filters.
    #[must_use]
    pub fn of_user(name: String, filters: Filters) -> Self {
        Self {
            title: name.clone(),
            name,
            base: Some(NONE.to_owned()),
            against: None,
            filters,
            transport: Transport::Plain,
            judges: Judges::Unknown,
        }
    }

    /// What of it goes into the record.
    #[must_use]
    pub fn described(&self) -> result::Chain {
        result::Chain {
            name: self.name.clone(),
            title: self.title.clone(),
            base: self.base.clone(),
        }
    }

    /// The module files of the project's that it loads.
    #[must_use]
    pub fn modules(&self) -> Vec<&'static str> {
        match &self.filters {
            Filters::Plain(_) => Vec::new(),
            Filters::Policy { policy, layout, .. } => match layout {
                Layout::Separate => {
                    let sections = policy.sections().iter();
                    sections.map(|section| section.filter.module()).collect()
                }
                Layout::Bundle | Layout::All => layout.files(),
            },
        }
    }
}

// === impl Judges ===

impl Judges {
    /// Whether it refuses that; `None` where nobody knows.
    #[must_use]
    pub fn refuses(self, concern: Concern) -> Option<bool> {
        match self {
            Self::Known(concerns) => Some(concern == Concern::Envoy || concerns.contains(&concern)),
            Self::Unknown => None,
        }
    }
}
