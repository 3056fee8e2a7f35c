//! A file that is written at the end of a run, and found fit for it at the beginning.
//!
//! It is written beside its place and moved there when it is whole: a run that is
//! interrupted leaves the older file as it was.

use std::fs::{OpenOptions, Permissions};
use std::io::{self, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

/// A file to be.
#[derive(Debug)]
pub struct Destination {
    /// As it was named.
    path: PathBuf,
    /// What that leads to.
    target: PathBuf,
    draft: NamedTempFile,
}

/// Why there is no file.
#[derive(Debug, thiserror::Error)]
pub enum DestinationError {
    /// The system refuses.
    #[error("{} can't be written: {error}", path.display())]
    Refused {
        /// Which.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// A folder or a device.
    #[error("{} can't be written: it is there, and is no file", .0.display())]
    NoFile(PathBuf),
}

// === impl Destination ===

impl Destination {
    /// Finds out whether it can be written.
    ///
    /// # Errors
    /// Where it can't.
    pub fn open(path: &Path) -> Result<Self, DestinationError> {
        // A link stays: what it leads to is written.
        let target = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let path = path.to_owned();
        if target.exists() && !target.is_file() {
            return Err(DestinationError::NoFile(path));
        }
        match draft(&target) {
            Ok(draft) => Ok(Self {
                path,
                target,
                draft,
            }),
            Err(error) => Err(DestinationError::Refused { path, error }),
        }
    }

    /// Writes it; says where.
    ///
    /// # Errors
    /// Where the system refuses.
    pub fn write(mut self, text: &str) -> Result<PathBuf, DestinationError> {
        let path = self.path;
        let written = self.draft.write_all(text.as_bytes());
        let moved = written.and_then(|()| Ok(self.draft.persist(&self.target).map(drop)?));
        match moved {
            Ok(()) => Ok(path),
            Err(error) => Err(DestinationError::Refused { path, error }),
        }
    }
}

fn draft(target: &Path) -> io::Result<NamedTempFile> {
    if target.exists() {
        OpenOptions::new().write(true).open(target)?;
    }
    let folder = match target.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    // Says what is wrong with the folder, and not with a draft that nobody named.
    std::fs::metadata(folder)?;
    tempfile::Builder::new()
        .prefix(".tollgate-bench-")
        // As of any new file: the system takes away what its mask says.
        .permissions(Permissions::from_mode(0o666))
        .tempfile_in(folder)
}
