//! A module's contexts as a chain calls them: every callback is an export, and
//! one that isn't there goes on.

use std::rc::Rc;

use super::{Machine, StartError};
use crate::chain::{Action, HttpFilter};
use crate::host::{CallAnswer, Guest, Plugin, RootContext};

/// A root context of a module.
pub(super) struct RootOfModule {
    machine: Rc<Machine>,
}

impl RootOfModule {
    /// Creates the root context in the module and configures it.
    pub(super) fn start(
        machine: &Rc<Machine>,
        root: &Guest,
        plugin: &Plugin,
    ) -> Result<Self, StartError> {
        let id = root.context().0;
        machine.tell(root, "proxy_on_context_create", (id, 0u32));
        let started = machine.enter(root.context(), "proxy_on_vm_start", (id, 0u32));
        machine.check()?;
        if started == Some(0u32) {
            return Err(StartError::VmStart);
        }
        let length = plugin.configuration.len() as u32;
        let configured = machine.enter(root.context(), "proxy_on_configure", (id, length));
        machine.check()?;
        if configured == Some(0u32) {
            return Err(StartError::Configure(plugin.name.clone()));
        }
        Ok(Self {
            machine: machine.clone(),
        })
    }
}

impl RootContext for RootOfModule {
    fn new_stream(&self, stream: &Guest) -> Box<dyn HttpFilter> {
        self.machine.tell(
            stream,
            "proxy_on_context_create",
            (stream.context().0, stream.root().0),
        );
        Box::new(StreamOfModule {
            machine: self.machine.clone(),
        })
    }

    fn is_failed(&self) -> bool {
        self.machine.has_trapped()
    }

    fn on_tick(&self, root: &Guest) {
        self.machine.tell(root, "proxy_on_tick", root.context().0);
    }

    fn on_http_call_response(&self, root: &Guest, answer: &CallAnswer) {
        let arguments = (
            root.context().0,
            answer.token,
            answer.headers,
            answer.body_size,
            answer.trailers,
        );
        self.machine
            .tell(root, "proxy_on_http_call_response", arguments);
    }
}

/// A stream context of a module.
struct StreamOfModule {
    machine: Rc<Machine>,
}

impl StreamOfModule {
    fn with_end(&self, guest: &Guest, export: &str, count: u32, end_of_stream: bool) -> Action {
        let arguments = (guest.context().0, count, u32::from(end_of_stream));
        self.machine
            .enter(guest.context(), export, arguments)
            .map_or(Action::Continue, Action::from_code)
    }

    fn trailers(&self, guest: &Guest, export: &str, count: u32) -> Action {
        let arguments = (guest.context().0, count);
        self.machine
            .enter(guest.context(), export, arguments)
            .map_or(Action::Continue, Action::from_code)
    }
}

impl HttpFilter for StreamOfModule {
    fn on_request_headers(&mut self, guest: &Guest, count: u32, end_of_stream: bool) -> Action {
        self.with_end(guest, "proxy_on_request_headers", count, end_of_stream)
    }

    fn on_request_body(&mut self, guest: &Guest, size: u32, end_of_stream: bool) -> Action {
        self.with_end(guest, "proxy_on_request_body", size, end_of_stream)
    }

    fn on_request_trailers(&mut self, guest: &Guest, count: u32) -> Action {
        self.trailers(guest, "proxy_on_request_trailers", count)
    }

    fn on_response_headers(&mut self, guest: &Guest, count: u32, end_of_stream: bool) -> Action {
        self.with_end(guest, "proxy_on_response_headers", count, end_of_stream)
    }

    fn on_response_body(&mut self, guest: &Guest, size: u32, end_of_stream: bool) -> Action {
        self.with_end(guest, "proxy_on_response_body", size, end_of_stream)
    }

    fn on_response_trailers(&mut self, guest: &Guest, count: u32) -> Action {
        self.trailers(guest, "proxy_on_response_trailers", count)
    }

    fn on_log(&mut self, guest: &Guest) {
        self.machine.tell(guest, "proxy_on_log", guest.context().0);
    }

    /// A stream is deleted whatever `proxy_on_done` says.
    fn on_delete(&mut self, guest: &Guest) {
        let _: Option<u32> =
            self.machine
                .enter(guest.context(), "proxy_on_done", guest.context().0);
        self.machine
            .tell(guest, "proxy_on_delete", guest.context().0);
    }
}
