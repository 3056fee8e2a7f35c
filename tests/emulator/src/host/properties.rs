//! Properties: what a filter can ask about its request, connection and plugin,
//! and the filter state it can write.
//!
//! Those of the request stand on its headers, and are gone with them.

use std::collections::BTreeMap;

use super::{Guest, Headers, HostCall, HostResult, Status, Stream, View};

/// Properties that a test gives a stream: of its connection, mostly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Properties(BTreeMap<Vec<u8>, Vec<u8>>);

impl Properties {
    /// A plaintext connection from the loopback address.
    pub fn plaintext() -> Self {
        Self(BTreeMap::new())
            .with(["connection", "mtls"], [0])
            .with(["source", "address"], "127.0.0.1:40000")
            .with(["destination", "address"], "127.0.0.1:8080")
            .with(["request", "protocol"], "HTTP/1.1")
    }

    /// A TLS connection without a client certificate.
    pub fn tls() -> Self {
        Self::plaintext().with(["connection", "tls_version"], "TLSv1.3")
    }

    /// A TLS connection with a client certificate, named by the lower-case hex of
    /// the SHA-256 of its DER form.
    pub fn mutual_tls(sha256_hex: &str) -> Self {
        Self::tls()
            .with(["connection", "mtls"], [1])
            .with(["connection", "sha256_peer_certificate_digest"], sha256_hex)
    }

    /// The same with one more property, or another value of one.
    pub fn with<const LEN: usize>(mut self, path: [&str; LEN], value: impl AsRef<[u8]>) -> Self {
        self.0
            .insert(path.join("\0").into_bytes(), value.as_ref().to_vec());
        self
    }

    fn get(&self, path: &[u8]) -> Option<&[u8]> {
        self.0.get(path).map(|value| &value[..])
    }
}

impl Default for Properties {
    fn default() -> Self {
        Self::plaintext()
    }
}

impl Guest {
    /// `proxy_get_property`. The elements of `path` are separated by zero bytes.
    pub fn property(&self, path: &[u8]) -> HostResult<Vec<u8>> {
        self.host().enter(HostCall::GetProperty)?;
        let of_stream = |view: &mut View, stream: &mut Stream| of_stream(view, stream, path);
        let value = self.host().with_view(self.context(), of_stream).flatten();
        value
            .or_else(|| self.of_plugin(path))
            .ok_or(Status::NotFound)
    }

    /// `proxy_set_property`: writes filter state under `wasm.` and the path.
    pub fn set_property(&self, path: &[u8], value: &[u8]) -> HostResult<()> {
        self.host().enter(HostCall::SetProperty)?;
        let key = state_key(path);
        let write =
            |_: &mut View, stream: &mut Stream| stream.filter_state.insert(key, value.to_vec());
        self.host()
            .with_view(self.context(), write)
            .map(drop)
            .ok_or(Status::NotFound)
    }

    fn of_plugin(&self, path: &[u8]) -> Option<Vec<u8>> {
        let read = |root: &mut super::context::RootEntry| match path {
            b"plugin_name" => Some(root.plugin.name.clone()),
            b"plugin_root_id" => Some(root.plugin.root_id.clone()),
            b"plugin_vm_id" => Some(root.vm_id.clone()),
            _ => None,
        };
        self.host()
            .with_root(self.context(), read)
            .flatten()
            .map(String::into_bytes)
    }
}

fn state_key(path: &[u8]) -> String {
    format!("wasm.{}", String::from_utf8_lossy(path))
}

fn of_stream(view: &View, stream: &Stream, path: &[u8]) -> Option<Vec<u8>> {
    if let Some(given) = stream.properties.get(path) {
        return Some(given.to_vec());
    }
    let (first, rest) = split(path);
    match (first, rest) {
        (b"request", Some(rest)) => of_request(view, stream, rest),
        (b"response", Some(rest)) => of_response(view, stream, rest),
        (b"filter_state", Some(key)) => stream
            .filter_state
            .get(&*String::from_utf8_lossy(key))
            .cloned(),
        (name, None) => stream.filter_state.get(&state_key(name)).cloned(),
        (_, Some(_)) => None,
    }
}

fn of_request(view: &View, stream: &Stream, path: &[u8]) -> Option<Vec<u8>> {
    if path == b"time" {
        return Some(stream.started.to_le_bytes().to_vec());
    }
    let headers = stream.request.headers.as_ref();
    if path == b"total_size" {
        let size = headers.map_or(0, Headers::byte_size) + stream.request_bytes;
        return Some((size as u64).to_le_bytes().to_vec());
    }
    if !(view.request.headers || view.logging) {
        return None;
    }
    let headers = headers?;
    let target = headers.get(":path");
    match split(path) {
        (b"headers", Some(name)) => headers.joined(name),
        (b"path", None) => target.map(<[u8]>::to_vec),
        (b"url_path", None) => target.map(|target| before_query(target).to_vec()),
        (b"query", None) => target.map(|target| query(target).to_vec()),
        (name, None) => one_header(headers, name),
        (_, Some(_)) => None,
    }
}

fn one_header(headers: &Headers, property: &[u8]) -> Option<Vec<u8>> {
    let name = match property {
        b"host" => ":authority",
        b"method" => ":method",
        b"scheme" => ":scheme",
        b"id" => "x-request-id",
        b"referer" => "referer",
        b"useragent" => "user-agent",
        _ => return None,
    };
    headers.get(name).map(<[u8]>::to_vec)
}

fn of_response(view: &View, stream: &Stream, path: &[u8]) -> Option<Vec<u8>> {
    let message = &stream.response;
    match split(path) {
        (b"code", None) => stream
            .code
            .map(|code| u64::from(code).to_le_bytes().to_vec()),
        (b"code_details", None) => stream
            .details
            .as_ref()
            .map(|details| details.clone().into_bytes()),
        (b"backend_latency", None) => stream
            .backend_latency
            .map(|took| took.to_le_bytes().to_vec()),
        (b"headers", Some(name)) if view.response.headers || view.logging => {
            message.headers.as_ref()?.joined(name)
        }
        (b"trailers", Some(name)) if view.response.trailers || view.logging => {
            message.trailers.as_ref()?.joined(name)
        }
        _ => None,
    }
}

fn split(path: &[u8]) -> (&[u8], Option<&[u8]>) {
    match path.iter().position(|&byte| byte == 0) {
        Some(at) => (&path[..at], Some(&path[at + 1..])),
        None => (path, None),
    }
}

fn before_query(target: &[u8]) -> &[u8] {
    target
        .split(|&byte| byte == b'?')
        .next()
        .unwrap_or_default()
}

fn query(target: &[u8]) -> &[u8] {
    match target.iter().position(|&byte| byte == b'?') {
        Some(at) => target[at + 1..]
            .split(|&byte| byte == b'#')
            .next()
            .unwrap_or_default(),
        None => b"",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_query_is_what_stands_between_question_mark_and_fragment() {
        assert_eq!(
            (before_query(b"/a?b=1#c"), query(b"/a?b=1#c")),
            (&b"/a"[..], &b"b=1"[..])
        );
        assert_eq!((before_query(b"/a"), query(b"/a")), (&b"/a"[..], &b""[..]));
    }
}
