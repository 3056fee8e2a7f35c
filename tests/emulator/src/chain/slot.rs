//! A filter's place in a chain: Envoy's wasm filter around a guest's callbacks.
//! It decides what the guest can reach in each callback, what its action means,
//! and what happens when its virtual machine has failed.

use std::cell::{Cell, RefCell};

use super::{Action, HttpFilter, Manager};
use crate::host::{
    Guest, Headers, Host, Installed, LocalReply, Slot, StreamId, View, Way, WayView,
};

pub(crate) struct FilterSlot {
    installed: Installed,
    guest: Guest,
    filter: RefCell<Option<Box<dyn HttpFilter>>>,
    created: Cell<bool>,
    failed_closed: Cell<bool>,
}

/// What a headers callback comes to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum HeadersStatus {
    Continue,
    /// Body and trailers are still delivered, and may let the headers go.
    Stop,
    /// Nothing more is delivered; the body is held up to the limit.
    StopAllBuffer,
    /// Nothing more is delivered; the body is held, and the sender slowed down.
    StopAllWatermark,
}

/// What a body callback comes to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum DataStatus {
    Continue,
    StopBuffer,
    StopWatermark,
    StopNoBuffer,
}

/// What a trailers callback comes to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum TrailersStatus {
    Continue,
    Stop,
}

impl FilterSlot {
    pub(crate) fn new(host: &Host, installed: &Installed, stream: StreamId) -> Self {
        Self {
            guest: host.add_stream_context(installed.root().context(), stream),
            installed: installed.clone(),
            filter: RefCell::new(None),
            created: Cell::new(false),
            failed_closed: Cell::new(false),
        }
    }

    pub(crate) fn guest(&self) -> &Guest {
        &self.guest
    }

    pub(crate) fn headers(
        &self,
        manager: &Manager,
        way: Way,
        end_of_stream: bool,
    ) -> HeadersStatus {
        match way {
            Way::Request => self.create(),
            Way::Response if self.is_passed_by() => return HeadersStatus::Continue,
            Way::Response => {}
        }
        self.view(|view| {
            reach(view, way).headers = true;
            view.end_of_stream = end_of_stream;
        });
        let count = manager.message(way, |message| {
            message.headers.as_ref().map_or(0, Headers::len)
        }) as u32;
        let action = self.call(manager, |filter, guest| match way {
            Way::Request => filter.on_request_headers(guest, count, end_of_stream),
            Way::Response => filter.on_response_headers(guest, count, end_of_stream),
        });
        let status = self.headers_status(action);
        self.end_call();
        if status == HeadersStatus::Continue {
            self.view(|view| reach(view, way).headers = false);
        }
        status
    }

    pub(crate) fn data(
        &self,
        manager: &Manager,
        way: Way,
        slot: Slot,
        end_of_stream: bool,
    ) -> DataStatus {
        if !self.created.get() || (way == Way::Response && self.is_passed_by()) {
            return DataStatus::Continue;
        }
        if self.view(|view| reach(view, way).buffering) == Some(true) {
            manager.hold_more(way, slot);
        }
        self.view(|view| {
            reach(view, way).body = Some(slot);
            view.end_of_stream = end_of_stream;
        });
        let size = self.body_size(manager, way);
        let action = self.call(manager, |filter, guest| match way {
            Way::Request => filter.on_request_body(guest, size, end_of_stream),
            Way::Response => filter.on_response_body(guest, size, end_of_stream),
        });
        let status = self.data_status(action);
        self.end_call();
        self.view(|view| {
            let reach = reach(view, way);
            reach.buffering = status == DataStatus::StopBuffer;
            reach.body = reach.body.filter(|_| status != DataStatus::Continue);
        });
        status
    }

    pub(crate) fn trailers(&self, manager: &Manager, way: Way) -> TrailersStatus {
        if !self.created.get() || (way == Way::Response && self.is_passed_by()) {
            return TrailersStatus::Continue;
        }
        self.view(|view| reach(view, way).trailers = true);
        let count = manager.message(way, |message| {
            message.trailers.as_ref().map_or(0, Headers::len)
        }) as u32;
        let action = self.call(manager, |filter, guest| match way {
            Way::Request => filter.on_request_trailers(guest, count),
            Way::Response => filter.on_response_trailers(guest, count),
        });
        let status = match action {
            Some(Action::Continue) if !self.guest.host().is_stopped() => TrailersStatus::Continue,
            _ => TrailersStatus::Stop,
        };
        self.end_call();
        if status == TrailersStatus::Continue {
            self.view(|view| reach(view, way).trailers = false);
        }
        status
    }

    /// The access log: every filter has one, also one that has seen nothing.
    pub(crate) fn log(&self) {
        self.create();
        self.view(|view| view.logging = true);
        if !self.has_failed()
            && let Some(filter) = &mut *self.filter.borrow_mut()
        {
            filter.on_log(&self.guest);
        }
        self.end_call();
        self.view(|view| view.logging = false);
    }

    pub(crate) fn delete(&self) {
        if !self.has_failed()
            && let Some(filter) = &mut *self.filter.borrow_mut()
        {
            filter.on_delete(&self.guest);
        }
        self.end_call();
        self.guest.host().remove_context(self.guest.context());
    }

    /// Whether responses pass without a callback: the filter never saw the
    /// request, or the response is the one its failure made.
    fn is_passed_by(&self) -> bool {
        !self.created.get() || self.failed_closed.get()
    }

    fn has_failed(&self) -> bool {
        self.installed.code().is_failed()
    }

    fn create(&self) {
        if self.created.replace(true) || self.has_failed() {
            return;
        }
        let filter = self.installed.code().new_stream(&self.guest);
        *self.filter.borrow_mut() = Some(filter);
        self.end_call();
    }

    /// Makes a callback; `None` if the machine has failed, before or in it.
    fn call(
        &self,
        manager: &Manager,
        callback: impl FnOnce(&mut dyn HttpFilter, &Guest) -> Action,
    ) -> Option<Action> {
        let action = match &mut *self.filter.borrow_mut() {
            Some(filter) if !self.has_failed() => Some(callback(&mut **filter, &self.guest)),
            _ => None,
        };
        if self.has_failed() {
            self.fail_closed(manager);
            return None;
        }
        action
    }

    /// What was asked for in a callback happens after the action has been read.
    fn end_call(&self) {
        self.guest.host().run_deferred();
    }

    fn fail_closed(&self, manager: &Manager) {
        if !self.failed_closed.replace(true) {
            manager.local_reply(LocalReply {
                status: 503,
                details: "wasm_fail_stream".to_owned(),
                body: Vec::new(),
                headers: Headers::new(),
                grpc_status: 14,
            });
        }
    }

    /// Envoy: without the flag a headers callback that pauses stops everything.
    fn headers_status(&self, action: Option<Action>) -> HeadersStatus {
        let Some(action) = action.filter(|_| !self.guest.host().is_stopped()) else {
            return HeadersStatus::StopAllWatermark;
        };
        let may_stop = self.installed.plugin().allow_on_headers_stop_iteration;
        match action.code() {
            0 | 2 => HeadersStatus::Continue,
            1 if may_stop => HeadersStatus::Stop,
            3 => HeadersStatus::StopAllBuffer,
            _ => HeadersStatus::StopAllWatermark,
        }
    }

    fn data_status(&self, action: Option<Action>) -> DataStatus {
        let Some(action) = action.filter(|_| !self.guest.host().is_stopped()) else {
            return DataStatus::StopNoBuffer;
        };
        match action.code() {
            0 => DataStatus::Continue,
            1 => DataStatus::StopBuffer,
            2 => DataStatus::StopWatermark,
            _ => DataStatus::StopNoBuffer,
        }
    }

    fn body_size(&self, manager: &Manager, way: Way) -> u32 {
        let slot = self.view(|view| reach(view, way).body_slot()).flatten();
        slot.map_or(0, |slot| {
            manager.message(way, |message| message.body(slot).len())
        }) as u32
    }

    fn view<T>(&self, f: impl FnOnce(&mut View) -> T) -> Option<T> {
        self.guest
            .host()
            .with_view(self.guest.context(), |view, _| f(view))
    }
}

fn reach(view: &mut View, way: Way) -> &mut WayView {
    match way {
        Way::Request => &mut view.request,
        Way::Response => &mut view.response,
    }
}
