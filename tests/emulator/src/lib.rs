//! An in-memory Envoy for proxy-wasm filters.
//!
//! A [`Host`] is one process: shared data, metrics, clusters, a log, and a clock
//! that only a test moves. Plugins are installed in it: real modules in a [`Vm`],
//! or native code behind [`RootContext`] and [`HttpFilter`]. A [`Chain`] of them
//! takes a [`Request`] to an [`Upstream`] and its answer back, with Envoy's rules
//! for pausing, buffering, trailers and local replies; an [`Exchange`] shows what
//! each end saw. Both kinds of filter make the same host calls through a
//! [`Guest`], which a test can make fail ([`Host::fail`]).
//!
//! ```
//! use std::rc::Rc;
//! use std::time::Duration;
//! use tollgate_emulator::*;
//!
//! /// Lets no request through that carries no token, and asks nobody.
//! struct Doorkeeper;
//!
//! impl HttpFilter for Doorkeeper {
//!     fn on_request_headers(&mut self, guest: &Guest, _count: u32, _end: bool) -> Action {
//!         if guest.map_value(MapType::RequestHeaders, b"authorization").is_ok() {
//!             return Action::Continue;
//!         }
//!         let (details, body) = ("no_token".to_owned(), b"who are you?".to_vec());
//!         let headers = Headers::new();
//!         let reply = LocalReply { status: 401, details, body, headers, grpc_status: -1 };
//!         guest.send_local_response(reply).map_or(Action::Pause, |()| Action::Pause)
//!     }
//! }
//!
//! impl RootContext for Doorkeeper {
//!     fn new_stream(&self, _stream: &Guest) -> Box<dyn HttpFilter> {
//!         Box::new(Doorkeeper)
//!     }
//! }
//!
//! let host = Host::new();
//! let make = |_root: &Guest| Ok::<_, ()>(Rc::new(Doorkeeper) as Rc<dyn RootContext>);
//! let doorkeeper = host.install("vm", Plugin::default(), make).unwrap();
//! let chain = Chain::new(&host, vec![doorkeeper], 1 << 20);
//!
//! let exchange = chain.run(&Request::new("GET", "/orders"), &Upstream::new(200));
//! assert_eq!(exchange.response().unwrap().status, 401);
//! assert_eq!(exchange.details().unwrap(), "no_token");
//! assert!(exchange.upstream().is_untouched());
//! ```
//!
//! A module is compiled once per process and started per test:
//!
//! ```no_run
//! # use tollgate_emulator::*;
//! # use std::time::Duration;
//! let host = Host::new();
//! host.cluster("idp", |_call| Answer::new(200, "{}").after(Duration::from_millis(20)));
//! let module = Module::load("dist/tollgate_jwt.wasm")?;
//! let plugin = Plugin { root_id: "jwt".into(), configuration: b"{}".to_vec(), ..Plugin::default() };
//! let vm = Vm::start(&host, &module, "vm", &[plugin])?;
//! let chain = Chain::new(&host, vec![vm.filter(0)], 1 << 20);
//! let exchange = chain.run(&Request::new("GET", "/orders"), &Upstream::new(200));
//! host.advance(Duration::from_secs(1));
//! assert!(!exchange.is_hanging() && vm.trap().is_none());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Not emulated: gRPC calls out and shared queues (a module that uses them
//! traps), TCP filters, 1xx responses, metadata frames, more than one worker, and
//! the headers that Envoy itself adds.
#![warn(missing_docs)]

mod chain;
mod host;
mod vm;

pub use chain::{
    Action, Answers, Chain, End, Ending, Exchange, HttpFilter, Release, Released, Request,
    ResponseView, Script, Upstream, UpstreamView,
};
pub use host::{
    Answer, BufferType, CallAnswer, CallRequest, ContextId, Guest, Headers, Host, HostCall,
    HostResult, Installed, LocalReply, LogLevel, LogLine, MapType, MetricType, Part, Plugin,
    Properties, RootContext, Status, Verifier, Way, Which,
};
pub use vm::{LoadError, Module, StartError, Vm};
