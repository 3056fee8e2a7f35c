//! A filter as the stream machine asks it, without a host.

use serde_json::Value;
use tollgate_kit::fields::Fields;
use tollgate_kit::host::{Digest, HostError};
use tollgate_kit::plugin::{Plugin, Section, Shape};
use tollgate_kit::stage::{Body, Env, Request, Response, Stage, Verifier, destination};
use tollgate_kit::verdict::{Need, Verdict};

/// A compiled section.
pub struct Judge {
    stage: Box<dyn Stage>,
}

/// The host's part, which isn't counted: every signature is good.
struct Trusting;

/// 2023-11-14T22:13:20Z.
pub const NOW: u64 = 1_700_000_000;

// === impl Judge ===

impl Judge {
    /// Compiles a section, of which there is nothing to warn.
    pub fn new(section: Section, policy: &Value) -> Self {
        let policy = policy.to_string();
        let plugin = Plugin::compile(policy.as_bytes(), Shape::Section(section));
        let mut plugin = plugin.unwrap_or_else(|faults| panic!("{}: {faults}", section.name));
        assert!(plugin.warnings.is_empty(), "{:?}", plugin.warnings);
        let stage = plugin.stages.pop().expect("a section is a stage");
        Self { stage }
    }

    /// Judges a request, with its body where that is asked for: `allow`, or the reason.
    pub fn request(&self, fields: &Fields, body: &[u8]) -> &'static str {
        let Ok(destination) = destination(&*self.stage, fields) else {
            return "kit_path";
        };
        let request = Request {
            fields,
            target: destination.as_ref().map(|at| &at.target),
            host: destination.as_ref().map_or("", |at| &at.host),
            tls: true,
            certificate: None,
            end_of_stream: body.is_empty(),
        };
        let env = Env {
            verifier: &Trusting,
            ..Env::alone(NOW * 1_000_000_000)
        };
        outcome(&match self.stage.request(&request, &env) {
            Verdict::Await(Need::Body { memo, .. }) => {
                self.stage.request_body(&request, memo, Body::Whole(body))
            }
            verdict => verdict,
        })
    }

    /// Judges the head of a response to `asked`.
    pub fn response(&self, asked: &Fields, fields: &Fields) -> &'static str {
        let request = Request {
            fields: asked,
            target: None,
            host: "",
            tls: true,
            certificate: None,
            end_of_stream: true,
        };
        let response = Response {
            fields,
            request: &request,
            end_of_stream: false,
        };
        outcome(&self.stage.response(&response, 0))
    }
}

impl Verifier for Trusting {
    fn verify(&self, _: Digest, _: &[u8], _: &[u8], _: &[u8]) -> Result<bool, HostError> {
        Ok(true)
    }
}

fn outcome(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Allow(allowance) if allowance.reported.is_some() => "report",
        Verdict::Allow(_) => "allow",
        Verdict::Deny(denial) => denial.reason.slug,
        Verdict::Await(_) => "await",
    }
}
