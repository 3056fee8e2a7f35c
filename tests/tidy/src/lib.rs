//! What the tests on the tree share: its files, and the pages that are written
//! from tables in the code.

pub mod profiles;
pub mod reasons;

use std::path::{Path, PathBuf};

/// The root of the project.
#[must_use]
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .components()
        .collect()
}

/// Every file below `folder` of the project whose name ends in `extension`, in
/// order, with its path from the root; what is built or installed is left out.
#[must_use]
pub fn files(folder: &str, extension: &str) -> Vec<String> {
    let mut found = Vec::new();
    collect(&root(), Path::new(folder), extension, &mut found);
    found.sort();
    found
}

/// The text of a file of the project; some are no UTF-8 on purpose.
///
/// # Panics
/// Where it cannot be read.
#[must_use]
pub fn text(path: &str) -> String {
    let bytes = std::fs::read(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
    String::from_utf8_lossy(&bytes).into_owned()
}

fn collect(root: &Path, folder: &Path, extension: &str, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(root.join(folder))
        .into_iter()
        .flatten()
        .flatten()
    {
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = folder.join(&name);
        if entry.path().is_dir() {
            if !matches!(name.as_str(), ".git" | ".envoy" | "dist" | "target") {
                collect(root, &path, extension, found);
            }
        } else if name
            .strip_suffix(extension)
            .is_some_and(|stem| stem.ends_with('.'))
        {
            found.push(path.to_string_lossy().into_owned());
        }
    }
}
