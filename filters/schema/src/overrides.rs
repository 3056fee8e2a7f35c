//! `overrides`: other settings for single operations, so that a team can turn
//! enforcement on one operation at a time.
//!
//! They are looked up once, when the document is compiled: a request finds the
//! settings of its operation where it finds the operation.

use crate::raw::{RawOverride, RawPolicy};
use crate::settings::Settings;
use std::cell::Cell;
use std::rc::Rc;
use tollgate_kit::config::Setting;

/// The overrides, in the order in which they are tried.
#[derive(Debug)]
pub struct Overrides<'a> {
    list: Vec<Override<'a>>,
}

#[derive(Debug)]
struct Override<'a> {
    paths: Paths,
    /// Any where there are none.
    methods: Vec<String>,
    settings: Rc<Settings>,
    setting: Setting<'a>,
    /// Whether it applies to any operation.
    used: Cell<bool>,
}

/// The documented paths that an override names, base path included.
#[derive(Debug)]
enum Paths {
    All,
    One(String),
    /// This one and all below it.
    Below(String),
}

// === impl Overrides ===

impl<'a> Overrides<'a> {
    /// Gives what was typed its meaning, on top of what holds for all operations.
    pub fn compile(raw: &RawPolicy<'a>, general: Option<&Settings>) -> Self {
        let compile = |raw: &RawOverride<'a>| {
            Some(Override {
                paths: raw.path.as_deref().map_or(Paths::All, Paths::of),
                methods: raw.methods.clone(),
                settings: Rc::new(general?.with(&raw.settings)?),
                setting: raw.setting.clone(),
                used: Cell::new(false),
            })
        };
        Self {
            list: raw.overrides.iter().filter_map(compile).collect(),
        }
    }

    /// The settings of an operation: those of the first override that names it.
    #[must_use]
    pub fn settings(&self, template: &str, method: &str) -> Option<Rc<Settings>> {
        let found = self.list.iter().find(|one| one.names(template, method))?;
        found.used.set(true);
        Some(found.settings.clone())
    }

    /// Reports the overrides that no operation takes its settings from.
    pub fn refuse_idle(&self) {
        for idle in self.list.iter().filter(|one| !one.used.get()) {
            idle.setting.fault_with_hint(
                "applies to no operation of the document",
                "write the path as the document does, with the base path in front, or `/path/**`; \
                 of several overrides for one operation the first applies",
            );
        }
    }
}

// === impl Override ===

impl Override<'_> {
    fn names(&self, template: &str, method: &str) -> bool {
        let methods = &self.methods;
        let is_named = methods.is_empty()
            || methods.iter().any(|known| known == method)
            || (method == "HEAD" && methods.iter().any(|known| known == "GET"));
        is_named && self.paths.have(template)
    }
}

// === impl Paths ===

impl Paths {
    fn of(text: &str) -> Self {
        match text.strip_suffix("/**") {
            Some(path) => Self::Below(path.to_owned()),
            None => Self::One(text.to_owned()),
        }
    }

    fn have(&self, template: &str) -> bool {
        match self {
            Self::All => true,
            Self::One(path) => path == template,
            Self::Below(path) => template
                .strip_prefix(path.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/')),
        }
    }
}
