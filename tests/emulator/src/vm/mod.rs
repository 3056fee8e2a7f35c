//! Modules under wasmtime: one virtual machine with a root context per plugin,
//! each of which makes filters for a [`Chain`](crate::Chain).
//!
//! A trap is for ever, as under Envoy's `FAIL_CLOSED`: the machine is never
//! entered again, and its streams are answered with 503 `wasm_fail_stream`.

mod filter;
mod imports;
mod memory;
mod module;
mod names;
mod wasi;

use std::cell::{Cell, RefCell};
use std::fmt;
use std::rc::Rc;

use wasmtime::{Instance, Linker, Store, WasmParams, WasmResults};

pub use module::{LoadError, Module};

use crate::host::{ContextId, Guest, Host, Installed, Plugin};
use filter::RootOfModule;

/// A running virtual machine. Clones are the same machine.
#[derive(Clone)]
pub struct Vm {
    machine: Rc<Machine>,
    plugins: Vec<Installed>,
}

/// Why a machine doesn't start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StartError {
    /// The module can't be linked or initialised.
    Instantiate(String),
    /// It trapped.
    Trap(String),
    /// `on_vm_start` said no.
    VmStart,
    /// `on_configure` said no, to the plugin of this name. The log says why.
    Configure(String),
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Instantiate(error) => write!(f, "the module can't be started: {error}"),
            Self::Trap(trap) => write!(f, "the module trapped: {trap}"),
            Self::VmStart => write!(f, "the module refused to start"),
            Self::Configure(name) => {
                write!(f, "the module refused the configuration of plugin `{name}`")
            }
        }
    }
}

impl std::error::Error for StartError {}

impl Vm {
    /// Starts a machine and configures its plugins, which share its `vm_id`.
    pub fn start(
        host: &Host,
        module: &Module,
        vm_id: &str,
        plugins: &[Plugin],
    ) -> Result<Self, StartError> {
        let machine = Rc::new(Machine::instantiate(host, module)?);
        machine.initialize()?;
        let install = |plugin: &Plugin| {
            host.install(vm_id, plugin.clone(), |root| {
                let code = RootOfModule::start(&machine, root, plugin)?;
                Ok(Rc::new(code) as Rc<dyn crate::host::RootContext>)
            })
        };
        let plugins = plugins.iter().map(install).collect::<Result<_, _>>()?;
        Ok(Self { machine, plugins })
    }

    /// The plugin at a place of the list it was started with, for a chain.
    ///
    /// # Panics
    /// If there is none at that place.
    pub fn filter(&self, plugin: usize) -> Installed {
        self.plugins[plugin].clone()
    }

    /// The trap that ended the machine, if one did.
    pub fn trap(&self) -> Option<String> {
        self.machine.trap.borrow().clone()
    }

    /// Wasm instructions executed since the start, or since the last reset. The
    /// same calls execute the same number in every run.
    pub fn instructions(&self) -> u64 {
        self.machine.instructions.get()
    }

    /// Counts instructions from here on.
    pub fn reset_instructions(&self) {
        self.machine.instructions.set(0);
    }

    /// The size of the module's memory in bytes. It never shrinks.
    pub fn memory_size(&self) -> usize {
        let store = &mut *self.machine.store.borrow_mut();
        let memory = self.machine.instance.get_memory(&mut *store, "memory");
        memory.map_or(0, |memory| memory.data_size(store))
    }
}

/// A machine and the way into it.
struct Machine {
    store: RefCell<Store<Data>>,
    instance: Instance,
    trap: RefCell<Option<String>>,
    instructions: Cell<u64>,
}

/// What host calls know of the call into the machine that they are made in.
struct Data {
    host: Host,
    current: ContextId,
    effective: Option<ContextId>,
}

/// The context of what belongs to no plugin: global constructors.
const VM_CONTEXT: ContextId = ContextId(0);

/// What one call into a machine may execute. More is taken for an endless loop.
const INSTRUCTIONS_PER_CALL: u64 = 4_000_000_000;

impl Machine {
    fn instantiate(host: &Host, module: &Module) -> Result<Self, StartError> {
        let failed = |error: wasmtime::Error| StartError::Instantiate(format!("{error:#}"));
        let mut linker = Linker::new(module::engine());
        imports::link(&mut linker).map_err(failed)?;
        wasi::link(&mut linker).map_err(failed)?;
        linker
            .define_unknown_imports_as_traps(module.inner())
            .map_err(failed)?;
        let data = Data {
            host: host.clone(),
            current: VM_CONTEXT,
            effective: None,
        };
        let mut store = Store::new(module::engine(), data);
        store.set_fuel(INSTRUCTIONS_PER_CALL).map_err(failed)?;
        let instance = linker
            .instantiate(&mut store, module.inner())
            .map_err(failed)?;
        Ok(Self {
            store: RefCell::new(store),
            instance,
            trap: RefCell::default(),
            instructions: Cell::default(),
        })
    }

    /// Runs global constructors, and `main` where the module is a WASI reactor.
    fn initialize(&self) -> Result<(), StartError> {
        let entry = if self.exports("_initialize") {
            "_initialize"
        } else {
            "_start"
        };
        self.enter::<(), ()>(VM_CONTEXT, entry, ());
        if entry == "_initialize" && self.exports("main") {
            self.enter::<(u32, u32), u32>(VM_CONTEXT, "main", (0, 0));
        } else if entry == "_initialize" {
            self.enter::<(), u32>(VM_CONTEXT, "__main_void", ());
        }
        self.check()
    }

    fn check(&self) -> Result<(), StartError> {
        self.trap
            .borrow()
            .clone()
            .map_or(Ok(()), |trap| Err(StartError::Trap(trap)))
    }

    fn has_trapped(&self) -> bool {
        self.trap.borrow().is_some()
    }

    fn exports(&self, name: &str) -> bool {
        self.instance
            .get_func(&mut *self.store.borrow_mut(), name)
            .is_some()
    }

    /// Calls an export in the name of a context. `None` where the module doesn't
    /// export it, and where the machine has trapped, now or before.
    fn enter<P: WasmParams, R: WasmResults>(
        &self,
        context: ContextId,
        export: &str,
        arguments: P,
    ) -> Option<R> {
        if self.has_trapped() {
            return None;
        }
        let store = &mut *self.store.borrow_mut();
        let function = self.instance.get_func(&mut *store, export)?;
        (store.data_mut().current, store.data_mut().effective) = (context, None);
        let outcome = store.set_fuel(INSTRUCTIONS_PER_CALL).and_then(|()| {
            let function = function.typed::<P, R>(&*store)?;
            function.call(&mut *store, arguments)
        });
        let left = store.get_fuel().unwrap_or_default();
        self.instructions
            .set(self.instructions.get() + INSTRUCTIONS_PER_CALL.saturating_sub(left));
        outcome
            .map_err(|trap| self.fail(&store.data().host, export, &trap))
            .ok()
    }

    fn fail(&self, host: &Host, export: &str, trap: &wasmtime::Error) {
        let text = format!("{export}: {trap:?}");
        host.write_log(crate::host::LogLevel::Critical, text.as_bytes());
        *self.trap.borrow_mut() = Some(text);
    }
}

impl Machine {
    fn tell<P: WasmParams>(&self, guest: &Guest, export: &str, arguments: P) {
        let _: Option<()> = self.enter(guest.context(), export, arguments);
    }
}
