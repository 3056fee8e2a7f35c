//! The chain of filters as Envoy runs it: who is called when, what a pause holds
//! back, where a local reply enters, and what both ends see of it.

mod ends;
mod exchange;
mod filter;
mod iteration;
mod local_reply;
mod manager;
mod script;
mod slot;
mod view;

pub use exchange::Exchange;
pub use filter::{Action, HttpFilter};
pub use script::{Answers, End, Ending, Request, Script, Upstream};
pub use view::{Release, Released, ResponseView, UpstreamView};

pub(crate) use manager::Manager;

use crate::host::{Host, Installed, Properties};

/// A chain of filters between a client and an upstream.
pub struct Chain {
    host: Host,
    filters: Vec<Installed>,
    buffer_limit: usize,
}

impl Chain {
    /// A chain, the filter next to the client first. `buffer_limit` is Envoy's
    /// `per_connection_buffer_limit_bytes`: more than that isn't held back.
    pub fn new(host: &Host, filters: Vec<Installed>, buffer_limit: usize) -> Self {
        Self {
            host: host.clone(),
            filters,
            buffer_limit,
        }
    }

    /// Sends a request through, as far as it gets without time passing.
    pub fn run(&self, request: &Request, upstream: &Upstream) -> Exchange {
        let exchange = self.open(request.properties.clone(), upstream);
        exchange.send(request);
        exchange
    }

    /// Begins a stream whose request is fed piece by piece.
    pub fn open(&self, properties: Properties, upstream: &Upstream) -> Exchange {
        Exchange::new(Manager::open(self, properties, upstream))
    }
}
