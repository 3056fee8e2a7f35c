//! The stream machine without wasm: the filters as native code on the in-memory
//! host of the emulator.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;
use tollgate_emulator::{
    Action, BufferType, CallAnswer, ContextId, Guest, Headers, HttpFilter, LocalReply, LogLevel,
    MapType, MetricType, RootContext, Status, Way,
};
use tollgate_kit::fields::Fields;
use tollgate_kit::host::{
    Buffer, Digest, Direction, Host, HostError, Level, Map, Metric, Reply, Shared,
};
use tollgate_kit::plugin::{Plugin, Shape};
use tollgate_kit::protobuf;
use tollgate_kit::stream::{self, Stream};

/// A configured plugin, as the code behind an installed one.
pub struct Native {
    plugin: Rc<Plugin>,
}

/// The in-memory host in the name of one context.
struct Seat {
    guest: RefCell<Guest>,
}

struct NativeStream {
    stream: Rc<RefCell<Stream>>,
}

impl Native {
    /// Compiles and starts the plugin; the error is what the log would say.
    pub fn start(
        root: &Guest,
        configuration: &[u8],
        shape: Shape,
    ) -> Result<Rc<dyn RootContext>, String> {
        let plugin = Plugin::compile(configuration, shape).map_err(|faults| faults.to_string())?;
        plugin.start(&Seat::new(root));
        Ok(Rc::new(Self {
            plugin: Rc::new(plugin),
        }))
    }
}

impl RootContext for Native {
    fn new_stream(&self, stream: &Guest) -> Box<dyn HttpFilter> {
        Box::new(NativeStream {
            stream: Stream::new(self.plugin.clone(), stream.context().0),
        })
    }

    fn on_tick(&self, root: &Guest) {
        self.plugin.tick(&Seat::new(root), root.context().0);
    }

    fn on_http_call_response(&self, root: &Guest, answer: &CallAnswer) {
        self.plugin.answered(
            &Seat::new(root),
            root.context().0,
            answer.token,
            answer.body_size as usize,
        );
    }
}

impl NativeStream {
    fn run(
        &self,
        guest: &Guest,
        callback: impl FnOnce(&mut Stream, &Seat) -> stream::Action,
    ) -> Action {
        let seat = Seat::new(guest);
        match self
            .stream
            .try_borrow_mut()
            .map(|mut stream| callback(&mut stream, &seat))
        {
            Ok(stream::Action::Continue) => Action::Continue,
            Ok(stream::Action::Pause) | Err(_) => Action::Pause,
        }
    }
}

impl HttpFilter for NativeStream {
    fn on_request_headers(&mut self, guest: &Guest, _count: u32, end: bool) -> Action {
        self.run(guest, |stream, seat| stream.request_headers(seat, end))
    }

    fn on_request_body(&mut self, guest: &Guest, size: u32, end: bool) -> Action {
        self.run(guest, |stream, seat| {
            stream.request_body(seat, size as usize, end)
        })
    }

    fn on_request_trailers(&mut self, guest: &Guest, _count: u32) -> Action {
        self.run(guest, |stream, seat| stream.request_trailers(seat))
    }

    fn on_response_headers(&mut self, guest: &Guest, _count: u32, end: bool) -> Action {
        self.run(guest, |stream, seat| stream.response_headers(seat, end))
    }

    fn on_response_body(&mut self, guest: &Guest, size: u32, end: bool) -> Action {
        self.run(guest, |stream, seat| {
            stream.response_body(seat, size as usize, end)
        })
    }

    fn on_response_trailers(&mut self, guest: &Guest, _count: u32) -> Action {
        self.run(guest, |stream, seat| stream.response_trailers(seat))
    }
}

impl Seat {
    fn new(guest: &Guest) -> Self {
        Self {
            guest: RefCell::new(guest.clone()),
        }
    }

    fn ask<T>(&self, call: impl FnOnce(&Guest) -> Result<T, Status>) -> Result<T, HostError> {
        call(&self.guest.borrow()).map_err(|status| HostError(status.code()))
    }
}

impl Host for Seat {
    fn now(&self) -> Result<u64, HostError> {
        self.ask(Guest::time)
    }

    fn random(&self) -> [u8; 16] {
        self.guest
            .borrow()
            .host()
            .random_bytes(16)
            .try_into()
            .unwrap_or_default()
    }

    fn fields(&self, map: Map) -> Result<Fields, HostError> {
        self.ask(|guest| guest.map(map_type(map)))
            .map(|headers| Fields::from_pairs(headers.iter()))
    }

    fn replace_fields(&self, map: Map, fields: &Fields) -> Result<(), HostError> {
        self.ask(|guest| guest.set_map(map_type(map), &headers(fields)))
    }

    fn set_field(&self, map: Map, name: &str, value: &[u8]) -> Result<(), HostError> {
        self.ask(|guest| guest.replace_map_value(map_type(map), name.as_bytes(), value))
    }

    fn add_field(&self, map: Map, name: &str, value: &[u8]) -> Result<(), HostError> {
        self.ask(|guest| guest.add_map_value(map_type(map), name.as_bytes(), value))
    }

    fn remove_field(&self, map: Map, name: &str) -> Result<(), HostError> {
        self.ask(|guest| guest.remove_map_value(map_type(map), name.as_bytes()))
    }

    fn body(&self, buffer: Buffer, len: usize) -> Result<Vec<u8>, HostError> {
        self.ask(|guest| guest.buffer(buffer_type(buffer), 0, len))
    }

    fn replace_body(&self, buffer: Buffer, len: usize, body: &[u8]) -> Result<(), HostError> {
        self.ask(|guest| guest.set_buffer(buffer_type(buffer), 0, len, body))
    }

    fn property(&self, path: &[&str]) -> Option<Vec<u8>> {
        self.ask(|guest| guest.property(path.join("\0").as_bytes()))
            .ok()
    }

    fn set_filter_state(&self, key: &str, value: &[u8]) -> Result<(), HostError> {
        self.ask(|guest| guest.set_property(key.as_bytes(), value))
    }

    fn clear_route_cache(&self) -> Result<(), HostError> {
        self.ask(|guest| guest.call_foreign_function(b"clear_route_cache", b""))
            .map(drop)
    }

    fn reply(&self, reply: &Reply) -> Result<(), HostError> {
        let reply = LocalReply {
            status: u32::from(reply.status),
            details: reply.details.clone(),
            headers: headers(&reply.fields),
            body: reply.body.clone(),
            grpc_status: reply.grpc_status.unwrap_or(-1),
        };
        self.ask(|guest| guest.send_local_response(reply))
    }

    fn resume(&self, direction: Direction) -> Result<(), HostError> {
        let way = match direction {
            Direction::Request => Way::Request,
            Direction::Response => Way::Response,
        };
        self.ask(|guest| guest.continue_stream(way))
    }

    fn set_context(&self, context: u32) -> Result<(), HostError> {
        let guest = self.ask(|guest| guest.effective(ContextId(context)))?;
        *self.guest.borrow_mut() = guest;
        Ok(())
    }

    fn call(&self, cluster: &str, fields: &Fields, timeout_ms: u32) -> Result<u32, HostError> {
        let timeout = Duration::from_millis(u64::from(timeout_ms));
        self.ask(|guest| guest.http_call(cluster, &headers(fields), b"", &Headers::new(), timeout))
    }

    fn shared(&self, key: &str) -> Result<Shared, HostError> {
        match self.ask(|guest| guest.shared_data(key.as_bytes())) {
            Ok((value, cas)) => Ok((Some(value), cas)),
            Err(HostError(1)) => Ok((None, 0)),
            Err(error) => Err(error),
        }
    }

    fn set_shared(&self, key: &str, value: &[u8], cas: u32) -> Result<(), HostError> {
        self.ask(|guest| guest.set_shared_data(key.as_bytes(), value, cas))
    }

    fn define_metric(&self, kind: Metric, name: &str) -> Result<u32, HostError> {
        let kind = match kind {
            Metric::Counter => MetricType::Counter,
            Metric::Gauge => MetricType::Gauge,
            Metric::Histogram => MetricType::Histogram,
        };
        self.ask(|guest| guest.define_metric(kind, name))
    }

    fn increment(&self, metric: u32, by: i64) -> Result<(), HostError> {
        self.ask(|guest| guest.increment_metric(metric, by))
    }

    fn record(&self, metric: u32, value: u64) -> Result<(), HostError> {
        self.ask(|guest| guest.record_metric(metric, value))
    }

    fn log(&self, level: Level, line: &str) {
        let level = match level {
            Level::Info => LogLevel::Info,
            Level::Warn => LogLevel::Warn,
            Level::Error => LogLevel::Error,
        };
        // The in-memory log takes every line.
        let _ = self.ask(|guest| guest.log(level, line.as_bytes()));
    }

    fn set_tick(&self, millis: u32) -> Result<(), HostError> {
        self.ask(|guest| guest.set_tick_period(Duration::from_millis(u64::from(millis))))
    }

    fn verify_signature(
        &self,
        digest: Digest,
        spki: &[u8],
        signature: &[u8],
        text: &[u8],
    ) -> Result<bool, HostError> {
        let hash = match digest {
            Digest::Sha256 => "sha256",
            Digest::Sha384 => "sha384",
            Digest::Sha512 => "sha512",
        };
        let argument = protobuf::verify_argument(hash, spki, signature, text);
        let answer =
            self.ask(|guest| guest.call_foreign_function(b"verify_signature", &argument))?;
        Ok(protobuf::verify_answer(&answer))
    }
}

fn headers(fields: &Fields) -> Headers {
    let mut headers = Headers::new();
    for (name, value) in fields.iter() {
        headers.push(name, value);
    }
    headers
}

const fn map_type(map: Map) -> MapType {
    match map {
        Map::Request => MapType::RequestHeaders,
        Map::RequestTrailers => MapType::RequestTrailers,
        Map::Response => MapType::ResponseHeaders,
        Map::ResponseTrailers => MapType::ResponseTrailers,
        Map::CallResponse => MapType::CallHeaders,
    }
}

const fn buffer_type(buffer: Buffer) -> BufferType {
    match buffer {
        Buffer::Request => BufferType::RequestBody,
        Buffer::Response => BufferType::ResponseBody,
        Buffer::CallResponse => BufferType::CallBody,
    }
}
