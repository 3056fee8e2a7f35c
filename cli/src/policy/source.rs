//! The files that a policy is made of, and how findings point into them.

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
}

/// Characters of a source line that are shown.
const SHOWN: usize = 100;

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
        self.list.push(Source {
            file: file.to_owned(),
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
            excerpt: source.and_then(|source| excerpt(&source.text, mark)),
        }
    }
}

/// The line of a place, cut where it is long.
fn excerpt(text: &str, mark: Mark) -> Option<Excerpt> {
    let line = text.lines().nth(mark.line.checked_sub(1)?)?;
    let before = mark.column.checked_sub(1)?;
    let skipped = before.saturating_sub(SHOWN / 2);
    let skipped = if line.chars().count() <= SHOWN {
        0
    } else {
        skipped
    };
    let shown: String = line.chars().skip(skipped).take(SHOWN).collect();
    let offset = before - skipped;
    let room = shown.trim_end().chars().count().saturating_sub(offset);
    Some(Excerpt {
        // A tab has no width that the marker below could follow.
        text: shown.trim_end().replace(|c: char| c.is_control(), " "),
        offset,
        width: mark.width.min(room).max(1),
    })
}
