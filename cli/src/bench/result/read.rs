//! A recorded run, read from its file.

use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::{FORMAT, Record};
use crate::bench::error::BenchError;

/// Why a file gives no record.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// It can't be read.
    #[error("{}: {error}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// It is something else.
    #[error("{}: not what `tollgate bench --format json` prints: {error}", path.display())]
    Content {
        /// Which.
        path: PathBuf,
        /// What is wrong with it.
        error: serde_json::Error,
    },
    /// Its fields may mean something else.
    #[error(
        "{}: a record of format {found}, and this program reads {FORMAT}\n  hint: use the tollgate that made it, or measure anew",
        path.display()
    )]
    Format {
        /// Which.
        path: PathBuf,
        /// What it has.
        found: u64,
    },
}

/// The record in a file.
///
/// # Errors
/// Where it can't be read, or is none of this [`FORMAT`].
pub fn read(path: &Path) -> Result<Record, BenchError> {
    Ok(parse(path)?)
}

fn parse(path: &Path) -> Result<Record, ReadError> {
    let content = |error| ReadError::Content {
        path: path.to_owned(),
        error,
    };
    let bytes = std::fs::read(path).map_err(|error| ReadError::File {
        path: path.to_owned(),
        error,
    })?;
    let stamp: Stamp = serde_json::from_slice(&bytes).map_err(content)?;
    if stamp.format != u64::from(FORMAT) {
        return Err(ReadError::Format {
            path: path.to_owned(),
            found: stamp.format,
        });
    }
    serde_json::from_slice(&bytes).map_err(content)
}

/// What a record of any format has.
#[derive(Deserialize)]
struct Stamp {
    format: u64,
}
