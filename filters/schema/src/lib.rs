//! The `schema` filter: requests and responses against an OpenAPI document,
//! closed by default. What isn't documented is refused, and what is documented
//! but can't be enforced is warned of.
//!
//! Bodies are parsed onto a borrowed tape, as the JSON that they are or stand for,
//! and judged there by a validator that was compiled with the policy and runs
//! within a budget.

pub mod api;
pub mod body;
pub mod budget;
pub mod decide;
pub mod denial;
pub mod document;
pub mod field_parameter;
pub mod injection;
pub mod keyword;
pub mod media_type;
pub mod memo;
pub mod overrides;
pub mod parameter;
pub mod parameters;
pub mod pattern;
pub mod policy;
pub mod raw;
pub mod reason;
pub mod route;
pub mod scratch;
pub mod settings;
pub mod validator;

use api::Operation;
use decide::{Decision, Next};
use memo::Note;
use policy::Policy;
use raw::RawPolicy;
use scratch::Scratch;
use std::cell::RefCell;
use tollgate_kit::config::Setting;
use tollgate_kit::path::Semicolon;
use tollgate_kit::plugin::{Section, Shape};
use tollgate_kit::stage::{Body, Detail, Env, Interest, Request, Response, Stage};
use tollgate_kit::verdict::{Allowance, Edits, Memo, Mode, Need, Verdict};

/// The section of a policy that this filter compiles.
pub const SECTION: Section = Section {
    name: "schema",
    compile: stage,
};

/// A module of its own runs its section, whatever its `root_id`.
#[must_use]
pub fn shape(_root_id: &str) -> Option<Shape> {
    Some(Shape::Section(SECTION))
}

#[cfg(all(target_arch = "wasm32", feature = "module"))]
tollgate_kit::export!(shape);

/// Compiles the `schema` section of a policy; `None` after a fault.
pub fn stage(setting: Setting<'_>) -> Option<Box<dyn Stage>> {
    let faults = setting.faults();
    let before = faults.len();
    let policy = Policy::compile(RawPolicy::read(setting)?)?;
    if faults.len() > before {
        return None;
    }
    let mut identity = Edits::new();
    identity.set("accept-encoding", &b"identity"[..]);
    Some(Box::new(Schema {
        policy,
        scratch: RefCell::default(),
        identity,
    }))
}

struct Schema {
    policy: Policy,
    scratch: RefCell<Scratch>,
    /// What makes the upstream answer so that its body can be judged.
    identity: Edits,
}

impl Schema {
    fn with_scratch<T>(&self, decide: impl FnOnce(&mut Scratch) -> Decision<T>) -> Decision<T> {
        match self.scratch.try_borrow_mut() {
            Ok(mut scratch) => decide(&mut scratch),
            Err(_) => Err(decide::internal(&self.policy, "the buffers are in use")),
        }
    }

    /// Asks the upstream for whole, unencoded bodies where they are judged.
    fn edits(&self, note: Note, request: &Request<'_>) -> Edits {
        let operation = note
            .operation
            .and_then(|at| self.policy.api.operations.get(at));
        if !operation.is_some_and(|operation| operation.judges_bodies) {
            return Edits::new();
        }
        let mut edits = self.identity.clone();
        if request.fields.contains("range") {
            edits.remove("range");
        }
        edits
    }
}

/// The verdict of a decision; `edits` are those of what it let go on.
fn verdict(decision: Decision<Next>, edits: impl FnOnce(Note) -> Edits) -> Verdict {
    match decision {
        Ok(Next::Pass(passed)) => Verdict::Allow(Allowance {
            edits: edits(passed.note),
            memo: passed.note.pack(),
            unjudged: passed.unjudged,
            reported: passed.reported,
            ..Allowance::default()
        }),
        Ok(Next::Await { note, limit, hold }) => Verdict::Await(Need::Body {
            limit,
            memo: note.pack(),
            hold,
            edits: edits(note),
        }),
        Err(denial) => Verdict::Deny(denial),
    }
}

impl Stage for Schema {
    fn name(&self) -> &'static str {
        SECTION.name
    }

    fn mode(&self) -> Mode {
        self.policy.mode
    }

    fn detail(&self) -> Detail {
        self.policy.detail
    }

    fn judges_path(&self) -> Option<Semicolon> {
        Some(self.policy.api.semicolon)
    }

    fn body_limit(&self) -> usize {
        self.policy.body_limit()
    }

    fn may_upgrade(&self) -> bool {
        let mut operations = self.policy.api.operations.iter();
        operations.any(Operation::may_upgrade)
    }

    fn request(&self, request: &Request<'_>, env: &Env<'_>) -> Verdict {
        let decision =
            self.with_scratch(|scratch| decide::request(&self.policy, request, scratch, env.trace));
        verdict(decision, |note| self.edits(note, request))
    }

    fn request_body(&self, request: &Request<'_>, memo: Memo, body: Body<'_>) -> Verdict {
        let note = Note::unpack(memo);
        let decision = self.with_scratch(|scratch| {
            decide::request_body(&self.policy, request, note, body, scratch)
        });
        verdict(decision, |_| Edits::new())
    }

    fn judges_responses(&self) -> Interest {
        match self.policy.judges_responses {
            true => Interest::Upstream,
            false => Interest::None,
        }
    }

    fn response(&self, response: &Response<'_>, memo: Memo) -> Verdict {
        let note = Note::unpack(memo);
        let decision =
            self.with_scratch(|scratch| decide::response(&self.policy, response, note, scratch));
        verdict(decision, |_| Edits::new())
    }

    fn response_body(&self, response: &Response<'_>, memo: Memo, body: Body<'_>) -> Verdict {
        let note = Note::unpack(memo);
        let decision = self.with_scratch(|scratch| {
            decide::response_body(&self.policy, note, response.fields, body, scratch)
        });
        verdict(decision, |_| Edits::new())
    }
}
