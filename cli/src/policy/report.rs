//! What is wrong with a policy, in the order of the file, and how that is printed.

use std::fmt::{self, Write as _};
use std::path::PathBuf;

use anstyle::{AnsiColor, Style};

/// Findings in the order of the file.
#[derive(Debug, Clone, Default)]
pub struct Report {
    findings: Vec<Finding>,
}

/// One mistake or one warning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Whether the policy is refused for it.
    pub severity: Severity,
    /// The file.
    pub file: PathBuf,
    /// Where in the file; none where it cannot be read.
    pub position: Option<Position>,
    /// As people write it: `jwt.rules[2].require.scopes`; empty for the whole file.
    pub path: String,
    /// What is wrong, and what is expected.
    pub message: String,
    /// How to mend it, where that is known.
    pub hint: Option<String>,
    /// The line.
    pub excerpt: Option<Excerpt>,
}

/// A place in a file; both count from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The column, in characters.
    pub column: usize,
}

/// A line of a file, and what of it is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excerpt {
    /// The line or a part of it.
    pub text: String,
    /// Characters before what is meant.
    pub offset: usize,
    /// Characters that are meant.
    pub width: usize,
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// The policy is refused.
    Error,
    /// The policy works; perhaps not as meant.
    Warning,
}

/// What the parts of a printed finding look like.
#[derive(Debug, Clone, Copy, Default)]
pub struct Palette {
    error: Style,
    warning: Style,
    place: Style,
    hint: Style,
}

/// A text that cannot move the cursor of a terminal, whatever a file had in it.
#[derive(Debug, Clone, Copy)]
pub struct Printable<'t>(pub &'t str);

/// A report with its palette, to be printed.
#[derive(Debug)]
pub struct Painted<'r>(&'r Report, Palette);

// === impl Report ===

impl Report {
    /// A report of these findings, which are in order.
    #[must_use]
    pub fn new(findings: Vec<Finding>) -> Self {
        Self { findings }
    }

    /// The same without the lines that `is_secret` holds for, by path and line.
    #[must_use]
    pub fn without_excerpts(mut self, is_secret: impl Fn(&str, &str) -> bool) -> Self {
        for finding in &mut self.findings {
            let path = &finding.path;
            finding.excerpt = finding
                .excerpt
                .take_if(|excerpt| !is_secret(path, &excerpt.text));
        }
        self
    }

    /// The findings in the order of the file.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// How many are of that severity.
    #[must_use]
    pub fn count(&self, severity: Severity) -> usize {
        let of_that = |finding: &&Finding| finding.severity == severity;
        self.findings.iter().filter(of_that).count()
    }

    /// For a terminal; `anstream` takes the colours out elsewhere.
    #[must_use]
    pub fn painted(&self) -> Painted<'_> {
        Painted(self, Palette::COLOURS)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Painted(self, Palette::default()).fmt(f)
    }
}

impl std::error::Error for Report {}

// === impl Painted ===

impl fmt::Display for Painted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for finding in &self.0.findings {
            finding.print(f, self.1)?;
        }
        Ok(())
    }
}

// === impl Finding ===

impl Finding {
    fn print(&self, f: &mut fmt::Formatter<'_>, palette: Palette) -> fmt::Result {
        let place = palette.place;
        write!(f, "{place}{}", self.file.display())?;
        if let Some(Position { line, column }) = self.position {
            write!(f, ":{line}:{column}")?;
        }
        let style = palette.of(self.severity);
        write!(f, ":{place:#} {style}{}:{style:#} ", self.severity.word())?;
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        writeln!(f, "{}", Printable(&self.message))?;
        self.print_excerpt(f, palette)?;
        match &self.hint {
            Some(hint) => writeln!(f, "  {0}hint:{0:#} {1}", palette.hint, Printable(hint)),
            None => Ok(()),
        }
    }

    fn print_excerpt(&self, f: &mut fmt::Formatter<'_>, palette: Palette) -> fmt::Result {
        let (Some(excerpt), Some(position)) = (&self.excerpt, self.position) else {
            return Ok(());
        };
        let number = position.line.to_string();
        let margin = " ".repeat(number.len());
        let indent = " ".repeat(excerpt.offset);
        let marker = "^".repeat(excerpt.width);
        let style = palette.of(self.severity);
        writeln!(f, "  {number} | {}", excerpt.text)?;
        writeln!(f, "  {margin} | {indent}{style}{marker}{style:#}")
    }
}

// === impl Printable ===

impl fmt::Display for Printable<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.0.chars() {
            match c.is_control() {
                true => write!(f, "{}", c.escape_default())?,
                false => f.write_char(c)?,
            }
        }
        Ok(())
    }
}

// === impl Severity ===

impl Severity {
    /// As it is printed.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

// === impl Palette ===

impl Palette {
    const COLOURS: Self = Self {
        error: AnsiColor::Red.on_default().bold(),
        warning: AnsiColor::Yellow.on_default().bold(),
        place: Style::new().bold(),
        hint: AnsiColor::Cyan.on_default().bold(),
    };

    fn of(self, severity: Severity) -> Style {
        match severity {
            Severity::Error => self.error,
            Severity::Warning => self.warning,
        }
    }
}
