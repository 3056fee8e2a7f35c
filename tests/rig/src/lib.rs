//! A real Envoy between a scripted client, upstream and key server.
//!
//! The calls block; what runs behind them has threads of its own. Everything
//! that is waited for is a condition with a deadline. Ports are free loopback
//! ports that no other test gets ([`Port`]). Envoy is `$ENVOY`
//! ([`Envoy::binary`]); a test that finds none says that it is skipped.
//!
//! ```no_run
//! # fn bootstrap(listen: std::net::SocketAddr, upstream: std::net::SocketAddr) -> serde_json::Value { serde_json::Value::Null }
//! use tollgate_rig::*;
//!
//! let upstream = Upstream::start();
//! upstream.answer(Answer::json(201, "{}").field("x-served-by", b"\xff"));
//! let listen = Port::free()?;
//! let envoy = Envoy::start(&bootstrap(listen.address(), upstream.address()), 1)?;
//!
//! let client = Client::new(listen.address(), Http::One);
//! let body = Body::pieces(["{\"a\":", "1}"]);
//! let response = client.send(&Request::new("POST", "/orders").field("X-Bytes", b"\xff").body(body));
//! assert_eq!((response.status, &response.end), (Some(201), &End::Clean));
//!
//! let arrived = upstream.take();
//! assert_eq!(arrived[0].body, b"{\"a\":1}");
//! assert_eq!(envoy.admin().stats("^wasmcustom")?.get("wasmcustom.tollgate.decisions.allow.jwt"), 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod client;
mod envoy;
mod http1;
mod http2;
mod identity;
mod message;
mod port;
mod runtime;
mod server;

pub use client::{Client, SERVER_NAME};
pub use envoy::{Admin, Envoy, Listeners, Refused, StartError, Stats};
pub use identity::{Authority, Identity};
pub use message::{Body, End, Fields, Framing, Http, Request, Response, values};
pub use port::Port;
pub use runtime::{DEADLINE, wait_until};
pub use server::{Answer, Arrival, Ending, KeyAnswer, KeyServer, Moment, Received, Upstream};
