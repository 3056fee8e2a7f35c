//! What a reference names: a part of a file.

use tollgate_kit::config::member_path;
use tollgate_kit::json::{escape_token, unescape_token};
use tollgate_kit::path::percent_decode;

use super::super::document::{Mark, Node, Value};
use super::file::{DOCUMENT, Unread};
use super::{Bundler, Here};

/// A part of a file.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Target {
    /// The file.
    pub file: usize,
    /// The JSON pointer to the part (RFC 6901).
    pub pointer: String,
}

const DOWNLOAD: &str = "download it beside the document, and refer to the file";
const BASE: &str = "the path starts at the folder of the file that it stands in";

// === impl Target ===

impl Target {
    /// As faults spell paths.
    #[must_use]
    pub fn path(&self) -> String {
        let steps = self.pointer.split('/').skip(1);
        steps.fold(String::new(), |path, step| match step.parse::<usize>() {
            Ok(index) if !path.is_empty() => format!("{path}[{index}]"),
            Ok(_) | Err(_) => member_path(&path, &unescape_token(step)),
        })
    }

    /// The last step to it; nothing where it is the whole file.
    #[must_use]
    pub fn last(&self) -> Option<String> {
        let (_, last) = self.pointer.rsplit_once('/')?;
        Some(unescape_token(last).into_owned())
    }
}

impl Bundler<'_> {
    /// What the text of a reference names; `None` after a fault.
    pub(super) fn target(&mut self, text: &str, mark: Mark, here: &Here) -> Option<Target> {
        let (file, fragment) = text.split_once('#').unwrap_or((text, ""));
        let file = match file {
            "" => here.file,
            _ => self.open(file, mark, here)?,
        };
        let fragment = String::from_utf8(percent_decode(fragment.as_bytes())).unwrap_or_default();
        let pointer = match fragment.is_empty() || fragment.starts_with('/') {
            true => fragment,
            false => match self
                .files
                .at(file, "")
                .and_then(|root| anchor(root, &fragment))
            {
                Some(pointer) => pointer,
                // In the document it is the filter that knows them.
                None if file == DOCUMENT => fragment,
                None => {
                    self.fault(
                        mark,
                        here,
                        format!("{text:?} names no `$anchor` there"),
                        None,
                    );
                    return None;
                }
            },
        };
        if file != DOCUMENT && self.files.at(file, &pointer).is_none() {
            self.fault(
                mark,
                here,
                format!("{text:?} names nothing in that file"),
                None,
            );
            return None;
        }
        Some(Target { file, pointer })
    }

    fn open(&mut self, file: &str, mark: Mark, here: &Here) -> Option<usize> {
        if has_scheme(file) || file.starts_with("//") {
            self.fault(
                mark,
                here,
                format!("{file:?} is not fetched"),
                Some(DOWNLOAD),
            );
            return None;
        }
        let (why, hint) = match self.files.open(here.file, file, self.sources) {
            Ok(file) => return Some(file),
            Err(Unread::Again) => return None,
            Err(Unread::TooMuch) => ("it is no file, or there is too much".to_owned(), None),
            Err(Unread::Error(error)) => {
                let hint = error.hint();
                (error.to_string(), hint.or_else(|| Some(BASE.to_owned())))
            }
            Err(Unread::Malformed(mistakes)) => {
                let mistakes = mistakes.into_iter();
                let findings = mistakes.map(|mistake| self.sources.mistake(mistake));
                self.bundled.findings.extend(findings);
                ("it is neither YAML nor JSON".to_owned(), None)
            }
        };
        let message = format!("`{file}` cannot be read: {why}");
        self.fault(mark, here, message, hint.as_deref());
        None
    }
}

/// `https:`, `urn:` (RFC 3986 §3.1).
fn has_scheme(reference: &str) -> bool {
    reference.split_once(':').is_some_and(|(scheme, _)| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
    })
}

/// The pointer to the schema with an `$anchor` of that name.
fn anchor(root: &Node, name: &str) -> Option<String> {
    let mut ahead = vec![(String::new(), root)];
    while let Some((pointer, node)) = ahead.pop() {
        match &node.value {
            Value::Map(_) if node.get("$anchor").and_then(Node::as_text) == Some(name) => {
                return Some(pointer);
            }
            Value::Map(members) => ahead.extend(members.iter().map(|member| {
                let step = escape_token(&member.name);
                (format!("{pointer}/{step}"), &member.value)
            })),
            Value::List(items) => {
                let items = items.iter().enumerate();
                ahead.extend(items.map(|(at, item)| (format!("{pointer}/{at}"), item)));
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) => {}
        }
    }
    None
}
