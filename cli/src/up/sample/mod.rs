//! The sample: an API, its OpenAPI document and policy, and what is promised of them.

mod api;
mod promises;
mod store;

use std::io;
use std::path::{Path, PathBuf};

pub use self::api::Api;
pub use self::promises::{promises, readiness};

const POLICY: &str = include_str!("../../../sample/tollgate.yaml");
const DOCUMENT: &str = include_str!("../../../sample/openapi.yaml");

/// Writes the policy and its document into `folder`; gives where the policy is.
///
/// # Errors
/// Where a file can't be written.
pub fn write(folder: &Path) -> io::Result<PathBuf> {
    let policy = folder.join("tollgate.yaml");
    std::fs::write(&policy, POLICY)?;
    std::fs::write(folder.join("openapi.yaml"), DOCUMENT)?;
    Ok(policy)
}
