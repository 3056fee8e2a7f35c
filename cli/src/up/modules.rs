//! The built filters: where they are.

use std::path::{Path, PathBuf};

use crate::render::envoy::Layout;

/// The folder of the modules that a layout needs.
#[derive(Debug)]
pub struct Modules {
    folder: PathBuf,
}

/// Why there are no modules.
#[derive(Debug, thiserror::Error)]
pub enum ModulesError {
    /// No folder was named, and none was found.
    #[error(
        "no folder `dist` with the filters here or above\n  hint: build them with `scripts/build`, or name their folder with `--modules DIR`"
    )]
    NoFolder,
    /// The folder lacks what the layout needs.
    #[error("`{}` is missing\n  hint: build the filters with `scripts/build`, or name their folder with `--modules DIR`", .0.display())]
    Missing(PathBuf),
    /// The folder can't be reached.
    #[error("`{}`: {error}", path.display())]
    Folder {
        /// As it was given.
        path: PathBuf,
        /// What the system says.
        error: std::io::Error,
    },
}

const FOLDER: &str = "dist";

// === impl Modules ===

impl Modules {
    /// Finds the modules of `layout` in `named`, else in `dist` here or above,
    /// else in `dist` above this program.
    ///
    /// # Errors
    /// Where one of them isn't there.
    pub fn find(named: Option<&Path>, layout: Layout) -> Result<Self, ModulesError> {
        let folder = match named {
            Some(folder) => folder.to_owned(),
            None => search().ok_or(ModulesError::NoFolder)?,
        };
        let folder = folder
            .canonicalize()
            .map_err(|error| ModulesError::Folder {
                path: folder.clone(),
                error,
            })?;
        let missing = layout
            .files()
            .iter()
            .map(|file| folder.join(file))
            .find(|path| !path.is_file());
        match missing {
            Some(path) => Err(ModulesError::Missing(path)),
            None => Ok(Self { folder }),
        }
    }

    /// Where they are, as an absolute path.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

fn search() -> Option<PathBuf> {
    let here = std::env::current_dir().ok();
    let program = std::env::current_exe().ok();
    [here, program]
        .iter()
        .flatten()
        .flat_map(|start| start.ancestors())
        .map(|folder| folder.join(FOLDER))
        .find(|folder| folder.is_dir())
}
