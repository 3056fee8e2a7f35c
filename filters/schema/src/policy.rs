//! What the `schema` section means: its defaults, and the compiled document.

use crate::api::Api;
use crate::document::{self, Options};
use crate::overrides::Overrides;
use crate::raw::{RawPolicy, RawSettings};
use crate::settings::{Coverage, Settings, Tolerance};
use std::rc::Rc;
use tollgate_kit::stage::Detail;
use tollgate_kit::verdict::{Hold, Mode};

/// A compiled section.
#[derive(Debug)]
pub struct Policy {
    /// How much replies say.
    pub detail: Detail,
    /// What is held while the body of an enforced request is collected.
    pub hold: Hold,
    /// What becomes of paths that aren't documented.
    pub unknown_path: Tolerance,
    /// What becomes of CORS preflights that aren't documented.
    pub preflight: Tolerance,
    /// How operations are judged that no override names.
    pub general: Rc<Settings>,
    /// The strictest mode of all operations.
    pub mode: Mode,
    /// Whether any response is looked at.
    pub judges_responses: bool,
    /// The document, each of its operations with its settings.
    pub api: Api,
}

impl Policy {
    /// Gives a section its meaning; after a fault, as far as that goes.
    pub fn compile(raw: RawPolicy<'_>) -> Option<Self> {
        let hold = raw.hold.unwrap_or(Hold::Headers);
        for settings in raw.all_settings() {
            refuse_unheld_responses(settings, hold);
        }
        let general = Settings::default().with(&raw.settings).map(Rc::new);
        let overrides = Overrides::compile(&raw, general.as_deref());
        let shared = general.clone().unwrap_or_default();
        let options = Options {
            read_only: raw.read_only.unwrap_or(Tolerance::Deny),
            settings: &|template, method| {
                let own = overrides.settings(template, method);
                own.unwrap_or_else(|| shared.clone())
            },
        };
        let api = document::compile(raw.openapi?, raw.base_path, options);
        overrides.refuse_idle();
        let (general, api) = (general?, api?);
        let enforced = |settings: &Settings| settings.mode == Mode::Enforce;
        let judged = |settings: &Settings| {
            settings.response.body == Coverage::Enforce
                || settings.response.undocumented_status == Tolerance::Deny
        };
        let mode = match settings(&general, &api).any(enforced) {
            true => Mode::Enforce,
            false => Mode::Report,
        };
        let judges_responses = api.has_response_headers() || settings(&general, &api).any(judged);
        Some(Self {
            detail: raw.detail.unwrap_or_default(),
            hold,
            unknown_path: raw.unknown_path.unwrap_or(Tolerance::Deny),
            preflight: raw.preflight.unwrap_or(Tolerance::Deny),
            mode,
            judges_responses,
            general,
            api,
        })
    }

    /// The most bytes of a body that are read.
    #[must_use]
    pub fn body_limit(&self) -> usize {
        let limits = settings(&self.general, &self.api).map(|settings| settings.limits.body);
        limits.max().unwrap_or_default()
    }
}

/// Those of all operations, and those of what isn't documented.
fn settings<'p>(general: &'p Settings, api: &'p Api) -> impl Iterator<Item = &'p Settings> {
    let operations = api.operations.iter();
    let own = operations.map(|operation| &*operation.settings);
    std::iter::once(general).chain(own)
}

/// Where heads can't be held, a response's has left before its body is judged.
fn refuse_unheld_responses(settings: &RawSettings<'_>, hold: Hold) {
    if let (Hold::Body, Some((Mode::Enforce, setting))) = (hold, &settings.response.mode) {
        setting.fault_with_hint(
            "with `hold: body` responses can only be reported",
            "set `hold: headers`, or `mode: report` here",
        );
    }
}
