//! Hardening where no filter runs: replies of the codec and the connection
//! manager, refused upgrades, and local replies from the response phase. The
//! fields are those of the policy's own profile.

use serde_json::{Value, json};
use tollgate_headers::policy::{Policy as Headers, Wanted};
use tollgate_headers::raw::{Fate, RawPolicy};
use tollgate_headers::rule::Rule;
use tollgate_kit::config::Setting;
use tollgate_kit::faults::Faults;
use tollgate_kit::json::{Limits, OwnedDocument};
use tollgate_kit::verdict::Mode;

use crate::policy::{Filter, Policy};

/// The `headers` section, where it changes responses at all.
pub struct Hardening(Headers);

// === impl Hardening ===

impl Hardening {
    /// That of a policy; `None` without the section, or where it only reports.
    #[must_use]
    pub fn of(policy: &Policy) -> Option<Self> {
        let json = &policy.section(Filter::Headers)?.json;
        let document = OwnedDocument::parse(json.clone().into_bytes(), &Limits::DEFAULT).ok()?;
        let faults = Faults::new();
        let raw = RawPolicy::read(Setting::root(document.root(), "headers", &faults))?;
        let headers = Headers::compile(&raw)?;
        (headers.mode == Mode::Enforce).then_some(Self(headers))
    }

    /// Whether `server` goes with the other fingerprints, which needs
    /// `server_header_transformation: PASS_THROUGH`.
    #[must_use]
    pub fn removes_server(&self) -> bool {
        self.0.response.fingerprints == Fate::Remove
    }

    /// `local_reply_config`: each field on every local reply. The filter at the
    /// front finds its own values on those that it sees, and leaves one of each.
    #[must_use]
    pub fn local_reply_config(&self, transport: Transport) -> Value {
        let applies = |wanted: &&Wanted| match wanted.rule {
            // RFC 6797 §7.2: never over plain HTTP.
            Rule::KeepUnlessWeaker => transport == Transport::Tls,
            Rule::Replace | Rule::KeepList | Rule::KeepItem | Rule::KeepFrameOption => true,
        };
        let fields: Vec<Value> = self
            .0
            .response
            .wanted
            .iter()
            .filter(applies)
            .map(field)
            .collect();
        json!({ "mappers": [{ "filter": every(), "headers_to_add": fields }] })
    }
}

/// What the client's connection is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transport {
    /// TLS.
    Tls,
    /// In the clear.
    Plain,
}

fn field(wanted: &Wanted) -> Value {
    json!({
        "header": { "key": &*wanted.name, "value": String::from_utf8_lossy(&wanted.value) },
        "append_action": "OVERWRITE_IF_EXISTS_OR_ADD",
    })
}

/// A mapper must have a filter, and this one fits every status.
fn every() -> Value {
    json!({ "status_code_filter": { "comparison": {
        "op": "GE", "value": { "default_value": 0, "runtime_key": "tollgate.local_reply" },
    } } })
}
