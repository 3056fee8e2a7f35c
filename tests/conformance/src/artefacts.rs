//! What tests find outside of the tree: the built modules, and published data.

use std::path::{Path, PathBuf};

/// The folder of the built modules, `$TOLLGATE_MODULES` or else `dist`; `None` where
/// they aren't built.
#[must_use]
pub fn modules() -> Option<PathBuf> {
    let folder = folder("TOLLGATE_MODULES", "../../dist");
    folder.join("tollgate.wasm").exists().then_some(folder)
}

/// The folder of published data, `$TOLLGATE_DATA` or else the one beside the tree; it
/// may not be there.
#[must_use]
pub fn data() -> PathBuf {
    folder("TOLLGATE_DATA", "../../../shared/data")
}

fn folder(variable: &str, otherwise: &str) -> PathBuf {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join(otherwise);
    std::env::var_os(variable).map_or_else(beside, PathBuf::from)
}
