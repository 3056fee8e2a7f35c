//! One request through the filters of a policy, each with what the one before
//! changed, as the stream machine of the kit does it.

use std::cell::RefCell;
use std::time::Duration;

use tollgate_jwt::oracle;
use tollgate_jwt::reason::KEYS_UNAVAILABLE;
use tollgate_kit::fields::Fields;
use tollgate_kit::host::{Digest, HostError, Reply};
use tollgate_kit::path::Target;
use tollgate_kit::problem;
use tollgate_kit::reason::INTERNAL;
use tollgate_kit::remote::Availability;
use tollgate_kit::stage::{self, Body, Env, Ledger, Request, Stage, Verifier};
use tollgate_kit::trace::Trace;
use tollgate_kit::verdict::{Denial, Edits, Hold, Mode, Need, Verdict};

use super::file::Given;
use super::trial::{Decision, Judged};

/// The way of a request, and how far it has changed.
pub struct Walk<'g> {
    given: &'g Given,
    fields: Fields,
    target: Option<Target>,
    host: String,
}

/// The in-memory stand-in for the host.
struct Alone;

// === impl Walk ===

impl<'g> Walk<'g> {
    /// The way of a request that no filter has seen.
    #[must_use]
    pub fn new(given: &'g Given) -> Self {
        Self {
            given,
            fields: given.fields.clone(),
            target: None,
            host: String::new(),
        }
    }

    /// Asks a stage, and makes the changes that it wants.
    pub fn ask(&mut self, stage: &dyn Stage) -> Judged {
        let steps = RefCell::default();
        let mut edits = Edits::new();
        let decision = match self.judge(stage, &mut edits, Trace::into(&steps)) {
            Verdict::Allow(allowance) => {
                self.change(allowance.edits, &mut edits);
                match allowance.reported {
                    Some(denial) => Decision::Report(denial),
                    None => Decision::Allow {
                        withheld: allowance.withheld,
                    },
                }
            }
            Verdict::Deny(denial) if denial.mode == Mode::Report => {
                self.change(denial.edits.clone(), &mut edits);
                Decision::Report(denial)
            }
            Verdict::Deny(denial) => {
                let reply = self.reply(&denial, stage);
                Decision::Deny(denial, reply)
            }
            Verdict::Await(_) => self.impossible("it waits for what cannot come", stage),
        };
        let mut steps = steps.into_inner();
        steps.extend(decision.denial().and_then(keys_missing));
        Judged {
            filter: stage.name(),
            steps,
            decision,
            edits,
        }
    }

    fn judge(&mut self, stage: &dyn Stage, edits: &mut Edits, trace: Trace<'_>) -> Verdict {
        match stage::destination(stage, &self.fields) {
            Err(denial) => return Verdict::Deny(denial),
            Ok(None) => {}
            Ok(Some(destination)) => {
                self.change(destination.edits, edits);
                self.target = Some(destination.target);
                self.host = destination.host;
            }
        }
        let env = Env {
            now: self.given.at,
            waited: Duration::ZERO,
            remotes: &self.remotes(stage, trace),
            verifier: &Alone,
            ledger: &Alone,
            trace,
        };
        match stage.request(&self.request(), &env) {
            Verdict::Await(Need::Body {
                limit,
                memo,
                hold,
                edits: before,
            }) => {
                self.change(before, edits);
                let verdict = stage.request_body(&self.request(), memo, self.body(limit, trace));
                // The head is gone where it was not held.
                match hold {
                    Hold::Headers => verdict,
                    Hold::Body | Hold::Nothing => verdict.without_edits(),
                }
            }
            other @ (Verdict::Allow(_) | Verdict::Deny(_) | Verdict::Await(Need::Document(_))) => {
                other
            }
        }
    }

    /// Gives the stage the documents that are there, and tells which are.
    fn remotes(&self, stage: &dyn Stage, trace: Trace<'_>) -> Vec<Availability> {
        let remotes = stage.remotes().iter().enumerate();
        let installed = remotes.map(|(at, remote)| {
            let set = self.given.keys.get(&remote.name)?;
            let skipped = stage.install(at, set)?;
            if skipped > 0 {
                trace.step(|| format!("{} has keys that cannot be used: {skipped}", remote.name));
            }
            Some(skipped)
        });
        installed
            .map(|installed| availability(installed.is_some()))
            .collect()
    }

    fn body(&self, limit: usize, trace: Trace<'_>) -> Body<'_> {
        let body = &self.given.body;
        trace.step(|| {
            format!(
                "the body has {} bytes; at most {limit} are read",
                body.len()
            )
        });
        match body.len() > limit {
            true => Body::TooLarge,
            false => Body::Whole(body),
        }
    }

    fn request(&self) -> Request<'_> {
        Request {
            fields: &self.fields,
            target: self.target.as_ref(),
            host: &self.host,
            tls: self.given.tls,
            certificate: self.given.certificate.as_deref().map(str::as_bytes),
            end_of_stream: self.given.body.is_empty(),
        }
    }

    fn change(&mut self, edits: Edits, all: &mut Edits) {
        self.fields.apply(&edits);
        all.follow(edits);
    }

    /// The reply; without an id in the request it has one of zeros.
    fn reply(&self, denial: &Denial, stage: &dyn Stage) -> Reply {
        let id = problem::request_id(&self.fields, [0; 16]);
        let mut reply = problem::reply(denial, &self.request(), &id, stage.detail());
        // Envoy leaves it out (RFC 9110 §9.3.2).
        if self.request().method() == "HEAD" {
            reply.body.clear();
        }
        reply
    }

    fn impossible(&self, detail: &str, stage: &dyn Stage) -> Decision {
        let denial = Denial::new(&INTERNAL, detail);
        let reply = self.reply(&denial, stage);
        Decision::Deny(denial, reply)
    }
}

/// What to do about keys that only a server has.
fn keys_missing(denial: &Denial) -> Option<String> {
    if denial.reason.slug != KEYS_UNAVAILABLE.slug {
        return None;
    }
    let (_, name) = denial.facts.iter().find(|(fact, _)| *fact == "provider")?;
    Some(format!(
        "the keys of {name} are remote, and the request's file has none: add `keys: {{ {name}: ./jwks.json }}`"
    ))
}

/// A document that is there is fresh; one that isn't will not come.
fn availability(usable: bool) -> Availability {
    Availability {
        usable,
        age: None,
        obtainable: false,
        retry_after: Duration::ZERO,
    }
}

// === impl Alone ===

impl Verifier for Alone {
    fn verify(
        &self,
        digest: Digest,
        spki: &[u8],
        signature: &[u8],
        text: &[u8],
    ) -> Result<bool, HostError> {
        // Envoy says no, too, to a signature that isn't one.
        Ok(oracle::verify(digest, spki, signature, text).unwrap_or(false))
    }
}

impl Ledger for Alone {
    /// One request is the first of its kind.
    fn is_first(&self, _: &str, _: &[u8; 16], _: u64, _: u64) -> Result<bool, HostError> {
        Ok(true)
    }
}
