//! A native filter whose callbacks are one closure, and which remembers them.

use std::cell::RefCell;
use std::rc::Rc;

use tollgate_emulator::*;

/// What a filter was called for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    RequestHeaders { end: bool },
    RequestBody { size: u32, end: bool },
    RequestTrailers,
    ResponseHeaders { end: bool },
    ResponseBody { size: u32, end: bool },
    ResponseTrailers,
    Log,
    Delete,
    Tick,
    Answered(CallAnswer),
}

use Event::*;

type Callback = dyn Fn(Event, &Guest) -> Action;

/// An installed filter and what it was called for so far.
pub struct Scripted {
    pub installed: Installed,
    seen: Rc<RefCell<Vec<Event>>>,
}

impl Scripted {
    /// A plugin named `name` that may, or may not, pause headers alone.
    pub fn new(
        host: &Host,
        name: &str,
        flag: Flag,
        callback: impl Fn(Event, &Guest) -> Action + 'static,
    ) -> Self {
        let plugin = Plugin {
            name: name.to_owned(),
            root_id: name.to_owned(),
            allow_on_headers_stop_iteration: flag == Flag::Set,
            ..Plugin::default()
        };
        let code = Rc::new(Code {
            callback: Rc::new(callback),
            seen: Rc::default(),
        });
        let seen = code.seen.clone();
        let make = |_root: &Guest| Ok::<_, ()>(code as Rc<dyn RootContext>);
        Self {
            installed: host.install("vm", plugin, make).unwrap(),
            seen,
        }
    }

    /// What it was called for, in order; forgotten then.
    pub fn take(&self) -> Vec<Event> {
        self.seen.take()
    }
}

/// `allow_on_headers_stop_iteration`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flag {
    Set,
    Unset,
}

#[derive(Clone)]
struct Code {
    callback: Rc<Callback>,
    seen: Rc<RefCell<Vec<Event>>>,
}

impl Code {
    fn on(&self, event: Event, guest: &Guest) -> Action {
        self.seen.borrow_mut().push(event);
        (self.callback)(event, guest)
    }
}

impl RootContext for Code {
    fn new_stream(&self, _stream: &Guest) -> Box<dyn HttpFilter> {
        Box::new(self.clone())
    }

    fn on_tick(&self, root: &Guest) {
        self.on(Tick, root);
    }

    fn on_http_call_response(&self, root: &Guest, answer: &CallAnswer) {
        self.on(Answered(*answer), root);
    }
}

impl HttpFilter for Code {
    fn on_request_headers(&mut self, guest: &Guest, _: u32, end: bool) -> Action {
        self.on(RequestHeaders { end }, guest)
    }

    fn on_request_body(&mut self, guest: &Guest, size: u32, end: bool) -> Action {
        self.on(RequestBody { size, end }, guest)
    }

    fn on_request_trailers(&mut self, guest: &Guest, _: u32) -> Action {
        self.on(RequestTrailers, guest)
    }

    fn on_response_headers(&mut self, guest: &Guest, _: u32, end: bool) -> Action {
        self.on(ResponseHeaders { end }, guest)
    }

    fn on_response_body(&mut self, guest: &Guest, size: u32, end: bool) -> Action {
        self.on(ResponseBody { size, end }, guest)
    }

    fn on_response_trailers(&mut self, guest: &Guest, _: u32) -> Action {
        self.on(ResponseTrailers, guest)
    }

    fn on_log(&mut self, guest: &Guest) {
        self.on(Log, guest);
    }

    fn on_delete(&mut self, guest: &Guest) {
        self.on(Delete, guest);
    }
}

/// A reply with a status and a body, and nothing else.
pub fn reply(status: u32, body: &str) -> LocalReply {
    let (details, body) = (String::new(), body.as_bytes().to_vec());
    LocalReply {
        status,
        details,
        body,
        headers: Headers::new(),
        grpc_status: -1,
    }
}

/// A filter that adds `x-<name>` to every response that it sees.
pub fn stamp(host: &Host, name: &'static str) -> Scripted {
    Scripted::new(host, name, Flag::Unset, move |event, guest| {
        if let ResponseHeaders { .. } = event {
            let header = format!("x-{name}");
            guest
                .add_map_value(MapType::ResponseHeaders, header.as_bytes(), b"1")
                .unwrap();
        }
        Action::Continue
    })
}

/// A chain of these filters with a buffer of 1 MiB.
pub fn chain(host: &Host, filters: &[&Scripted]) -> Chain {
    limited_chain(host, filters, 1 << 20)
}

/// A chain of these filters with a buffer of `limit` bytes.
pub fn limited_chain(host: &Host, filters: &[&Scripted], limit: usize) -> Chain {
    let filters = filters
        .iter()
        .map(|filter| filter.installed.clone())
        .collect();
    Chain::new(host, filters, limit)
}
