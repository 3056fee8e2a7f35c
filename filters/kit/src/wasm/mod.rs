//! The thin shim between Envoy's callbacks and the stream machine, compiled for
//! wasm only. The `proxy-wasm` crate dispatches; every host call is in `abi`.

mod abi;
mod envoy;

use crate::host::{Host, HostError, Level};
use crate::plugin::{Plugin, Shape};
use crate::stream::{self, Stream};
use envoy::Envoy;
use proxy_wasm::traits::{Context, HttpContext, RootContext};
use proxy_wasm::types::{Action, ContextType};
use std::cell::RefCell;
use std::rc::Rc;

pub use proxy_wasm;

/// The root context of one plugin in one VM.
pub struct Root {
    id: u32,
    shape: fn(root_id: &str) -> Option<Shape>,
    plugin: Option<Rc<Plugin>>,
}

/// One stream, as the host sees it.
struct Http {
    stream: Option<Rc<RefCell<Stream>>>,
}

/// Makes a crate a module: `shape` says what a `root_id` means.
#[macro_export]
macro_rules! export {
    ($shape:path) => {
        #[expect(missing_docs, reason = "what the SDK's macro exports is the ABI's")]
        const _: () = {
            $crate::wasm::proxy_wasm::main! {{
                $crate::wasm::proxy_wasm::set_root_context(|id| {
                    Box::new($crate::wasm::Root::new(id, $shape))
                });
            }}
        };
    };
}

// === impl Root ===

impl Root {
    /// A root that is not configured yet.
    #[must_use]
    pub const fn new(id: u32, shape: fn(&str) -> Option<Shape>) -> Self {
        Self {
            id,
            shape,
            plugin: None,
        }
    }

    fn configure(&self, size: usize) -> Option<Plugin> {
        let root_id = Envoy.property(&["plugin_root_id"]).unwrap_or_default();
        let root_id = String::from_utf8_lossy(&root_id);
        let Some(shape) = (self.shape)(&root_id) else {
            refuse(&format!(
                "error: root_id {root_id:?} is none of this module's"
            ));
            return None;
        };
        let configuration = match configuration(size) {
            Ok(bytes) => bytes,
            Err(error) => {
                refuse(&format!(
                    "error: the configuration cannot be read (status {})",
                    error.0
                ));
                return None;
            }
        };
        match Plugin::compile(&configuration, shape) {
            Ok(plugin) => Some(plugin),
            Err(faults) => {
                faults.to_string().lines().for_each(refuse);
                None
            }
        }
    }
}

impl Context for Root {
    fn on_http_call_response(
        &mut self,
        token: u32,
        _headers: usize,
        body: usize,
        _trailers: usize,
    ) {
        if let Some(plugin) = &self.plugin {
            plugin.answered(&Envoy, self.id, token, body);
        }
    }
}

impl RootContext for Root {
    fn on_configure(&mut self, size: usize) -> bool {
        self.plugin = self.configure(size).map(Rc::new);
        let Some(plugin) = &self.plugin else {
            return false;
        };
        plugin.start(&Envoy);
        true
    }

    fn on_tick(&mut self) {
        if let Some(plugin) = &self.plugin {
            plugin.tick(&Envoy, self.id);
        }
    }

    fn create_http_context(&self, id: u32) -> Option<Box<dyn HttpContext>> {
        let stream = self.plugin.clone().map(|plugin| Stream::new(plugin, id));
        Some(Box::new(Http { stream }))
    }

    fn get_type(&self) -> Option<ContextType> {
        Some(ContextType::HttpContext)
    }
}

// === impl Http ===

impl Http {
    /// What the machine says; a stream without one is never let through.
    fn run(&self, callback: impl FnOnce(&mut Stream) -> stream::Action) -> Action {
        let stream = self
            .stream
            .as_ref()
            .and_then(|stream| stream.try_borrow_mut().ok());
        match stream.map(|mut stream| callback(&mut stream)) {
            Some(stream::Action::Continue) => Action::Continue,
            Some(stream::Action::Pause) | None => Action::Pause,
        }
    }
}

impl Context for Http {}

impl HttpContext for Http {
    fn on_http_request_headers(&mut self, _count: usize, end_of_stream: bool) -> Action {
        self.run(|stream| stream.request_headers(&Envoy, end_of_stream))
    }

    fn on_http_request_body(&mut self, len: usize, end_of_stream: bool) -> Action {
        self.run(|stream| stream.request_body(&Envoy, len, end_of_stream))
    }

    fn on_http_request_trailers(&mut self, _count: usize) -> Action {
        self.run(|stream| stream.request_trailers(&Envoy))
    }

    fn on_http_response_headers(&mut self, _count: usize, end_of_stream: bool) -> Action {
        self.run(|stream| stream.response_headers(&Envoy, end_of_stream))
    }

    fn on_http_response_body(&mut self, len: usize, end_of_stream: bool) -> Action {
        self.run(|stream| stream.response_body(&Envoy, len, end_of_stream))
    }

    fn on_http_response_trailers(&mut self, _count: usize) -> Action {
        self.run(|stream| stream.response_trailers(&Envoy))
    }
}

fn configuration(size: usize) -> Result<Vec<u8>, HostError> {
    if size == 0 {
        return Ok(Vec::new());
    }
    abi::buffer(PLUGIN_CONFIGURATION, size)
}

fn refuse(line: &str) {
    Envoy.log(Level::Error, &format!("tollgate refused: {line}"));
}

const PLUGIN_CONFIGURATION: i32 = 7;
