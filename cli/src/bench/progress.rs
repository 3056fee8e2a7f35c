//! How far a run is: a bar on a terminal, nothing elsewhere.

use indicatif::{ProgressBar, ProgressStyle};

/// A bar on standard error.
pub struct Progress(ProgressBar);

// === impl Progress ===

impl Progress {
    /// Draws nothing where standard error is no terminal.
    #[must_use]
    pub fn new() -> Self {
        Self(ProgressBar::new(0))
    }

    /// Draws nothing anywhere.
    #[must_use]
    pub fn hidden() -> Self {
        Self(ProgressBar::hidden())
    }

    /// A part of the run with so many steps.
    pub fn begin(&self, part: &'static str, steps: u64) {
        let template = "{prefix:>9} [{bar:40}] {pos}/{len}  {eta} left  {msg}";
        // The template is ours, and good.
        if let Ok(style) = ProgressStyle::with_template(template) {
            self.0.set_style(style.progress_chars("=> "));
        }
        self.0.reset();
        self.0.set_prefix(part);
        self.0.set_length(steps);
    }

    /// More steps than there were to be.
    pub fn more(&self, steps: usize) {
        self.0.inc_length(steps as u64);
    }

    /// One is done.
    pub fn step(&self, what: &str) {
        self.0.set_message(what.to_owned());
        self.0.inc(1);
    }

    /// The run is over.
    pub fn end(&self) {
        self.0.finish_and_clear();
    }
}

impl Default for Progress {
    fn default() -> Self {
        Self::new()
    }
}
