//! The `jwt` filter: lets a request pass only with a token that verifies, is in
//! time, and carries what its rule requires (RFC 7519, RFC 8725, RFC 6750).
//!
//! The decision is in [`decide`]; keys come inline or from a remote document
//! that the kit keeps fresh.

pub mod algorithm;
pub mod authenticate;
pub mod authorise;
pub mod binding;
pub mod cache;
pub mod claims;
pub mod compile;
pub mod condition;
pub mod decide;
pub mod der;
pub mod extract;
pub mod forward;
pub mod jwk;
#[cfg(not(target_arch = "wasm32"))]
pub mod oracle;
pub mod policy;
pub mod pss;
pub mod reason;
pub mod removal;
pub mod rsa;
pub mod sender;
pub mod signature;
pub mod state;
pub mod times;
pub mod token;
pub mod verified;

use jwk::KeySet;
use policy::{Policy, Sender};
use state::State;
use std::cell::RefCell;
use tollgate_kit::config::Setting;
use tollgate_kit::fields::Fields;
use tollgate_kit::path::Semicolon;
use tollgate_kit::plugin::{Section, Shape};
use tollgate_kit::remote::Remote;
use tollgate_kit::stage::{Detail, Env, Request, Stage};
use tollgate_kit::verdict::{Denial, Edits, Mode, Verdict};

/// The section of the policy file, and its compiler.
pub const SECTION: Section = Section {
    name: "jwt",
    compile: stage,
};

/// A module of its own runs its section, whatever its `root_id`.
#[must_use]
pub fn shape(_root_id: &str) -> Option<Shape> {
    Some(Shape::Section(SECTION))
}

#[cfg(all(target_arch = "wasm32", feature = "module"))]
tollgate_kit::export!(shape);

/// Compiles the `jwt` section of a policy; `None` after a fault.
#[must_use]
pub fn stage(setting: Setting<'_>) -> Option<Box<dyn Stage>> {
    let policy = compile::policy(setting)?;
    let state = RefCell::new(State::new(&policy));
    Some(Box::new(Jwt { policy, state }))
}

struct Jwt {
    policy: Policy,
    state: RefCell<State>,
}

impl Stage for Jwt {
    fn name(&self) -> &'static str {
        "jwt"
    }

    /// What has no rule yet, or is not one request, is held to the strictest.
    fn mode(&self) -> Mode {
        let enforced = |rule: &policy::Rule| rule.mode == Mode::Enforce;
        match self.policy.rules.iter().any(enforced) {
            true => Mode::Enforce,
            false => self.policy.mode,
        }
    }

    fn detail(&self) -> Detail {
        self.policy.detail
    }

    fn judges_path(&self) -> Option<Semicolon> {
        Some(self.policy.semicolon)
    }

    fn trailers(&self, trailers: &Fields) -> Edits {
        removal::of_trailers(&self.policy, trailers)
    }

    fn minds_clock(&self) -> bool {
        true
    }

    fn remotes(&self) -> &[Remote] {
        &self.policy.remotes
    }

    fn books(&self) -> &[String] {
        &self.policy.books
    }

    fn minds_certificate(&self) -> bool {
        let mtls = |provider: &policy::Provider| provider.sender == Sender::Mtls;
        self.policy.providers.iter().any(mtls)
    }

    fn install(&self, remote: usize, document: &[u8]) -> Option<u64> {
        let (set, skipped) = KeySet::from_remote(document)?;
        let mut state = self.state.try_borrow_mut().ok()?;
        let installed = state.install(&self.policy, remote, set);
        installed.then_some(u64::try_from(skipped).unwrap_or(u64::MAX))
    }

    fn request(&self, request: &Request<'_>, env: &Env<'_>) -> Verdict {
        match self.state.try_borrow_mut() {
            Ok(mut state) => decide::request(&self.policy, &mut state, request, env),
            Err(_) => Verdict::Deny(Denial::new(
                &tollgate_kit::reason::INTERNAL,
                "a decision is under way already",
            )),
        }
    }
}
