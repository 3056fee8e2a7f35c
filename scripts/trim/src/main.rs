//! `tollgate-trim IN OUT CALLBACK...`: writes a module without the proxy-wasm
//! callbacks that aren't named, and without the code that only they need.
//!
//! The SDK exports every callback there is, and Envoy calls each one that is
//! exported, for every stream. What a callback that does nothing costs is more
//! than most that do something.

use std::error::Error;
use std::path::Path;
use std::process::ExitCode;

use walrus::{Module, passes};

/// Without these a module cannot be configured, or keeps streams for ever.
const ALWAYS: [&str; 6] = [
    "proxy_on_configure",
    "proxy_on_context_create",
    "proxy_on_delete",
    "proxy_on_memory_allocate",
    "proxy_on_tick",
    "proxy_on_vm_start",
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [from, to, callbacks @ ..] = arguments.as_slice() else {
        eprintln!("usage: tollgate-trim IN OUT CALLBACK...");
        return ExitCode::from(2);
    };
    match trim(Path::new(from), Path::new(to), callbacks) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("trim: error: {from}: {error}");
            ExitCode::FAILURE
        }
    }
}

fn trim(from: &Path, to: &Path, callbacks: &[String]) -> Result<(), Box<dyn Error>> {
    let mut module = Module::from_file(from)?;
    for name in ALWAYS
        .iter()
        .copied()
        .chain(callbacks.iter().map(String::as_str))
    {
        if !module.exports.iter().any(|export| export.name == name) {
            return Err(format!("it exports no `{name}`").into());
        }
    }
    let is_wanted = |name: &str| {
        !name.starts_with("proxy_on_")
            || ALWAYS.contains(&name)
            || callbacks.iter().any(|callback| callback == name)
    };
    let unwanted: Vec<_> = module
        .exports
        .iter()
        .filter(|export| !is_wanted(&export.name))
        .map(|export| export.id())
        .collect();
    for export in unwanted {
        module.exports.delete(export);
    }
    passes::gc::run(&mut module);
    module.emit_wasm_file(to)?;
    Ok(())
}
