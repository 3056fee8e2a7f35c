//! Compiled modules. Compiling takes a second per megabyte, so that a module is
//! compiled once per process, however many machines run it.

use std::collections::HashMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock};
use std::time::SystemTime;

use wasmtime::{Config, Engine};

use super::names::{is_emulated_or_known, is_known_abi};

/// A compiled module.
#[derive(Clone)]
pub struct Module {
    module: wasmtime::Module,
}

/// Why a module can't be run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LoadError {
    /// The file can't be read.
    Unreadable(PathBuf, String),
    /// It isn't a module that the engine takes.
    Invalid(String),
    /// It imports what Envoy doesn't have.
    UnknownImport(String),
    /// It doesn't say that it speaks ABI 0.2.0 or 0.2.1.
    UnknownAbi,
    /// It exports neither `malloc` nor `proxy_on_memory_allocate`.
    NoAllocator,
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(path, error) => write!(f, "`{}`: {error}", path.display()),
            Self::Invalid(error) => write!(f, "invalid module: {error}"),
            Self::UnknownImport(name) => {
                write!(f, "the module imports `{name}`, which Envoy doesn't have")
            }
            Self::UnknownAbi => write!(f, "missing or unknown proxy-wasm ABI version"),
            Self::NoAllocator => write!(f, "the module has no `proxy_on_memory_allocate`"),
        }
    }
}

impl std::error::Error for LoadError {}

impl Module {
    /// Reads and compiles a file, or takes what was compiled of it before.
    pub fn load(path: impl AsRef<Path>) -> Result<Self, LoadError> {
        let path = path.as_ref();
        let unreadable =
            |error: std::io::Error| LoadError::Unreadable(path.to_owned(), error.to_string());
        let file = std::fs::metadata(path).map_err(unreadable)?;
        let key = (
            path.to_owned(),
            file.modified().map_err(unreadable)?,
            file.len(),
        );
        let mut compiled = COMPILED
            .get_or_init(Mutex::default)
            .lock()
            .expect("no compilation panics");
        if let Some(module) = compiled.get(&key) {
            return Ok(module.clone());
        }
        let module = Self::compile(&std::fs::read(path).map_err(unreadable)?)?;
        compiled.insert(key, module.clone());
        Ok(module)
    }

    /// Compiles a module's bytes.
    pub fn compile(bytes: &[u8]) -> Result<Self, LoadError> {
        let invalid = |error: wasmtime::Error| LoadError::Invalid(format!("{error:#}"));
        let module = wasmtime::Module::new(engine(), bytes).map_err(invalid)?;
        for import in module.imports() {
            if !is_emulated_or_known(import.module(), import.name()) {
                return Err(LoadError::UnknownImport(format!(
                    "{}.{}",
                    import.module(),
                    import.name()
                )));
            }
        }
        if !module.exports().any(|export| is_known_abi(export.name())) {
            return Err(LoadError::UnknownAbi);
        }
        if module
            .get_export("malloc")
            .or_else(|| module.get_export("proxy_on_memory_allocate"))
            .is_none()
        {
            return Err(LoadError::NoAllocator);
        }
        Ok(Self { module })
    }

    pub(super) fn inner(&self) -> &wasmtime::Module {
        &self.module
    }
}

type CompiledFiles = Mutex<HashMap<(PathBuf, SystemTime, u64), Module>>;

static COMPILED: OnceLock<CompiledFiles> = OnceLock::new();

pub(super) fn engine() -> &'static Engine {
    static ENGINE: OnceLock<Engine> = OnceLock::new();
    ENGINE.get_or_init(|| {
        let mut config = Config::new();
        config.consume_fuel(true);
        config.max_wasm_stack(STACK_BYTES);
        Engine::new(&config).expect("the configuration is sound")
    })
}

/// About what V8 gives a module.
const STACK_BYTES: usize = 1 << 20;
