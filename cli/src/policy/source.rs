//! The files that a policy is made of, and how findings point into them.

use std::io;
use std::path::{Path, PathBuf};

use super::document::{Mark, Mistake, Parsed};
use super::report::{Excerpt, Finding, Position, Severity};
use super::{json, yaml};

/// The policy file, then what it names.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    list: Vec<Source>,
}

#[derive(Debug, Clone)]
struct Source {
    file: PathBuf,
    text: String,
    /// Where each line starts.
    lines: Vec<usize>,
}

/// Why a file cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// It isn't there.
    #[error("there is no such file")]
    Missing,
    /// It isn't a file.
    #[error("it is a folder")]
    Folder,
    /// It isn't text.
    #[error("line {0} is not UTF-8")]
    Encoding(usize),
    /// The system's word.
    #[error("{0}")]
    Other(io::Error),
}

/// Characters of a source line that are shown.
const SHOWN: usize = 100;

/// The text of a file, without a byte order mark.
///
/// # Errors
/// Where it cannot be read, or isn't UTF-8.
pub fn read(file: &Path) -> Result<String, ReadError> {
    text(&std::fs::read(file)?)
}

/// The text of these bytes, without a byte order mark.
///
/// # Errors
/// Where they aren't UTF-8.
pub fn text(bytes: &[u8]) -> Result<String, ReadError> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text.to_owned()),
        Err(error) => {
            let good = bytes.iter().take(error.valid_up_to());
            let breaks = good.filter(|byte| **byte == b'\n').count();
            Err(ReadError::Encoding(breaks + 1))
        }
    }
}

// === impl Sources ===

impl Sources {
    /// Takes a file's text and reads it: JSON where the name ends so, else YAML.
    pub fn add(&mut self, file: &Path, text: String) -> Parsed {
        let number = self.list.len();
        let parsed = match file
            .extension()
            .is_some_and(|extension| extension == "json")
        {
            true => json::parse(&text, number),
            false => yaml::parse(&text, number),
        };
        let breaks = text.match_indices('\n').map(|(at, _)| at + 1);
        self.list.push(Source {
            file: file.to_owned(),
            lines: std::iter::once(0).chain(breaks).collect(),
            text,
        });
        parsed
    }

    /// A mistake in the form of a source.
    #[must_use]
    pub fn mistake(&self, mistake: Mistake) -> (Mark, Finding) {
        let Mistake {
            mark,
            message,
            hint,
        } = mistake;
        let mut finding = self.finding(Severity::Error, mark, "", message);
        finding.hint = hint;
        (mark, finding)
    }

    /// A finding at a place.
    #[must_use]
    pub fn finding(
        &self,
        severity: Severity,
        mark: Mark,
        path: &str,
        message: impl Into<String>,
    ) -> Finding {
        let source = self.list.get(mark.source);
        Finding {
            severity,
            file: source.map(|source| source.file.clone()).unwrap_or_default(),
            position: Some(Position {
                line: mark.line,
                column: mark.column,
            }),
            path: path.to_owned(),
            message: message.into(),
            hint: None,
            excerpt: source.and_then(|source| source.excerpt(mark)),
        }
    }
}

// === impl Source ===

impl Source {
    /// The line of a place, cut where it is long.
    fn excerpt(&self, mark: Mark) -> Option<Excerpt> {
        let line = self.line(mark.line)?;
        let before = mark.column.checked_sub(1)?;
        let skipped = match line.chars().nth(SHOWN) {
            Some(_) => before.saturating_sub(SHOWN / 2),
            None => 0,
        };
        let mut rest = line.chars().skip(skipped);
        let shown: String = rest.by_ref().take(SHOWN).collect();
        let (left, right) = (cut(skipped > 0), cut(rest.next().is_some()));
        let offset = before - skipped;
        let room = shown.chars().count().saturating_sub(offset);
        Some(Excerpt {
            // A tab has no width that the marker below could follow.
            text: format!("{left}{shown}{right}").replace(char::is_control, " "),
            offset: offset + left.len().min(1),
            width: mark.width.min(room).max(1),
        })
    }

    fn line(&self, number: usize) -> Option<&str> {
        let start = *self.lines.get(number.checked_sub(1)?)?;
        let end = self.lines.get(number).copied().unwrap_or(self.text.len());
        let line = self.text.get(start..end)?.trim_end();
        (start < self.text.len()).then_some(line)
    }
}

// === impl ReadError ===

impl ReadError {
    /// How to mend it, where that is known.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Encoding(_) => Some("save it as UTF-8".to_owned()),
            Self::Missing | Self::Folder | Self::Other(_) => None,
        }
    }
}

impl From<io::Error> for ReadError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => Self::Missing,
            io::ErrorKind::IsADirectory => Self::Folder,
            _ => Self::Other(error),
        }
    }
}

fn cut(is_cut: bool) -> &'static str {
    if is_cut { "…" } else { "" }
}
