//! Where the published data is.

use std::path::{Path, PathBuf};

/// The folder `observatory` of the test data: in `$TOLLGATE_DATA`, by default in
/// `shared/data` beside the workspace.
#[must_use]
pub fn folder() -> PathBuf {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let data = std::env::var_os("TOLLGATE_DATA").map_or_else(beside, PathBuf::from);
    data.join("observatory")
}
