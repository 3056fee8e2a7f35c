//! The `headers` filter: hardens every response by a versioned profile, takes
//! out what tells an attacker which software answers, and refuses or cleans
//! requests that two readers could understand differently.
//!
//! Values are bytes throughout; a field that no rule names passes as it came.

pub mod cookie;
pub mod decide;
pub mod fingerprints;
pub mod media_type;
pub mod names;
pub mod policy;
pub mod profile;
pub mod raw;
pub mod reason;
pub mod rule;
pub mod singletons;
pub mod transport;

use policy::Policy;
use raw::RawPolicy;
use tollgate_kit::config::Setting;
use tollgate_kit::fields::Fields;
use tollgate_kit::plugin::{Section, Shape};
use tollgate_kit::stage::{Detail, Env, Interest, Request, Response, Stage};
use tollgate_kit::verdict::{Allowance, Edits, Memo, Mode, Verdict};

/// The section of the policy file, and its compiler.
pub const SECTION: Section = Section {
    name: "headers",
    compile: stage,
};

/// A module of its own runs its section, whatever its `root_id`.
#[must_use]
pub fn shape(_root_id: &str) -> Option<Shape> {
    Some(Shape::Section(SECTION))
}

#[cfg(all(target_arch = "wasm32", feature = "module"))]
tollgate_kit::export!(shape);

/// Compiles the `headers` section of a policy; `None` after a fault.
pub fn stage(setting: Setting<'_>) -> Option<Box<dyn Stage>> {
    let faults = setting.faults();
    let before = faults.len();
    let policy = Policy::compile(&RawPolicy::read(setting)?)?;
    if faults.len() > before {
        return None;
    }
    Some(Box::new(Headers { policy }))
}

struct Headers {
    policy: Policy,
}

impl Headers {
    /// Report mode changes nothing, and says how much it would.
    fn allow(&self, edits: Edits) -> Verdict {
        Verdict::Allow(match self.policy.mode {
            Mode::Enforce => Allowance {
                edits,
                ..Allowance::default()
            },
            Mode::Report => Allowance {
                withheld: u32::try_from(edits.len()).unwrap_or(u32::MAX),
                ..Allowance::default()
            },
        })
    }
}

impl Stage for Headers {
    fn name(&self) -> &'static str {
        "headers"
    }

    fn mode(&self) -> Mode {
        self.policy.mode
    }

    fn detail(&self) -> Detail {
        self.policy.detail
    }

    fn request(&self, request: &Request<'_>, env: &Env<'_>) -> Verdict {
        match decide::request(&self.policy.request, request, env.trace) {
            Ok(edits) => self.allow(edits),
            Err(denial) => Verdict::Deny(denial.in_mode(self.policy.mode)),
        }
    }

    fn trailers(&self, trailers: &Fields) -> Edits {
        match self.policy.mode {
            Mode::Enforce => decide::without_spoofable(&self.policy.request, trailers),
            Mode::Report => Edits::new(),
        }
    }

    fn judges_responses(&self) -> Interest {
        if self.policy.response.is_idle() {
            Interest::None
        } else {
            Interest::All
        }
    }

    fn minds_tls(&self) -> bool {
        self.policy.response.minds_tls()
    }

    fn response(&self, response: &Response<'_>, _memo: Memo) -> Verdict {
        self.allow(decide::response(&self.policy.response, response))
    }
}
