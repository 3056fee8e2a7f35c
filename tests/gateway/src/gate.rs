//! A listener with the filters of a policy, and its upstream.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use serde_json::Value;
use tollgate_rig::{
    Authority, Client, DEADLINE, Http, Port, Request, Response, Upstream, wait_until,
};

use crate::form::Form;
use crate::sight::Sight;

/// A listener with the filters of a policy, and its upstream.
pub struct Gate {
    /// Names the listener, its statistics and its plugins.
    pub name: String,
    /// What it is there for.
    pub topic: &'static str,
    /// How its filters are attached.
    pub form: Form,
    /// Where it stands.
    pub place: Place,
    /// What is behind it; answers 200 with `{}` unless it is told otherwise.
    pub upstream: Upstream,
    /// The listener's configuration.
    pub listener: Value,
    /// The clusters.
    pub clusters: Vec<Value>,
    pub(crate) authority: Option<Arc<Authority>>,
    pub(crate) port: Port,
    pub(crate) log: PathBuf,
}

/// Where a gate stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Place {
    /// In the Envoy of one worker.
    #[default]
    One,
    /// In the Envoy of two workers.
    Two,
    /// There too, but only when a test lets it stand ([`crate::Side::stand`]).
    Coming,
}

// === impl Gate ===

impl Gate {
    /// The same in another place.
    #[must_use]
    pub fn at(self, place: Place) -> Self {
        Self { place, ..self }
    }

    /// The same with its HTTP connection manager changed.
    #[must_use]
    pub fn with_manager(mut self, change: impl FnOnce(&mut Value)) -> Self {
        change(&mut self.listener["filter_chains"][0]["filters"][0]["typed_config"]);
        self
    }

    /// The same with each of its wasm filters changed: the plugin's `config`.
    #[must_use]
    pub fn with_plugins(self, mut change: impl FnMut(&mut Value)) -> Self {
        self.with_manager(|manager| {
            let filters = manager["http_filters"].as_array_mut();
            for filter in filters.into_iter().flatten() {
                if let Some(config) = filter.pointer_mut("/typed_config/config") {
                    change(config);
                }
            }
        })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.port.address()
    }

    /// A client of it, over TLS where the gate has that.
    pub fn client(&self, http: Http) -> Client {
        let client = Client::new(self.address(), http);
        match &self.authority {
            Some(authority) => client.over_tls(authority, None),
            None => client,
        }
    }

    /// Sends a request over HTTP/1.1.
    pub fn send(&self, request: &Request) -> Response {
        self.client(Http::One).send(request)
    }

    /// Sends a request, and sees what the upstream sees meanwhile.
    pub fn watch(&self, http: Http, request: &Request) -> Sight {
        Sight::of(self, || self.client(http).send(request))
    }

    /// The lines of its access log.
    pub fn lines(&self) -> Vec<Value> {
        let text = std::fs::read_to_string(&self.log).unwrap_or_default();
        // The last line may be half of one.
        let whole = text
            .split_inclusive('\n')
            .filter(|line| line.ends_with('\n'));
        whole
            .map(|line| serde_json::from_str(line).unwrap_or_default())
            .collect()
    }

    /// What `act` gives, and the line that its one request leaves in the access log.
    ///
    /// # Panics
    /// Where no line is written.
    pub fn logged<T>(&self, act: impl FnOnce() -> T) -> (T, Value) {
        let before = self.lines().len();
        let result = act();
        let line = wait_until(DEADLINE, || self.lines().get(before).cloned());
        (result, line.expect("every request leaves a line"))
    }

    /// What reached the upstream of the one request that was sent; forgets it.
    pub fn reached(&self) -> Option<tollgate_rig::Received> {
        let over = |seen: &[tollgate_rig::Received]| {
            seen.iter()
                .all(|one| one.arrival != tollgate_rig::Arrival::Begun)
        };
        self.upstream.wait(DEADLINE, over);
        let mut seen = self.upstream.take();
        assert!(seen.len() < 2, "{}: one request became {seen:?}", self.name);
        seen.pop()
    }
}

/// Does the same at all of these gates at once.
///
/// # Panics
/// Where it does at one of them.
pub fn at_once(gates: &[&Gate], act: impl Fn(&Gate) + Sync) {
    std::thread::scope(|scope| {
        for gate in gates {
            scope.spawn(|| act(gate));
        }
    });
}
