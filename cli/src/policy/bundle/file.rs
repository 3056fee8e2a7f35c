//! The files that a document refers to, each read once.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use tollgate_kit::path::percent_decode;

use super::super::document::{Mistake, Node, Parsed};
use super::super::source::{self, ReadError, Sources};

/// Files that documents are in.
#[derive(Debug)]
pub struct Files {
    list: Vec<File>,
    /// By where they really are; `None` for those that cannot be read.
    known: HashMap<PathBuf, Option<usize>>,
    bytes: u64,
}

#[derive(Debug)]
struct File {
    path: PathBuf,
    /// Nothing for the document itself: it is at hand.
    root: Option<Node>,
}

/// Why a file gives nothing.
#[derive(Debug)]
pub enum Unread {
    /// It was tried before.
    Again,
    /// It cannot be read.
    Error(ReadError),
    /// There are too many, or they are too large.
    TooMuch,
    /// It is not YAML or JSON.
    Malformed(Vec<Mistake>),
}

/// The document itself.
pub const DOCUMENT: usize = 0;

const MAX_FILES: usize = 2000;
const MAX_BYTES: u64 = 64 * 1024 * 1024;

// === impl Files ===

impl Files {
    /// The document's own file alone, which has that name.
    #[must_use]
    pub fn new(document: &Path) -> Self {
        let path = document.to_owned();
        let place = path.canonicalize().unwrap_or_else(|_| path.clone());
        Self {
            list: vec![File { path, root: None }],
            known: HashMap::from([(place, Some(DOCUMENT))]),
            bytes: 0,
        }
    }

    /// The file that `reference` names, as it stands in the file `from`.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub fn open(
        &mut self,
        from: usize,
        reference: &str,
        sources: &mut Sources,
    ) -> Result<usize, Unread> {
        let path = self.path(from, reference);
        let place = path
            .canonicalize()
            .map_err(|error| Unread::Error(error.into()))?;
        if let Some(known) = self.known.get(&place) {
            return known.ok_or(Unread::Again);
        }
        let read = self.read(&path, sources);
        self.known.insert(place, read.as_ref().ok().copied());
        read
    }

    /// The value of a file at a JSON pointer (RFC 6901).
    #[must_use]
    pub fn at(&self, file: usize, pointer: &str) -> Option<&Node> {
        self.list.get(file)?.root.as_ref()?.pointer(pointer)
    }

    /// The name of a file, without its folder and its ending.
    #[must_use]
    pub fn stem(&self, file: usize) -> &str {
        let stem = self.list.get(file).and_then(|file| file.path.file_stem());
        stem.and_then(|stem| stem.to_str()).unwrap_or_default()
    }

    /// Where `reference` leads from the file `from`, as it is shown.
    fn path(&self, from: usize, reference: &str) -> PathBuf {
        let decoded = percent_decode(reference.as_bytes());
        let reference = String::from_utf8(decoded).unwrap_or_default();
        let reference = reference.strip_prefix("./").unwrap_or(&reference);
        let folder = self.list.get(from).and_then(|file| file.path.parent());
        folder.unwrap_or(Path::new("")).join(reference)
    }

    fn read(&mut self, path: &Path, sources: &mut Sources) -> Result<usize, Unread> {
        let about = std::fs::metadata(path).map_err(|error| Unread::Error(error.into()))?;
        if about.is_dir() {
            return Err(Unread::Error(ReadError::Folder));
        }
        self.bytes = self.bytes.saturating_add(about.len());
        if !about.is_file() || self.list.len() > MAX_FILES || self.bytes > MAX_BYTES {
            return Err(Unread::TooMuch);
        }
        let text = source::read(path).map_err(Unread::Error)?;
        match sources.add(path, text) {
            Parsed {
                root: Some(root),
                mistakes,
            } if mistakes.is_empty() => {
                self.list.push(File {
                    path: path.to_owned(),
                    root: Some(root),
                });
                Ok(self.list.len() - 1)
            }
            Parsed { mistakes, .. } => Err(Unread::Malformed(mistakes)),
        }
    }
}
