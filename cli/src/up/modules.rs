//! The built filters: where they are, and how they are put into a chain.

use std::path::{Path, PathBuf};

use clap::ValueEnum;
use serde::Serialize;

/// How the filters are loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Layout {
    /// Three modules, three filters.
    Separate,
    /// One module that holds three filters and shares a VM.
    Bundle,
    /// One module, one filter that does the work of three.
    All,
}

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

// === impl Layout ===

impl Layout {
    /// The files that it loads.
    #[must_use]
    pub fn files(self) -> &'static [&'static str] {
        match self {
            Self::Separate => &[
                "tollgate_jwt.wasm",
                "tollgate_schema.wasm",
                "tollgate_headers.wasm",
            ],
            Self::Bundle | Self::All => &["tollgate.wasm"],
        }
    }
}

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
