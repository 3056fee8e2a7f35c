//! The host as a guest sees it.

use super::{ContextId, Host, HostCall, HostResult, Status, StreamId};

/// The host calls, made in the name of one context. Each may fail: on its own
/// account, or because a test said so ([`Host::fail`]).
#[derive(Clone)]
pub struct Guest {
    host: Host,
    context: ContextId,
}

impl Guest {
    pub(crate) fn new(host: &Host, context: ContextId) -> Self {
        Self {
            host: host.clone(),
            context,
        }
    }

    /// The context that calls.
    pub fn context(&self) -> ContextId {
        self.context
    }

    /// The host that is called.
    pub fn host(&self) -> &Host {
        &self.host
    }

    /// `proxy_set_effective_context`: the same host calls in another context's name.
    pub fn effective(&self, context: ContextId) -> HostResult<Guest> {
        self.host.enter(HostCall::SetEffectiveContext)?;
        if self.host.context_exists(context) {
            Ok(Guest::new(&self.host, context))
        } else {
            Err(Status::BadArgument)
        }
    }

    /// `proxy_get_status`: the code and text of a call out that was reset, else 0.
    pub fn status(&self) -> HostResult<(u32, String)> {
        self.host.enter(HostCall::GetStatus)?;
        Ok(self
            .host
            .with_root(self.context, |root| root.status.clone())
            .unwrap_or_default())
    }

    /// The root context that this one belongs to, or is.
    pub fn root(&self) -> ContextId {
        self.host.root_of(self.context).unwrap_or(self.context)
    }

    pub(crate) fn stream(&self) -> Option<StreamId> {
        self.host.with_view(self.context, |view, _| view.stream)
    }
}
