//! What a decision does: edits, the mark, the counter, the line, the reply.

use super::Stream;
use super::request::RequestPhase;
use crate::host::{Direction, Host, HostError, Level, Map};
use crate::problem;
use crate::stage::Body;
use crate::telemetry::{Occasion, Outcome};
use crate::verdict::{Allowance, Denial, Edit, Edits};

impl Stream {
    /// Changes the request, here and in the host.
    pub(super) fn apply(&mut self, host: &dyn Host, edits: &Edits) -> Result<(), HostError> {
        if edits.is_empty() {
            return Ok(());
        }
        self.fields.apply(edits);
        write(host, Map::Request, edits)?;
        match edits.reroutes() {
            true => host.clear_route_cache(),
            false => Ok(()),
        }
    }

    /// Sets the filter's mark, which later filters, logs and RBAC read. A mark
    /// that can't be set is as good as none: RBAC refuses the request then.
    pub(super) fn mark(&self, host: &dyn Host, at: usize, mark: &str) {
        let Some(key) = self.plugin.marks.get(at) else {
            return;
        };
        let _ = host.set_filter_state(key, mark.as_bytes());
    }

    /// Says how much report mode leaves out, and what isn't judged.
    pub(super) fn count_exceptions(&self, host: &dyn Host, at: usize, allowance: &Allowance) {
        let telemetry = &self.plugin.telemetry;
        let withheld = self.plugin.stages.get(at);
        if let Some(stage) = withheld.filter(|_| allowance.withheld > 0) {
            telemetry.count_withheld(host, stage.name(), allowance.withheld);
        }
        if let Some(what) = allowance.unjudged {
            telemetry.count_unjudged(host, what);
        }
    }

    /// Keeps how large the body is that a stage judges.
    pub(super) fn measure(&self, host: &dyn Host, at: usize, direction: Direction, body: Body<'_>) {
        if let (Some(stage), Body::Whole(bytes @ [_, ..])) = (self.plugin.stages.get(at), body) {
            let telemetry = &self.plugin.telemetry;
            telemetry.measure(host, direction, stage.name(), bytes.len());
        }
    }

    /// Lets through what would have been denied.
    pub(super) fn report(&mut self, host: &dyn Host, at: usize, denial: &Denial) {
        self.tell(host, at, denial, Outcome::Report);
    }

    /// Marks, counts and logs a denial.
    pub(super) fn deny(&mut self, host: &dyn Host, at: usize, denial: &Denial) {
        self.tell(host, at, denial, Outcome::Deny);
    }

    /// Denies, and answers in the upstream's place. If even that fails the
    /// stream stays paused: it is never let through.
    pub(super) fn refuse(&mut self, host: &dyn Host, at: usize, denial: &Denial) {
        self.deny(host, at, denial);
        self.phase = RequestPhase::Refused;
        let request_id = self.request_id(host);
        let detail = self
            .plugin
            .stages
            .get(at)
            .map(|stage| stage.detail())
            .unwrap_or_default();
        let reply = problem::reply(denial, &self.request(), &request_id, detail);
        if let Err(error) = host.reply(&reply) {
            host.log(
                Level::Error,
                &format!("tollgate: a reply could not be sent (status {})", error.0),
            );
        }
    }

    pub(super) fn request_id(&mut self, host: &dyn Host) -> String {
        let fields = &self.fields;
        self.request_id
            .get_or_insert_with(|| problem::request_id(fields, host.random()))
            .clone()
    }

    fn tell(&mut self, host: &dyn Host, at: usize, denial: &Denial, outcome: Outcome) {
        let plugin = self.plugin.clone();
        let Some(stage) = plugin.stages.get(at) else {
            return;
        };
        self.mark(
            host,
            at,
            &format!("{} {}", outcome.word(), denial.reason.slug),
        );
        plugin.telemetry.count(host, outcome, denial.reason.slug);
        let request_id = self.request_id(host);
        let occasion = Occasion {
            filter: stage.name(),
            outcome,
            fields: &self.fields,
            request_id: &request_id,
            now: host.now().unwrap_or(0),
        };
        plugin.telemetry.log(host, denial, &occasion);
    }
}

/// Makes the edits one by one.
pub(super) fn write(host: &dyn Host, map: Map, edits: &Edits) -> Result<(), HostError> {
    for edit in edits {
        match edit {
            Edit::Set(name, value) => host.set_field(map, name, value)?,
            Edit::Append(name, value) => host.add_field(map, name, value)?,
            Edit::Remove(name) => host.remove_field(map, name)?,
        }
    }
    Ok(())
}
