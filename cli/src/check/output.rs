//! What `check` prints: findings with a verdict for each file, or one JSON object.

use std::io::{self, Write};
use std::path::Path;

use serde::Serialize;

use crate::policy::{Finding, Policy, Report, Severity};

/// A file and what came of it.
#[derive(Debug)]
pub struct Checked<'a> {
    /// The file.
    pub file: &'a Path,
    /// The policy, or why it is refused.
    pub result: Result<Policy, Report>,
}

/// Prints findings and verdicts.
///
/// # Errors
/// Where the output is closed.
pub fn text(out: &mut impl Write, checked: &[Checked<'_>]) -> io::Result<()> {
    for checked in checked {
        let (report, verdict) = match &checked.result {
            Ok(policy) => (policy.warnings(), accepted(policy)),
            Err(report) => (report, refused(report)),
        };
        write!(out, "{}", report.painted())?;
        writeln!(out, "{}: {verdict}", checked.file.display())?;
    }
    Ok(())
}

/// Prints the one object.
///
/// # Errors
/// Where the output is closed.
pub fn json(out: &mut impl Write, checked: &[Checked<'_>]) -> io::Result<()> {
    let files = checked.iter().map(File::of).collect();
    serde_json::to_writer_pretty(&mut *out, &Object { files })?;
    writeln!(out)
}

#[derive(Serialize)]
struct Object<'a> {
    files: Vec<File<'a>>,
}

#[derive(Serialize)]
struct File<'a> {
    file: String,
    policy: Option<&'a str>,
    errors: Vec<Entry<'a>>,
    warnings: Vec<Entry<'a>>,
}

/// A finding, as JSON has it.
#[derive(Debug, Serialize)]
pub struct Entry<'a> {
    file: String,
    line: Option<usize>,
    column: Option<usize>,
    path: &'a str,
    message: &'a str,
    hint: Option<&'a str>,
}

// === impl File ===

impl<'a> File<'a> {
    fn of(checked: &'a Checked<'_>) -> Self {
        let (report, policy) = match &checked.result {
            Ok(policy) => (policy.warnings(), Some(policy.hash())),
            Err(report) => (report, None),
        };
        let entries = |severity| {
            let of_that = |finding: &&Finding| finding.severity == severity;
            let findings = report.findings().iter().filter(of_that);
            findings.map(Entry::of).collect()
        };
        Self {
            file: checked.file.display().to_string(),
            policy,
            errors: entries(Severity::Error),
            warnings: entries(Severity::Warning),
        }
    }
}

// === impl Entry ===

impl<'a> Entry<'a> {
    /// That of a finding.
    #[must_use]
    pub fn of(finding: &'a Finding) -> Self {
        Self {
            file: finding.file.display().to_string(),
            line: finding.position.map(|position| position.line),
            column: finding.position.map(|position| position.column),
            path: &finding.path,
            message: &finding.message,
            hint: finding.hint.as_deref(),
        }
    }
}

fn accepted(policy: &Policy) -> String {
    let names: Vec<&str> = policy
        .sections()
        .iter()
        .map(|section| section.filter.name())
        .collect();
    let mut verdict = format!("ok, {}, policy {}", names.join(" "), policy.hash());
    let warnings = policy.warnings().count(Severity::Warning);
    if warnings > 0 {
        verdict.push_str(&format!(", {}", counted(warnings, "warning")));
    }
    verdict
}

fn refused(report: &Report) -> String {
    format!(
        "refused, {}",
        counted(report.count(Severity::Error), "error")
    )
}

/// A number and its noun.
#[must_use]
pub fn counted(number: usize, noun: &str) -> String {
    match number {
        1 => format!("1 {noun}"),
        _ => format!("{number} {noun}s"),
    }
}
