//! The host seam: everything a filter asks of Envoy, and nothing else.
//!
//! Every call can fail. Values are bytes. The implementation for Envoy is in
//! `wasm/`; the tests have one in memory.

use crate::fields::Fields;

/// A host call that failed, with the status of the proxy-wasm ABI.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HostError(pub u32);

/// Which header map.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Map {
    /// The request's fields.
    Request,
    /// The request's trailers.
    RequestTrailers,
    /// The response's fields.
    Response,
    /// The response's trailers.
    ResponseTrailers,
    /// The answer to a call that the filter made.
    CallResponse,
}

/// Which buffer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Buffer {
    /// The request's body.
    Request,
    /// The response's body.
    Response,
    /// The body of the answer to a call.
    CallResponse,
}

/// Which way of a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From the client to the upstream.
    Request,
    /// From the upstream to the client.
    Response,
}

/// What kind of metric.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Metric {
    /// Only goes up.
    Counter,
    /// One value for all threads; the last write wins.
    Gauge,
    /// Keeps how often which values came.
    Histogram,
}

/// How loud a log line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// The course of things.
    Info,
    /// A denied request.
    Warn,
    /// A refused configuration, a failed host call.
    Error,
}

/// The digest that a signature is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Digest {
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

/// A reply that the proxy gives in the upstream's place.
#[derive(Debug, Clone, Default)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// What `%RESPONSE_CODE_DETAILS%` shows.
    pub details: String,
    /// Header fields.
    pub fields: Fields,
    /// The body; for gRPC requests the message.
    pub body: Vec<u8>,
    /// The gRPC status, for gRPC requests.
    pub grpc_status: Option<i32>,
}

/// A value in the store that all workers share, and its version.
pub type Shared = (Option<Vec<u8>>, u32);

/// What a filter can ask of the proxy.
pub trait Host {
    /// Nanoseconds since 1970.
    fn now(&self) -> Result<u64, HostError>;
    /// Random bytes, for ids and jitter.
    fn random(&self) -> [u8; 16];
    /// A header map as it is.
    fn fields(&self, map: Map) -> Result<Fields, HostError>;
    /// Replaces a header map whole.
    fn replace_fields(&self, map: Map, fields: &Fields) -> Result<(), HostError>;
    /// One field with this value.
    fn set_field(&self, map: Map, name: &str, value: &[u8]) -> Result<(), HostError>;
    /// One field more.
    fn add_field(&self, map: Map, name: &str, value: &[u8]) -> Result<(), HostError>;
    /// No field of this name.
    fn remove_field(&self, map: Map, name: &str) -> Result<(), HostError>;
    /// The first `len` bytes of a buffer.
    fn body(&self, buffer: Buffer, len: usize) -> Result<Vec<u8>, HostError>;
    /// Replaces the first `len` bytes of a buffer.
    fn replace_body(&self, buffer: Buffer, len: usize, body: &[u8]) -> Result<(), HostError>;
    /// An attribute of the stream (Envoy's attributes), where there is one.
    fn property(&self, path: &[&str]) -> Option<Vec<u8>>;
    /// Sets filter state `wasm.<key>`.
    fn set_filter_state(&self, key: &str, value: &[u8]) -> Result<(), HostError>;
    /// Has the route chosen again.
    fn clear_route_cache(&self) -> Result<(), HostError>;
    /// Answers in the upstream's place.
    fn reply(&self, reply: &Reply) -> Result<(), HostError>;
    /// Lets a paused direction go on, after the callback.
    fn resume(&self, direction: Direction) -> Result<(), HostError>;
    /// Makes the calls that follow about the stream (or root) `context`.
    fn set_context(&self, context: u32) -> Result<(), HostError>;
    /// Asks `cluster`; the answer goes to the root.
    fn call(&self, cluster: &str, fields: &Fields, timeout_ms: u32) -> Result<u32, HostError>;
    /// A value that all workers share.
    fn shared(&self, key: &str) -> Result<Shared, HostError>;
    /// Writes a shared value if it still has the version `cas`.
    fn set_shared(&self, key: &str, value: &[u8], cas: u32) -> Result<(), HostError>;
    /// The id of a metric, made if there is none yet.
    fn define_metric(&self, kind: Metric, name: &str) -> Result<u32, HostError>;
    /// Adds to a counter or gauge.
    fn increment(&self, metric: u32, by: i64) -> Result<(), HostError>;
    /// Sets a gauge, or gives a value to a histogram.
    fn record(&self, metric: u32, value: u64) -> Result<(), HostError>;
    /// Writes a log line.
    fn log(&self, level: Level, line: &str);
    /// How often the root is asked to look around.
    fn set_tick(&self, millis: u32) -> Result<(), HostError>;
    /// Whether `signature` (ECDSA: DER) over `text` verifies under the key.
    fn verify_signature(
        &self,
        digest: Digest,
        spki: &[u8],
        signature: &[u8],
        text: &[u8],
    ) -> Result<bool, HostError>;
}
