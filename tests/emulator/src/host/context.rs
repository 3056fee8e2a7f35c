//! Contexts: a root context per plugin, one more per plugin and stream, and what
//! each of the latter can reach of its stream right now.

use std::rc::{Rc, Weak};

use super::{Guest, Headers, Host, Stream, StreamControl, StreamEntry, StreamId};
use crate::chain::HttpFilter;

/// The number of a context; unlike in Envoy no two virtual machines of a host share one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContextId(pub u32);

/// A plugin as Envoy's configuration describes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plugin {
    /// Which of the filters of a module this is.
    pub root_id: String,
    /// The name in Envoy's configuration.
    pub name: String,
    /// What the module reads in `on_configure`.
    pub configuration: Vec<u8>,
    /// Envoy: `PluginConfig.allow_on_headers_stop_iteration`.
    pub allow_on_headers_stop_iteration: bool,
}

/// The code behind a plugin: a module's root context, or a native filter's.
pub trait RootContext {
    /// Makes the filter of one stream (`proxy_on_context_create`).
    fn new_stream(&self, stream: &Guest) -> Box<dyn HttpFilter>;

    /// Whether the machine behind it has trapped. Streams then fail closed.
    fn is_failed(&self) -> bool {
        false
    }

    /// A period has passed (`proxy_on_tick`).
    fn on_tick(&self, root: &Guest) {
        let _ = root;
    }

    /// A call out has been answered (`proxy_on_http_call_response`).
    fn on_http_call_response(&self, root: &Guest, answer: &CallAnswer) {
        let _ = (root, answer);
    }
}

/// What a root context hears about the answer to a call out; fields and body
/// are read through host calls while it is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CallAnswer {
    /// What the host call gave.
    pub token: u32,
    /// The context that called.
    pub caller: ContextId,
    /// The number of headers; 0 if the call was reset.
    pub headers: u32,
    /// The length of the body.
    pub body_size: u32,
    /// The number of trailers.
    pub trailers: u32,
}

/// A plugin that is ready to filter streams.
#[derive(Clone)]
pub struct Installed {
    plugin: Rc<Plugin>,
    code: Rc<dyn RootContext>,
    root: Guest,
}

impl Installed {
    /// The plugin's configuration.
    pub fn plugin(&self) -> &Plugin {
        &self.plugin
    }

    /// The host calls in the name of the root context.
    pub fn root(&self) -> &Guest {
        &self.root
    }

    pub(crate) fn code(&self) -> &dyn RootContext {
        &*self.code
    }
}

pub(super) struct Context {
    pub(super) root: ContextId,
    pub(super) kind: Kind,
}

pub(super) enum Kind {
    Root(RootEntry),
    Stream(View),
}

pub(super) struct RootEntry {
    pub(super) vm_id: String,
    pub(super) plugin: Rc<Plugin>,
    pub(super) code: Weak<dyn RootContext>,
    pub(super) configuring: bool,
    /// The answer that is being told.
    pub(super) answer: Option<CallMessage>,
    /// `proxy_get_status` of the answer that is being told.
    pub(super) status: (u32, String),
}

pub(super) struct CallMessage {
    pub(super) headers: Headers,
    pub(super) body: Vec<u8>,
    pub(super) trailers: Headers,
}

/// What a filter can reach of its stream: Envoy's wasm filter keeps pointers
/// for a callback's time and for as long as the filter pauses.
#[derive(Debug)]
pub(crate) struct View {
    pub(crate) stream: StreamId,
    pub(crate) request: WayView,
    pub(crate) response: WayView,
    pub(crate) end_of_stream: bool,
    pub(crate) logging: bool,
}

#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct WayView {
    pub(crate) headers: bool,
    pub(crate) trailers: bool,
    pub(crate) body: Option<Slot>,
    /// The last body callback paused: the body is the buffered one.
    pub(crate) buffering: bool,
}

impl WayView {
    /// Where the body is that can be read now.
    pub(crate) fn body_slot(&self) -> Option<Slot> {
        if self.buffering {
            Some(Slot::Buffered)
        } else {
            self.body
        }
    }
}

/// Where body bytes are: just arrived, or held back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Slot {
    Chunk,
    Buffered,
}

impl Host {
    /// Installs a plugin whose code is native. `make` gets the host calls of the
    /// root context, and may refuse its configuration.
    pub fn install<E>(
        &self,
        vm_id: &str,
        plugin: Plugin,
        make: impl FnOnce(&Guest) -> Result<Rc<dyn RootContext>, E>,
    ) -> Result<Installed, E> {
        let plugin = Rc::new(plugin);
        let root = self.add_root(vm_id, plugin.clone());
        self.configuring(root.context(), true);
        let made = make(&root);
        self.configuring(root.context(), false);
        let code = made?;
        self.bind_root(root.context(), Rc::downgrade(&code));
        self.run_deferred();
        Ok(Installed { plugin, code, root })
    }

    fn add_root(&self, vm_id: &str, plugin: Rc<Plugin>) -> Guest {
        let id = self.next_context();
        let code: Weak<dyn RootContext> = Weak::<Unbound>::new();
        let vm_id = vm_id.to_owned();
        let entry = RootEntry {
            vm_id,
            plugin,
            code,
            configuring: false,
            answer: None,
            status: (0, String::new()),
        };
        self.state().contexts.insert(
            id,
            Context {
                root: id,
                kind: Kind::Root(entry),
            },
        );
        Guest::new(self, id)
    }

    fn bind_root(&self, id: ContextId, code: Weak<dyn RootContext>) {
        self.with_root(id, |root| root.code = code);
    }

    fn configuring(&self, id: ContextId, configuring: bool) {
        self.with_root(id, |root| root.configuring = configuring);
    }

    /// Runs `f` on the root context that `id` is or belongs to.
    pub(super) fn with_root<T>(
        &self,
        id: ContextId,
        f: impl FnOnce(&mut RootEntry) -> T,
    ) -> Option<T> {
        let state = &mut *self.state();
        let root = state.contexts.get(&id)?.root;
        match &mut state.contexts.get_mut(&root)?.kind {
            Kind::Root(entry) => Some(f(entry)),
            Kind::Stream(_) => None,
        }
    }

    pub(super) fn root_of(&self, id: ContextId) -> Option<ContextId> {
        self.state().contexts.get(&id).map(|context| context.root)
    }

    pub(crate) fn context_exists(&self, id: ContextId) -> bool {
        self.state().contexts.contains_key(&id)
    }

    pub(crate) fn add_stream(&self, stream: Stream, control: Weak<dyn StreamControl>) -> StreamId {
        let state = &mut *self.state();
        state.last_stream += 1;
        let id = StreamId(state.last_stream);
        state.streams.insert(id, StreamEntry { stream, control });
        id
    }

    /// Adds the context of one filter of a stream.
    pub(crate) fn add_stream_context(&self, root: ContextId, stream: StreamId) -> Guest {
        let id = self.next_context();
        let way = WayView::default();
        let view = View {
            stream,
            request: way,
            response: way,
            end_of_stream: false,
            logging: false,
        };
        self.state().contexts.insert(
            id,
            Context {
                root,
                kind: Kind::Stream(view),
            },
        );
        Guest::new(self, id)
    }

    pub(crate) fn remove_context(&self, id: ContextId) {
        self.state().contexts.remove(&id);
    }

    pub(crate) fn with_stream<T>(&self, id: StreamId, f: impl FnOnce(&mut Stream) -> T) -> T {
        let state = &mut *self.state();
        let entry = state
            .streams
            .get_mut(&id)
            .expect("a stream outlives its exchange");
        f(&mut entry.stream)
    }

    pub(crate) fn with_view<T>(
        &self,
        id: ContextId,
        f: impl FnOnce(&mut View, &mut Stream) -> T,
    ) -> Option<T> {
        let state = &mut *self.state();
        let Kind::Stream(view) = &mut state.contexts.get_mut(&id)?.kind else {
            return None;
        };
        let stream = &mut state.streams.get_mut(&view.stream)?.stream;
        Some(f(view, stream))
    }

    fn next_context(&self) -> ContextId {
        let state = &mut *self.state();
        state.last_context += 1;
        ContextId(state.last_context)
    }
}

/// The type behind a root context's empty reference before its code exists.
struct Unbound;

impl RootContext for Unbound {
    fn new_stream(&self, _: &Guest) -> Box<dyn HttpFilter> {
        unreachable!("nothing is ever bound to it")
    }
}
