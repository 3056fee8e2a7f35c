//! Envoy as a [`Host`].

use super::abi;
use crate::fields::Fields;
use crate::host::{Buffer, Digest, Direction, Host, HostError, Level, Map, Metric, Reply, Shared};
use crate::protobuf;
use proxy_wasm::hostcalls::dispatch_http_call;
use std::time::Duration;

/// The proxy that this module is loaded into.
#[derive(Debug, Clone, Copy, Default)]
pub struct Envoy;

impl Host for Envoy {
    fn now(&self) -> Result<u64, HostError> {
        abi::now()
    }

    fn random(&self) -> [u8; 16] {
        let mut bytes = [0; 16];
        abi::random(&mut bytes);
        bytes
    }

    fn fields(&self, map: Map) -> Result<Fields, HostError> {
        Fields::from_wire(abi::map(map_type(map))?).ok_or(PARSE_FAILURE)
    }

    fn replace_fields(&self, map: Map, fields: &Fields) -> Result<(), HostError> {
        abi::set_map(map_type(map), &fields.to_wire())
    }

    fn set_field(&self, map: Map, name: &str, value: &[u8]) -> Result<(), HostError> {
        abi::set_field(map_type(map), name, value)
    }

    fn add_field(&self, map: Map, name: &str, value: &[u8]) -> Result<(), HostError> {
        abi::add_field(map_type(map), name, value)
    }

    fn remove_field(&self, map: Map, name: &str) -> Result<(), HostError> {
        abi::remove_field(map_type(map), name)
    }

    fn body(&self, buffer: Buffer, len: usize) -> Result<Vec<u8>, HostError> {
        abi::buffer(buffer_type(buffer), len)
    }

    fn replace_body(&self, buffer: Buffer, len: usize, body: &[u8]) -> Result<(), HostError> {
        abi::set_buffer(buffer_type(buffer), len, body)
    }

    fn property(&self, path: &[&str]) -> Option<Vec<u8>> {
        abi::property(path.join("\0").as_bytes()).ok()
    }

    fn set_filter_state(&self, key: &str, value: &[u8]) -> Result<(), HostError> {
        abi::set_property(key.as_bytes(), value)
    }

    fn clear_route_cache(&self) -> Result<(), HostError> {
        abi::foreign("clear_route_cache", b"").map(|_| ())
    }

    fn reply(&self, reply: &Reply) -> Result<(), HostError> {
        let headers = reply.fields.to_wire();
        let grpc_status = reply.grpc_status.unwrap_or(NO_GRPC_STATUS);
        abi::reply(
            u32::from(reply.status),
            &reply.details,
            &reply.body,
            &headers,
            grpc_status,
        )
    }

    fn resume(&self, direction: Direction) -> Result<(), HostError> {
        abi::resume(match direction {
            Direction::Request => 0,
            Direction::Response => 1,
        })
    }

    fn set_context(&self, context: u32) -> Result<(), HostError> {
        abi::set_context(context)
    }

    fn call(&self, cluster: &str, fields: &Fields, timeout_ms: u32) -> Result<u32, HostError> {
        let text = |bytes| std::str::from_utf8(bytes).unwrap_or_default();
        let headers = fields
            .iter()
            .map(|(name, value)| (text(name), text(value)))
            .collect();
        let timeout = Duration::from_millis(u64::from(timeout_ms));
        // By the crate's own call: its dispatcher must know whose answer it is.
        dispatch_http_call(cluster, headers, None, Vec::new(), timeout)
            .map_err(|status| HostError(status as u32))
    }

    fn shared(&self, key: &str) -> Result<Shared, HostError> {
        match abi::shared(key) {
            Ok((value, cas)) => Ok((Some(value), cas)),
            Err(NOT_FOUND) => Ok((None, 0)),
            Err(error) => Err(error),
        }
    }

    fn set_shared(&self, key: &str, value: &[u8], cas: u32) -> Result<(), HostError> {
        abi::set_shared(key, value, cas)
    }

    fn define_metric(&self, kind: Metric, name: &str) -> Result<u32, HostError> {
        let kind = match kind {
            Metric::Counter => 0,
            Metric::Gauge => 1,
            Metric::Histogram => 2,
        };
        abi::define_metric(kind, name)
    }

    fn increment(&self, metric: u32, by: i64) -> Result<(), HostError> {
        abi::increment(metric, by)
    }

    fn record(&self, metric: u32, value: u64) -> Result<(), HostError> {
        abi::record(metric, value)
    }

    fn log(&self, level: Level, line: &str) {
        let level = match level {
            Level::Info => 2,
            Level::Warn => 3,
            Level::Error => 4,
        };
        abi::log(level, line);
    }

    fn set_tick(&self, millis: u32) -> Result<(), HostError> {
        abi::set_tick(millis)
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
        abi::foreign("verify_signature", &argument).map(|answer| protobuf::verify_answer(&answer))
    }
}

const fn map_type(map: Map) -> i32 {
    match map {
        Map::Request => 0,
        Map::RequestTrailers => 1,
        Map::Response => 2,
        Map::ResponseTrailers => 3,
        Map::CallResponse => 6,
    }
}

const fn buffer_type(buffer: Buffer) -> i32 {
    match buffer {
        Buffer::Request => 0,
        Buffer::Response => 1,
        Buffer::CallResponse => 4,
    }
}

const NOT_FOUND: HostError = HostError(1);
const PARSE_FAILURE: HostError = HostError(4);
const NO_GRPC_STATUS: i32 = -1;
