//! Reads the policy file and what it names, and gives faults their places.

use std::path::Path;

use tollgate_kit::faults::Fault;

use super::document::{Mark, Node, Parsed, Value};
use super::report::{Finding, Report, Severity};
use super::source::Sources;

/// A policy file that could be read, with what it names in place.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The files.
    pub sources: Sources,
    /// The policy.
    pub root: Node,
    /// What is wrong with the form of the files.
    pub findings: Vec<(Mark, Finding)>,
    /// Whether faults inside `schema.openapi` are about a stand-in.
    stand_in: bool,
}

const OPENAPI: &str = "schema.openapi";

// === impl Loaded ===

impl Loaded {
    /// Reads the file and what it names.
    ///
    /// # Errors
    /// Where it cannot be read, or isn't YAML at all.
    pub fn file(file: &Path) -> Result<Self, Report> {
        match std::fs::read_to_string(file) {
            Ok(text) => Self::text(file, text, file.parent().unwrap_or(Path::new(""))),
            Err(error) => Err(Report::new(vec![Finding {
                severity: Severity::Error,
                file: file.to_owned(),
                position: None,
                path: String::new(),
                message: format!("cannot be read: {error}"),
                hint: None,
                excerpt: None,
            }])),
        }
    }

    /// Reads the text of a file and what it names.
    ///
    /// # Errors
    /// Where it isn't YAML at all.
    pub fn text(file: &Path, text: String, base_dir: &Path) -> Result<Self, Report> {
        let mut sources = Sources::default();
        let Parsed { root, mistakes } = sources.add(file, text);
        let findings: Vec<_> = mistakes
            .into_iter()
            .map(|mistake| sources.mistake(mistake))
            .collect();
        let Some(root) = root else {
            return Err(report(findings));
        };
        let mut loaded = Self {
            sources,
            root,
            findings,
            stand_in: false,
        };
        loaded.embed(base_dir);
        Ok(loaded)
    }

    /// The report of a policy that is refused.
    #[must_use]
    pub fn refuse(self, faults: Vec<Fault>) -> Report {
        let mut findings = self.findings;
        for fault in faults {
            if self.stand_in && fault.path.starts_with(OPENAPI) {
                continue;
            }
            let mark = self.root.find(&fault.path);
            let mut finding =
                self.sources
                    .finding(Severity::Error, mark, &fault.path, fault.message);
            finding.hint = fault.hint;
            findings.push((mark, finding));
        }
        report(findings)
    }

    /// Puts the OpenAPI document where the file has its path.
    fn embed(&mut self, base_dir: &Path) {
        let mark = self.root.find(OPENAPI);
        let slot = self
            .root
            .get_mut("schema")
            .and_then(|section| section.get_mut("openapi"));
        let Some(slot) = slot else { return };
        let Some(named) = slot.as_text().map(str::to_owned) else {
            return;
        };
        // `./openapi.yaml` is shown as `openapi.yaml`.
        let file = base_dir.join(
            Path::new(&named)
                .strip_prefix(".")
                .unwrap_or(Path::new(&named)),
        );
        let document = match std::fs::read_to_string(&file) {
            Ok(text) => {
                let Parsed { root, mistakes } = self.sources.add(&file, text);
                for mistake in mistakes {
                    self.findings.push(self.sources.mistake(mistake));
                }
                root
            }
            Err(error) => {
                let message = format!("`{named}` cannot be read: {error}");
                let mut finding = self
                    .sources
                    .finding(Severity::Error, mark, OPENAPI, message);
                finding.hint = Some("the path starts at the folder of the policy file".to_owned());
                self.findings.push((mark, finding));
                None
            }
        };
        self.stand_in = document.is_none();
        *slot = document.unwrap_or(Node {
            mark,
            value: Value::Map(Vec::new()),
        });
    }
}

fn report(mut findings: Vec<(Mark, Finding)>) -> Report {
    findings.sort_by_key(|(mark, _)| (mark.source, mark.line, mark.column));
    Report::new(findings.into_iter().map(|(_, finding)| finding).collect())
}
