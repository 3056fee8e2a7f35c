//! The floor under a filter of ours: a module that makes the same calls into Envoy as
//! the filter does, and decides nothing. What the filter costs beyond is its own.

use std::fmt::Write as _;

use serde_json::Value;

/// Whose calls a module makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Floor {
    /// The field of a token is taken out, and the clock looked at.
    pub jwt: bool,
    /// Bodies are held back and read, of requests that have one and of responses.
    pub schema: bool,
    /// The fields of a profile are set.
    pub headers: bool,
}

/// A call, and what it is about.
enum Call<'f> {
    Clock,
    Fields(Map),
    Add(Map, &'f str, &'f str),
    Replace(Map, &'f str, &'f str),
    Remove(Map, &'f str),
    Read(&'f [&'f str]),
    Mark(&'f str),
    Count,
    Record,
}

#[derive(Clone, Copy)]
enum Map {
    Request = 0,
    Response = 2,
}

/// The text of a module under way.
#[derive(Default)]
struct Text {
    data: String,
    length: usize,
}

// === impl Floor ===

impl Floor {
    /// That of a filter with no section.
    pub const NOTHING: Self = Self {
        jwt: false,
        schema: false,
        headers: false,
    };
    /// That of one with all three.
    pub const ALL: Self = Self {
        jwt: true,
        schema: true,
        headers: true,
    };

    /// The module's text. `fields` are those of the profile, as a connection manager
    /// sets them on its local replies.
    #[must_use]
    pub fn module(self, fields: &[Value]) -> String {
        let mut text = Text::default();
        let request = text.calls(&self.request());
        let response = text.calls(&self.response(fields));
        let judged = text.calls(&[Call::Record]);
        let pause = i32::from(self.schema);
        let bodies = match self.schema {
            true => format!(
                "{}{}",
                body("request", 0, &judged),
                body("response", 1, &judged)
            ),
            false => String::new(),
        };
        format!(
            r#"(module {IMPORTS}
              (memory (export "memory") 32)
              (data (i32.const {START}) "{}")
              (global $counter (mut i32) (i32.const 0))
              (global $histogram (mut i32) (i32.const 0))
              (global $free (mut i32) (i32.const {FREE}))
              {COMMON}
              (func (export "proxy_on_request_headers") (param i32 i32 i32) (result i32)
                (global.set $free (i32.const {FREE})) {request}
                (i32.and (i32.const {pause}) (i32.eqz (local.get 2))))
              (func (export "proxy_on_response_headers") (param i32 i32 i32) (result i32)
                (global.set $free (i32.const {FREE})) {response}
                (i32.and (i32.const {pause}) (i32.eqz (local.get 2))))
              {bodies})"#,
            text.data
        )
    }

    fn request(self) -> Vec<Call<'static>> {
        let map = Map::Request;
        let mut calls = vec![Call::Fields(map)];
        if self.headers {
            calls.extend([
                Call::Read(&["connection", "tls_version"]),
                Call::Mark("headers"),
            ]);
            calls.push(Call::Count);
        }
        if self.jwt {
            calls.extend([
                Call::Clock,
                Call::Remove(map, "authorization"),
                Call::Mark("jwt"),
            ]);
            calls.push(Call::Count);
        }
        if self.schema {
            calls.push(Call::Replace(map, "accept-encoding", "identity"));
            calls.extend([Call::Mark("schema"), Call::Count]);
        }
        calls
    }

    fn response(self, fields: &[Value]) -> Vec<Call<'_>> {
        let map = Map::Response;
        let mut calls = Vec::new();
        if self.headers || self.schema {
            calls.push(Call::Fields(map));
        }
        if self.schema {
            calls.push(Call::Read(&["response", "backend_latency"]));
        }
        if self.headers {
            for field in fields {
                let of_field = |name: &str| field["header"][name].as_str().unwrap_or_default();
                calls.push(Call::Add(map, of_field("key"), of_field("value")));
            }
            calls.push(Call::Remove(map, "server"));
        }
        calls
    }
}

/// Holds a body back until it ends, and reads it.
fn body(direction: &str, buffer: u8, judged: &str) -> String {
    format!(
        r#"(func (export "proxy_on_{direction}_body") (param i32 i32 i32) (result i32)
          (if (i32.eqz (local.get 2)) (then (return (i32.const 1))))
          (global.set $free (i32.const {FREE}))
          (drop (call $buffer (i32.const {buffer}) (i32.const 0) (local.get 1) (i32.const 0) (i32.const 4)))
          {judged}
          (i32.const 0))
        (func (export "proxy_on_{direction}_trailers") (param i32 i32) (result i32) (i32.const 0))"#
    )
}

// === impl Text ===

impl Text {
    /// The calls, with what they are about among the data.
    fn calls(&mut self, calls: &[Call<'_>]) -> String {
        calls.iter().map(|call| self.call(call)).collect()
    }

    fn call(&mut self, call: &Call<'_>) -> String {
        let made = match *call {
            Call::Clock => "$clock (i32.const 0)".to_owned(),
            Call::Fields(map) => format!("$fields (i32.const {}) {RETURNED}", map as u8),
            Call::Add(map, name, value) => self.field("$add", map, &[name, value]),
            Call::Replace(map, name, value) => self.field("$replace", map, &[name, value]),
            Call::Remove(map, name) => self.field("$remove", map, &[name]),
            Call::Read(path) => format!("$read {} {RETURNED}", self.place(&path.join("\0"))),
            Call::Mark(filter) => {
                let key = self.place(&format!("tollgate.{filter}"));
                format!("$write {key} {}", self.place("allow"))
            }
            Call::Count => "$count (global.get $counter) (i64.const 1)".to_owned(),
            Call::Record => "$record (global.get $histogram) (i64.const 1)".to_owned(),
        };
        format!("(drop (call {made}))")
    }

    fn field(&mut self, call: &str, map: Map, texts: &[&str]) -> String {
        let texts: Vec<String> = texts.iter().map(|text| self.place(text)).collect();
        format!("{call} (i32.const {}) {}", map as u8, texts.join(" "))
    }

    /// Where a text lies, and its length.
    fn place(&mut self, text: &str) -> String {
        let at = START + self.length;
        self.length += text.len();
        for byte in text.bytes() {
            // Writing to a string doesn't fail.
            let _ = write!(self.data, "\\{byte:02x}");
        }
        format!("(i32.const {at}) (i32.const {})", text.len())
    }
}

/// Where a call puts the place and the length of what it returns.
const RETURNED: &str = "(i32.const 0) (i32.const 4)";
/// Where texts begin.
const START: usize = 64;
/// Where memory for what Envoy returns begins, anew in each callback.
const FREE: usize = 16384;

const IMPORTS: &str = r#"
  (import "env" "proxy_get_header_map_pairs" (func $fields (param i32 i32 i32) (result i32)))
  (import "env" "proxy_get_property" (func $read (param i32 i32 i32 i32) (result i32)))
  (import "env" "proxy_set_property" (func $write (param i32 i32 i32 i32) (result i32)))
  (import "env" "proxy_define_metric" (func $define (param i32 i32 i32 i32) (result i32)))
  (import "env" "proxy_increment_metric" (func $count (param i32 i64) (result i32)))
  (import "env" "proxy_record_metric" (func $record (param i32 i64) (result i32)))
  (import "env" "proxy_get_current_time_nanoseconds" (func $clock (param i32) (result i32)))
  (import "env" "proxy_get_buffer_bytes" (func $buffer (param i32 i32 i32 i32 i32) (result i32)))
  (import "env" "proxy_add_header_map_value" (func $add (param i32 i32 i32 i32 i32) (result i32)))
  (import "env" "proxy_replace_header_map_value" (func $replace (param i32 i32 i32 i32 i32) (result i32)))
  (import "env" "proxy_remove_header_map_value" (func $remove (param i32 i32 i32) (result i32)))"#;

/// What every module needs. A metric's name lies where nothing else is: at 32.
const COMMON: &str = r#"
  (data (i32.const 32) "tollgate.floor")
  (func (export "proxy_abi_version_0_2_1"))
  (func (export "proxy_on_memory_allocate") (param $size i32) (result i32)
    global.get $free
    (global.set $free (i32.and (i32.add (i32.add (global.get $free) (local.get $size)) (i32.const 15)) (i32.const -8))))
  (func (export "proxy_on_context_create") (param i32 i32))
  (func (export "proxy_on_vm_start") (param i32 i32) (result i32) i32.const 1)
  (func (export "proxy_on_configure") (param i32 i32) (result i32)
    (drop (call $define (i32.const 0) (i32.const 32) (i32.const 14) (i32.const 8)))
    (global.set $counter (i32.load (i32.const 8)))
    (drop (call $define (i32.const 2) (i32.const 32) (i32.const 14) (i32.const 8)))
    (global.set $histogram (i32.load (i32.const 8)))
    i32.const 1)
  (func (export "proxy_on_delete") (param i32))"#;
