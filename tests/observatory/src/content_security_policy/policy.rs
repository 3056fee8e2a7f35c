//! The policies of a response as one, and what its directives come down to.
//! Source: `src/analyzer/tests/csp.js`.

use super::merge::{self, Fault};
use std::collections::{BTreeMap, BTreeSet};

/// The directives of some policies together.
#[derive(Debug, Default)]
pub struct Policy {
    directives: BTreeMap<String, BTreeSet<String>>,
    /// Whether one of them has `report-uri` or `report-to` twice.
    pub repeats_reporting: bool,
}

const DEFAULT: &str = "default-src";
const SCRIPT: &str = "script-src";
/// Those whose place `default-src` takes, of the ones that are looked at.
const FALLING_BACK: [&str; 3] = ["object-src", SCRIPT, "style-src"];
/// What they bring runs nothing.
const PASSIVE: [&str; 2] = ["img-src", "media-src"];

// === impl Policy ===

impl Policy {
    /// Puts policies together.
    pub fn of(policies: &[String]) -> Result<Self, Fault> {
        let merged = merge::merged(policies)?;
        Ok(Self {
            directives: merged.directives,
            repeats_reporting: merged.repeats_reporting,
        })
    }

    /// The directives by name.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.directives.keys().map(String::as_str)
    }

    /// The sources of a directive or of the one that takes its place; anything
    /// where neither is there.
    pub fn sources(&self, directive: &str) -> impl Iterator<Item = &str> {
        let found = self.directives.get(self.governing(directive));
        let anything = found.is_none().then_some("*");
        found
            .into_iter()
            .flatten()
            .map(String::as_str)
            .chain(anything)
    }

    /// Takes sources out of a directive. Where `default-src` takes its place they
    /// are gone from there, and so for all the others.
    pub fn drop_from(&mut self, directive: &str, test: impl Fn(&str) -> bool) {
        let governing = self.governing(directive).to_owned();
        if let Some(sources) = self.directives.get_mut(&governing) {
            sources.retain(|source| !test(source));
        }
    }

    /// The sources of what can run.
    pub fn active(&self) -> impl Iterator<Item = &str> {
        let others = self
            .directives
            .iter()
            .filter(|(name, _)| !PASSIVE.contains(&name.as_str()) && name.as_str() != SCRIPT);
        let others = others.flat_map(|(_, sources)| sources).map(String::as_str);
        others.chain(self.sources(SCRIPT))
    }

    /// The sources of what is only shown.
    pub fn passive(&self) -> impl Iterator<Item = &str> {
        let lists = PASSIVE.iter().filter_map(|name| {
            let own = self.directives.get(*name);
            own.or_else(|| self.directives.get(DEFAULT))
        });
        lists.flatten().map(String::as_str)
    }

    /// Whether nothing is allowed that isn't allowed by name.
    pub fn is_none_by_default(&self) -> bool {
        let sources = self.directives.get(DEFAULT);
        sources.is_some_and(|sources| sources.iter().eq(["'none'"]))
    }

    fn governing<'n>(&self, directive: &'n str) -> &'n str {
        let falls_back = FALLING_BACK.contains(&directive);
        if falls_back && !self.directives.contains_key(directive) {
            DEFAULT
        } else {
            directive
        }
    }
}
