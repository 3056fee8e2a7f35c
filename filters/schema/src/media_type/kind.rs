//! What a media type says of how a body is read.

/// What a body is by its media type, as far as that decides how it is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `application/json`, or any type with the suffix `+json` (RFC 6839 §3.1).
    Json,
    /// `application/x-www-form-urlencoded`
    Form,
    /// `multipart/form-data`
    Multipart,
    /// Characters.
    Text,
    /// Bytes.
    Binary,
}

/// What a stream of messages is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    /// gRPC, gRPC-Web too.
    Grpc,
    /// Server-sent events, lines of JSON and others.
    Other,
}

/// What a type and a subtype are.
pub(super) fn of(main: &str, subtype: &str) -> Kind {
    let main = |name: &str| main.eq_ignore_ascii_case(name);
    let is = |name: &str| subtype.eq_ignore_ascii_case(name);
    let suffix = subtype.rfind('+').and_then(|at| subtype.get(at..));
    let ends = |name: &str| suffix.is_some_and(|suffix| suffix.eq_ignore_ascii_case(name));
    let any = |names: &[&str], is: &dyn Fn(&str) -> bool| names.iter().any(|name| is(name));
    if is("json") || ends("+json") {
        Kind::Json
    } else if main("application") && is("x-www-form-urlencoded") {
        Kind::Form
    } else if main("multipart") && is("form-data") {
        Kind::Multipart
    } else if ends("+xml") {
        Kind::Text
    } else if any(BINARY_MAINS, &main) || (main("application") && any(BINARY_SUBTYPES, &is)) {
        Kind::Binary
    } else {
        Kind::Text
    }
}

/// Whether it has no end to wait for.
pub(super) fn streams(main: &str, subtype: &str) -> Option<Stream> {
    // The subtype first: main types are often the same.
    let is = |known: &str, sub: &str| {
        subtype.eq_ignore_ascii_case(sub) && main.eq_ignore_ascii_case(known)
    };
    let (start, rest) = subtype.split_at_checked(4).unwrap_or((subtype, ""));
    if start.eq_ignore_ascii_case("grpc") && main.eq_ignore_ascii_case("application") {
        return (rest.is_empty() || rest.starts_with(['+', '-'])).then_some(Stream::Grpc);
    }
    let events = is("text", "event-stream") || is("multipart", "x-mixed-replace");
    let lines = ["x-ndjson", "ndjson", "jsonl", "x-jsonlines", "json-seq"];
    (events || lines.iter().any(|subtype| is("application", subtype))).then_some(Stream::Other)
}

/// Of these main types nothing is text.
const BINARY_MAINS: &[&str] = &["audio", "font", "image", "model", "multipart", "video"];
/// Nor are these, of `application`.
const BINARY_SUBTYPES: &[&str] = &["gzip", "octet-stream", "pdf", "zip"];
