//! How a message passes the filters: Envoy's filter manager, for both ways.
//!
//! Positions count along the way, so that the response begins with the last
//! filter. A filter that has paused headers alone still gets body and trailers,
//! and going on from one of those callbacks lets the headers go as well.

use super::Manager;
use super::manager::{FilterState, Iteration};
use super::slot::{DataStatus, HeadersStatus, TrailersStatus};
use crate::host::{Slot, Way};

impl Manager {
    /// Passes headers to the filters behind `from`, or to all.
    pub(super) fn pass_headers(&self, way: Way, from: Option<usize>, end_stream: bool) {
        self.enter(way, from, end_stream);
        for position in from.map_or(0, |from| from + 1)..self.slots.len() {
            self.edit(way, position, |filter| filter.end_stream = end_stream);
            let status = self.calling(way, || {
                self.slot(way, position).headers(self, way, end_stream)
            });
            let aborted = self.is_aborted(way);
            let status = if aborted { HeadersStatus::Stop } else { status };
            self.edit(way, position, |filter| after_headers(filter, status));
            self.send_prepared();
            if status != HeadersStatus::Continue || self.is_over(way) {
                return;
            }
        }
        match way {
            Way::Request => self.upstream_headers(end_stream),
            Way::Response => self.client_headers(end_stream),
        }
    }

    /// Passes body bytes to the filters behind `from`, or to all.
    pub(super) fn pass_data(&self, way: Way, from: Option<usize>, slot: Slot, end_stream: bool) {
        if self.is_over(way) {
            return;
        }
        self.enter(way, from, end_stream);
        let had_trailers = self.has_trailers(way);
        let mut added_trailers = None;
        let mut stopped = false;
        for position in self.first(way, from)..self.slots.len() {
            if self.takes_no_data(way, position, slot) {
                return;
            }
            let status = self.offer_data(way, position, slot, end_stream);
            if self.is_aborted(way) && way == Way::Request {
                return self.send_prepared();
            }
            if !had_trailers && added_trailers.is_none() && self.has_trailers(way) {
                added_trailers = Some(position);
            }
            stopped = !self.goes_on_after_data(way, position, status, slot);
            if stopped {
                break;
            }
        }
        match way {
            Way::Response if stopped => return,
            Way::Request if stopped => {}
            _ => self.data_at_end(way, slot, end_stream && added_trailers.is_none()),
        }
        if let Some(position) = added_trailers {
            self.pass_trailers(way, Some(position));
        }
    }

    /// Makes the body callback of one filter.
    fn offer_data(&self, way: Way, position: usize, slot: Slot, end_stream: bool) -> DataStatus {
        let end = end_stream && !self.has_trailers(way);
        self.edit(way, position, |filter| filter.end_stream = end);
        let status = self.calling(way, || {
            let status = self.slot(way, position).data(self, way, slot, end);
            self.watch_limit(way);
            status
        });
        if self.is_aborted(way) {
            DataStatus::StopNoBuffer
        } else {
            status
        }
    }

    /// Passes trailers to the filters behind `from`, or to all.
    pub(super) fn pass_trailers(&self, way: Way, from: Option<usize>) {
        if self.is_over(way) {
            return;
        }
        self.enter(way, from, true);
        for position in self.first(way, from)..self.slots.len() {
            if self.filter(way, position).stops_all() {
                return;
            }
            let status = self.calling(way, || self.slot(way, position).trailers(self, way));
            self.edit(way, position, |filter| filter.end_stream = true);
            let aborted = self.is_aborted(way);
            self.send_prepared();
            let status = if aborted {
                TrailersStatus::Stop
            } else {
                status
            };
            if !self.goes_on_after_trailers(way, position, status) {
                return;
            }
        }
        match way {
            Way::Request => self.upstream_trailers(),
            Way::Response => self.client_trailers(),
        }
    }

    /// Lets a paused filter's stream go on, from what is held back.
    pub(super) fn continue_from(&self, way: Way, position: usize) {
        if !self.is_over(way) {
            if self.filter(way, position).iteration == Iteration::Continue {
                return self.violation(format!(
                    "{way:?}: filter {position} goes on, but isn't paused"
                ));
            }
            self.go_on(way, position);
        }
    }

    fn go_on(&self, way: Way, position: usize) {
        if self.is_over(way) {
            return;
        }
        let headers_due = self.edit(way, position, |filter| {
            filter.from_current |= filter.stops_all();
            filter.iteration = Iteration::Continue;
            !std::mem::replace(&mut filter.headers_continued, true)
        });
        if headers_due {
            let ends = self.is_complete(way) && !self.has_buffer(way) && !self.has_trailers(way);
            self.pass_headers(way, Some(position), ends);
        }
        let had_trailers = self.has_trailers(way);
        if self.has_buffer(way) {
            self.pass_data(
                way,
                Some(position),
                Slot::Buffered,
                self.is_complete(way) && !had_trailers,
            );
        }
        if had_trailers {
            self.pass_trailers(way, Some(position));
        }
        self.edit(way, position, |filter| filter.from_current = false);
    }

    fn goes_on_after_data(
        &self,
        way: Way,
        position: usize,
        status: DataStatus,
        slot: Slot,
    ) -> bool {
        let paused = self.filter(way, position).iteration == Iteration::StopSingle;
        if status == DataStatus::Continue {
            if paused {
                self.hold(way, slot);
                self.go_on(way, position);
            }
            return !paused;
        }
        self.edit(way, position, |filter| {
            filter.iteration = Iteration::StopSingle
        });
        if status != DataStatus::StopNoBuffer {
            self.way(way).borrow_mut().streaming = status == DataStatus::StopWatermark;
            self.hold(way, slot);
        } else if self.is_complete(way) && !self.has_trailers(way) && !self.flow.borrow().finished {
            // Going on later must still bring an end of stream.
            self.message(way, |message| {
                message.buffered.get_or_insert_default();
            });
        }
        false
    }

    fn goes_on_after_trailers(&self, way: Way, position: usize, status: TrailersStatus) -> bool {
        let paused = self.filter(way, position).iteration == Iteration::StopSingle;
        match status {
            TrailersStatus::Continue if paused => self.go_on(way, position),
            TrailersStatus::Continue => return true,
            TrailersStatus::Stop => self.edit(way, position, |filter| {
                if filter.iteration == Iteration::Continue {
                    filter.iteration = Iteration::StopSingle;
                }
            }),
        }
        false
    }

    /// A filter that buffers gets the new bytes behind the old ones.
    pub(crate) fn hold_more(&self, way: Way, slot: Slot) {
        self.way(way).borrow_mut().streaming = false;
        self.hold(way, slot);
    }

    fn hold(&self, way: Way, slot: Slot) {
        self.message(way, |message| message.hold(slot));
        self.watch_limit(way);
    }

    /// A filter that has stopped everything lets body bytes be held back; one that
    /// has seen the end of its stream gets nothing more.
    fn takes_no_data(&self, way: Way, position: usize, slot: Slot) -> bool {
        let filter = self.filter(way, position);
        if filter.stops_all() {
            let slows_down = filter.iteration == Iteration::StopAllWatermark;
            self.way(way).borrow_mut().streaming = slows_down;
            self.hold(way, slot);
        } else if filter.end_stream && self.message(way, |message| !message.body(slot).is_empty()) {
            self.violation(format!(
                "{way:?}: filter {position} has seen the end, and body bytes are lost"
            ));
        }
        filter.stops_all() || filter.end_stream
    }

    fn watch_limit(&self, way: Way) {
        let held = self.message(way, |message| message.buffered.as_ref().map_or(0, Vec::len));
        let exceeded = {
            let state = &mut *self.way(way).borrow_mut();
            if held <= self.limit / 2 {
                (state.over_limit, state.slowed_down) = (false, false);
            }
            let exceeded = held > self.limit && !state.over_limit;
            state.over_limit |= exceeded;
            state.slowed_down |= exceeded && state.streaming;
            exceeded && !state.streaming
        };
        if exceeded {
            self.refuse_as_too_large(way);
        }
    }

    fn data_at_end(&self, way: Way, slot: Slot, end_stream: bool) {
        let bytes = self.message(way, |message| message.take_body(slot));
        self.watch_limit(way);
        match way {
            Way::Request => self.upstream_data(&bytes, end_stream && !self.has_trailers(way)),
            Way::Response => self.client_data(&bytes, end_stream),
        }
    }

    /// What enters the chain of the response with its end completes it.
    fn enter(&self, way: Way, from: Option<usize>, end_stream: bool) {
        if way == Way::Response && from.is_none() {
            self.flow.borrow_mut().local_complete = end_stream;
        }
    }

    fn first(&self, way: Way, from: Option<usize>) -> usize {
        from.map_or(0, |from| {
            if self.filter(way, from).from_current {
                from
            } else {
                from + 1
            }
        })
    }

    fn calling<T>(&self, way: Way, callback: impl FnOnce() -> T) -> T {
        let outer = std::mem::replace(&mut self.way(way).borrow_mut().calling, true);
        let result = callback();
        self.way(way).borrow_mut().calling = outer;
        result
    }

    fn is_aborted(&self, way: Way) -> bool {
        self.way(way).borrow().aborted
    }

    /// Once a response is complete nobody asks for more of the request.
    fn is_over(&self, way: Way) -> bool {
        let flow = self.flow.borrow();
        flow.finished || (way == Way::Request && flow.local_complete)
    }

    fn is_complete(&self, way: Way) -> bool {
        match way {
            Way::Request => self.flow.borrow().request_complete,
            Way::Response => self.flow.borrow().local_complete,
        }
    }

    fn has_trailers(&self, way: Way) -> bool {
        self.message(way, |message| message.trailers.is_some())
    }

    fn has_buffer(&self, way: Way) -> bool {
        self.message(way, |message| message.buffered.is_some())
    }

    fn filter(&self, way: Way, position: usize) -> FilterState {
        self.way(way).borrow().filters[position]
    }

    fn edit<T>(&self, way: Way, position: usize, f: impl FnOnce(&mut FilterState) -> T) -> T {
        f(&mut self.way(way).borrow_mut().filters[position])
    }
}

impl FilterState {
    fn stops_all(&self) -> bool {
        matches!(
            self.iteration,
            Iteration::StopAllBuffer | Iteration::StopAllWatermark
        )
    }
}

fn after_headers(filter: &mut FilterState, status: HeadersStatus) {
    match status {
        HeadersStatus::Continue => filter.headers_continued = true,
        HeadersStatus::Stop => filter.iteration = Iteration::StopSingle,
        HeadersStatus::StopAllBuffer => filter.iteration = Iteration::StopAllBuffer,
        HeadersStatus::StopAllWatermark => filter.iteration = Iteration::StopAllWatermark,
    }
}
