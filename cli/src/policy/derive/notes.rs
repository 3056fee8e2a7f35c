//! What is to be said about a document's `security`.

use tollgate_kit::faults::Fault;

/// Mistakes and warnings, each once.
#[derive(Debug, Default)]
pub struct Notes {
    /// For these the policy is refused.
    pub faults: Vec<Fault>,
    /// These are for a second look.
    pub warnings: Vec<Fault>,
}

// === impl Notes ===

impl Notes {
    /// Adds a mistake. Operations share what the document says once for all of
    /// them: of two about one place the first is kept.
    pub fn fault(&mut self, path: &str, message: impl Into<String>, hint: Option<&str>) {
        let fault = note(path, message, hint);
        let known = |other: &Fault| (&other.path, &other.message) == (&fault.path, &fault.message);
        if !self.faults.iter().any(known) {
            self.faults.push(fault);
        }
    }

    /// Adds a warning.
    pub fn warning(&mut self, path: &str, message: impl Into<String>, hint: &str) {
        self.warnings.push(note(path, message, Some(hint)));
    }
}

fn note(path: &str, message: impl Into<String>, hint: Option<&str>) -> Fault {
    Fault {
        path: path.to_owned(),
        message: message.into(),
        hint: hint.map(str::to_owned),
    }
}
