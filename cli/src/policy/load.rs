//! Reads the policy file and what it names, and gives faults their places.

use std::path::Path;

use tollgate_kit::config::Setting;
use tollgate_kit::faults::{Fault, Faults};
use tollgate_kit::json::OwnedDocument;

use super::bundle;
use super::derive;
use super::document::{Mark, Node, Parsed, Value};
use super::example;
use super::report::{Finding, Report, Severity};
use super::source::{self, ReadError, Sources};
use super::{json, print};

/// A policy file that could be read, with what it names in place.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The files.
    pub sources: Sources,
    /// The policy.
    pub root: Node,
    /// What is wrong with the form of the files.
    pub findings: Vec<(Mark, Finding)>,
    /// What of the OpenAPI document's `security` isn't enforced.
    pub warnings: Vec<(Mark, Finding)>,
    /// Whether faults inside `schema.openapi` are about a stand-in.
    stand_in: bool,
    /// Where in the document parts of other files are, and their paths there.
    moved: Vec<(String, String)>,
}

const OPENAPI: &str = "schema.openapi";
const BASE: &str = "the path starts at the folder of the policy file";
/// Where lines can hold what nobody else may read: a private key put there by mistake.
const KEYS: &str = ".jwks.inline";

// === impl Loaded ===

impl Loaded {
    /// Reads the file and what it names.
    ///
    /// # Errors
    /// Where it cannot be read, or isn't YAML at all.
    pub fn file(file: &Path) -> Result<Self, Report> {
        match source::read(file) {
            Ok(text) => Self::text(file, text, file.parent().unwrap_or(Path::new(""))),
            Err(error) => Err(unreadable(file, &error)),
        }
    }

    /// Reads the text of a file and what it names.
    ///
    /// # Errors
    /// Where it isn't YAML at all.
    pub fn text(file: &Path, text: String, base_dir: &Path) -> Result<Self, Report> {
        let mut loaded = Self::alone(file, text)?;
        loaded.embed(base_dir);
        loaded.derive();
        Ok(loaded)
    }

    /// Warns of examples in the OpenAPI document that its schemas refuse.
    pub fn examine(&mut self) {
        let section = self.root.get("schema");
        let Some(document) = section.and_then(|section| section.get("openapi")) else {
            return;
        };
        for warning in example::examine(document, OPENAPI) {
            self.warnings.extend(self.find(Severity::Warning, warning));
        }
    }

    /// Reads the text of a file that names no OpenAPI document.
    ///
    /// # Errors
    /// Where it isn't YAML at all.
    pub fn alone(file: &Path, text: String) -> Result<Self, Report> {
        let mut sources = Sources::default();
        let Parsed { root, mistakes } = sources.add(file, text);
        let findings: Vec<_> = mistakes
            .into_iter()
            .map(|mistake| sources.mistake(mistake))
            .collect();
        let Some(root) = root else {
            return Err(report(findings));
        };
        Ok(Self {
            sources,
            root,
            findings,
            warnings: Vec::new(),
            stand_in: false,
            moved: Vec::new(),
        })
    }

    /// What `read` makes of the document, unless anything is wrong with it.
    ///
    /// # Errors
    /// Everything that is wrong with its form, and what `read` reports.
    pub fn read<T>(self, read: impl FnOnce(Setting<'_>) -> Option<T>) -> Result<T, Report> {
        let faults = Faults::new();
        let printed = print::json(&self.root).into_bytes();
        let value = match OwnedDocument::parse(printed, &json::LIMITS) {
            Ok(document) => read(Setting::root(document.root(), "", &faults)),
            Err(error) => {
                faults.add("", format!("cannot be read: {error}"));
                None
            }
        };
        match faults.finish(value) {
            Ok(value) if self.findings.is_empty() => Ok(value),
            Ok(_) => Err(self.refuse(Vec::new())),
            Err(faults) => Err(self.refuse(faults.into_vec())),
        }
    }

    /// The report of a policy that is refused.
    #[must_use]
    pub fn refuse(mut self, faults: Vec<Fault>) -> Report {
        let mut findings = std::mem::take(&mut self.findings);
        // What names nothing is no reference of the document either.
        let is_known = |found: &(Mark, Finding)| {
            let same = |(_, known): &(Mark, Finding)| {
                (&known.file, &known.path) == (&found.1.file, &found.1.path)
            };
            found.1.path.ends_with(".$ref") && findings.iter().any(same)
        };
        let faults = faults.into_iter();
        let found = faults.filter_map(|fault| self.find(Severity::Error, fault));
        let found: Vec<_> = found.filter(|found| !is_known(found)).collect();
        findings.extend(found);
        report(findings)
    }

    /// What a fault or a warning is about; `None` where that is a stand-in.
    pub fn find(&self, severity: Severity, fault: Fault) -> Option<(Mark, Finding)> {
        let in_document = below_openapi(&fault.path);
        if self.stand_in && in_document.is_some() {
            return None;
        }
        let mark = self.root.find(&fault.path);
        let path = match in_document {
            // In a file of its own, paths start at its top.
            Some(path) if mark.source > 0 => self.own_path(path),
            Some(_) | None => fault.path.clone(),
        };
        let mut finding = self.sources.finding(severity, mark, &path, fault.message);
        finding.hint = fault.hint;
        if path.contains(KEYS) {
            finding.excerpt = None;
        }
        Some((mark, finding))
    }

    /// A path in the document as the file has it that it leads into.
    fn own_path(&self, path: &str) -> String {
        let inside = |to: &str| {
            let rest = path.strip_prefix(to)?;
            (rest.is_empty() || rest.starts_with(['.', '['])).then_some(rest)
        };
        let moved = self.moved.iter();
        let mut found = moved.filter_map(|(to, from)| Some(format!("{from}{}", inside(to)?)));
        let own = found.next_back().unwrap_or_else(|| path.to_owned());
        own.strip_prefix('.').map(str::to_owned).unwrap_or(own)
    }

    /// Puts the rules in that the policy takes from its OpenAPI document.
    fn derive(&mut self) {
        let mut derived = derive::derive(&self.root);
        for fault in std::mem::take(&mut derived.notes.faults) {
            self.findings.extend(self.find(Severity::Error, fault));
        }
        for warning in std::mem::take(&mut derived.notes.warnings) {
            self.warnings.extend(self.find(Severity::Warning, warning));
        }
        derived.put_into(&mut self.root);
    }

    /// Puts the OpenAPI document where the file has its path, with all that it
    /// refers to.
    fn embed(&mut self, base_dir: &Path) {
        let mark = self.root.find(OPENAPI);
        let section = self.root.get("schema");
        let Some(slot) = section.and_then(|section| section.get("openapi")) else {
            return;
        };
        let (document, file, path) = match &slot.value {
            // The document itself, as in the configuration of a plugin.
            Value::Map(_) => (Some(slot.clone()), base_dir.join("tollgate.yaml"), OPENAPI),
            Value::Text(named) if !named.is_empty() => {
                let named = named.clone();
                // `./openapi.yaml` is shown as `openapi.yaml`.
                let file = base_dir.join(named.strip_prefix("./").unwrap_or(&named));
                (self.document(&named, &file, mark), file, "")
            }
            Value::Text(_) | Value::Null | Value::Bool(_) | Value::Number(_) | Value::List(_) => {
                self.unread(mark, "expected the path of an OpenAPI document", None);
                (None, base_dir.to_owned(), "")
            }
        };
        self.stand_in = document.is_none();
        let mut document = document.unwrap_or(Node {
            mark,
            value: Value::Map(Vec::new()),
        });
        let bundled = bundle::bundle(&mut document, &file, path, &mut self.sources);
        self.findings.extend(bundled.findings);
        self.moved = bundled.moved;
        let section = self.root.get_mut("schema");
        if let Some(slot) = section.and_then(|section| section.get_mut("openapi")) {
            *slot = document;
        }
    }

    /// The document that the policy names at `mark`.
    fn document(&mut self, named: &str, file: &Path, mark: Mark) -> Option<Node> {
        match source::read(file) {
            Ok(text) => {
                let Parsed { root, mistakes } = self.sources.add(file, text);
                for mistake in mistakes {
                    self.findings.push(self.sources.mistake(mistake));
                }
                root
            }
            Err(error) => {
                let hint = match error {
                    ReadError::Missing => Some(BASE.to_owned()),
                    ReadError::Folder | ReadError::Encoding(_) | ReadError::Other(_) => {
                        error.hint()
                    }
                };
                self.unread(mark, format!("`{named}` cannot be read: {error}"), hint);
                None
            }
        }
    }

    fn unread(&mut self, mark: Mark, message: impl Into<String>, hint: Option<String>) {
        let mut finding = self
            .sources
            .finding(Severity::Error, mark, OPENAPI, message);
        finding.hint = hint;
        self.findings.push((mark, finding));
    }
}

/// The report of a file that cannot be read.
#[must_use]
pub fn unreadable(file: &Path, error: &ReadError) -> Report {
    Report::new(vec![Finding {
        severity: Severity::Error,
        file: file.to_owned(),
        position: None,
        path: String::new(),
        message: format!("cannot be read: {error}"),
        hint: error.hint(),
        excerpt: None,
    }])
}

/// The rest of a path that leads into the OpenAPI document.
fn below_openapi(path: &str) -> Option<&str> {
    let rest = path.strip_prefix(OPENAPI)?;
    match rest.strip_prefix('.') {
        Some(rest) => Some(rest),
        None => (rest.is_empty() || rest.starts_with('[')).then_some(rest),
    }
}

fn report(mut findings: Vec<(Mark, Finding)>) -> Report {
    findings.sort_by_key(|(mark, _)| (mark.source, mark.line, mark.column));
    // What two places lead to is looked at twice.
    findings.dedup();
    Report::new(findings.into_iter().map(|(_, finding)| finding).collect())
}
