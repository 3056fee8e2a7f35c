//! What compiles and still deserves a second look: what isn't enforced, and
//! what depends on how the filters are attached.

use std::collections::BTreeMap;

use tollgate_kit::faults::Fault;
use tollgate_kit::remote::Remote;

use super::Filter;
use super::document::{Mark, Node, Value};
use super::load::Loaded;
use super::report::{Finding, Report, Severity};

/// What an Envoy listener buffers unless it is told otherwise.
const LISTENER_BUFFER: usize = 1024 * 1024;

/// Every warning, in the order of the file.
#[must_use]
pub fn of(
    loaded: &Loaded,
    unenforced: Vec<Fault>,
    body_limit: usize,
    remotes: &[Remote],
) -> Report {
    let mut warnings = Warnings {
        loaded,
        list: loaded.warnings.clone(),
    };
    let unenforced = unenforced.into_iter();
    warnings
        .list
        .extend(unenforced.filter_map(|warning| loaded.find(Severity::Warning, warning)));
    warnings.reporting();
    warnings.transport(remotes);
    warnings.body(body_limit);
    warnings.finish()
}

struct Warnings<'l> {
    loaded: &'l Loaded,
    list: Vec<(Mark, Finding)>,
}

// === impl Warnings ===

impl Warnings<'_> {
    fn add(&mut self, path: &str, message: impl Into<String>, hint: &str) {
        let mark = self.loaded.root.find(path);
        let mut finding = self
            .loaded
            .sources
            .finding(Severity::Warning, mark, path, message);
        finding.hint = Some(hint.to_owned());
        self.list.push((mark, finding));
    }

    fn reporting(&mut self) {
        let root = &self.loaded.root;
        for section in Filter::ALL.map(Filter::name) {
            if is(root.get(section), "mode", "report") {
                self.add(
                    &format!("{section}.mode"),
                    "nothing of this section is enforced: what it would refuse is let through and counted",
                    "watch `tollgate.decisions.report`, then set `enforce`",
                );
            }
        }
        for (at, rule) in list(root.get("jwt"), "rules").iter().enumerate() {
            if is(Some(rule), "mode", "report") {
                self.add(
                    &format!("jwt.rules[{at}].mode"),
                    "this rule is not enforced: what it would refuse is let through and counted",
                    "watch `tollgate.decisions.report`, then set `enforce`",
                );
            }
        }
    }

    fn transport(&mut self, remotes: &[Remote]) {
        let providers = list(self.loaded.root.get("jwt"), "providers");
        let mut hosts: BTreeMap<&str, &Remote> = BTreeMap::new();
        for (at, provider) in providers.iter().enumerate() {
            let name = provider.get("name").and_then(Node::as_text);
            let Some(remote) = remotes.iter().find(|remote| Some(&*remote.name) == name) else {
                continue;
            };
            let path = format!("jwt.providers[{at}].jwks.remote");
            if remote.scheme != "https" {
                self.add(
                    &format!("{path}.uri"),
                    "keys are fetched without TLS: who can answer for this address can sign tokens",
                    "use `https`, or reach it through a mesh that adds mutual TLS",
                );
            }
            let first = hosts.entry(&remote.cluster).or_insert(remote);
            if (&first.authority, &first.scheme) != (&remote.authority, &remote.scheme) {
                let message = format!(
                    "cluster `{}` serves `{}://{}` already",
                    remote.cluster, first.scheme, first.authority
                );
                self.add(
                    &format!("{path}.cluster"),
                    message,
                    "a cluster is one server, with one name to check: give each its own",
                );
            }
        }
    }

    fn body(&mut self, limit: usize) {
        if is(self.loaded.root.get("schema"), "hold", "body") {
            self.add(
                "schema.hold",
                "the upstream sees the head of a request before its body is judged; responses can only be reported",
                "where `allow_on_headers_stop_iteration` can be set, leave this out",
            );
        }
        if limit > LISTENER_BUFFER {
            self.add(
                "schema.limits.body",
                "more than the 1 MiB that an Envoy listener buffers by itself: above that Envoy answers first, without a reason",
                "set the listener's `per_connection_buffer_limit_bytes`, as `tollgate render envoy` does",
            );
        }
    }

    fn finish(mut self) -> Report {
        self.list
            .sort_by_key(|(mark, _)| (mark.source, mark.line, mark.column));
        // What two places lead to is looked at twice.
        self.list.dedup();
        Report::new(self.list.into_iter().map(|(_, finding)| finding).collect())
    }
}

fn is(section: Option<&Node>, member: &str, value: &str) -> bool {
    let node = section.and_then(|section| section.get(member));
    node.and_then(Node::as_text) == Some(value)
}

/// The elements of a list; none where it isn't one.
fn list<'n>(section: Option<&'n Node>, member: &str) -> &'n [Node] {
    let node = section.and_then(|section| section.get(member));
    match node.map(|node| &node.value) {
        Some(Value::List(items)) => items,
        Some(_) | None => &[],
    }
}
