//! Mistakes in a configuration: all of them, each with its path and a hint.
//!
//! A policy that has one fault is refused, and the operator sees the whole list
//! at once. A fault never shows a value that may be secret.
//!
//! Warnings are kept beside them: what a policy asks for and isn't held to. They
//! refuse nothing, and none is ever left out.

use std::cell::RefCell;
use std::fmt;

/// One mistake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Where, as people write it: `rules[2].require.scopes`; empty for the whole.
    pub path: String,
    /// What is wrong and what is expected.
    pub message: String,
    /// How to mend it, where that is known.
    pub hint: Option<String>,
}

/// The mistakes of one configuration and its warnings, in the order of the document.
///
/// Shared by reference while a configuration is read, so that the readers of
/// two elements can both report.
#[derive(Debug, Default)]
pub struct Faults {
    list: RefCell<Vec<Fault>>,
    warnings: RefCell<Vec<Fault>>,
}

// === impl Fault ===

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_empty() {
            write!(f, "error: {}", self.message)?;
        } else {
            write!(f, "error: {}: {}", self.path, self.message)?;
        }
        match &self.hint {
            Some(hint) => write!(f, "\n  hint: {hint}"),
            None => Ok(()),
        }
    }
}

// === impl Faults ===

impl Faults {
    /// No mistakes yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a mistake at `path`.
    pub fn add(&self, path: &str, message: impl Into<String>) {
        self.push(Fault {
            path: path.to_owned(),
            message: message.into(),
            hint: None,
        });
    }

    /// Adds a mistake at `path` with the way to mend it.
    pub fn add_with_hint(&self, path: &str, message: impl Into<String>, hint: impl Into<String>) {
        self.push(Fault {
            path: path.to_owned(),
            message: message.into(),
            hint: Some(hint.into()),
        });
    }

    /// Adds a mistake.
    pub fn push(&self, fault: Fault) {
        if let Ok(mut list) = self.list.try_borrow_mut() {
            list.push(fault);
        }
    }

    /// Adds a warning.
    pub fn warn(&self, warning: Fault) {
        if let Ok(mut warnings) = self.warnings.try_borrow_mut() {
            warnings.push(warning);
        }
    }

    /// The warnings, in the order of the document; none are left.
    #[must_use]
    pub fn take_warnings(&self) -> Vec<Fault> {
        let warnings = self.warnings.try_borrow_mut();
        warnings.map_or_else(
            |_| Vec::new(),
            |mut warnings| std::mem::take(&mut *warnings),
        )
    }

    /// Whether there is no mistake.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.try_borrow().is_ok_and(|list| list.is_empty())
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.list.try_borrow().map_or(0, |list| list.len())
    }

    /// The mistakes, in the order of the document.
    #[must_use]
    pub fn into_vec(self) -> Vec<Fault> {
        self.list.into_inner()
    }

    /// `value` if nothing was wrong, else the mistakes.
    pub fn finish<T>(self, value: Option<T>) -> Result<T, Self> {
        match value {
            Some(value) if self.is_empty() => Ok(value),
            Some(_) => Err(self),
            None => {
                if self.is_empty() {
                    self.add("", "the configuration could not be compiled");
                }
                Err(self)
            }
        }
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Ok(list) = self.list.try_borrow() else {
            return Err(fmt::Error);
        };
        for fault in list.iter() {
            writeln!(f, "{fault}")?;
        }
        let noun = if list.len() == 1 { "fault" } else { "faults" };
        write!(f, "{} {noun}; policy refused", list.len())
    }
}

/// The name in `known` that `name` is most likely a misspelling of.
#[must_use]
pub fn nearest<'k>(name: &str, known: &[&'k str]) -> Option<&'k str> {
    let most = name.chars().count().checked_div(3)?.clamp(1, 3);
    known
        .iter()
        .map(|candidate| {
            (
                distance(&name.to_lowercase(), &candidate.to_lowercase()),
                *candidate,
            )
        })
        .filter(|(distance, _)| *distance <= most)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Levenshtein's distance in characters.
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, from) in left.chars().enumerate() {
        let mut diagonal = i;
        let mut before = i.saturating_add(1);
        let mut next = vec![before];
        for (to, above) in right.iter().zip(row.iter().skip(1)) {
            let change = diagonal.saturating_add(usize::from(from != *to));
            before = change
                .min(above.saturating_add(1))
                .min(before.saturating_add(1));
            next.push(before);
            diagonal = *above;
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_name_finds_its_neighbour() {
        assert_eq!(
            nearest("clock_skews", &["clock", "clock_skew"]),
            Some("clock_skew")
        );
        assert_eq!(nearest("issuer", &["audiences"]), None);
    }

    #[test]
    fn the_distance_counts_single_edits() {
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("abc", "abc"), 0);
    }

    #[test]
    fn faults_print_with_path_and_hint() {
        let faults = Faults::new();
        faults.add("providers[0].issuer", "expected a non-empty text");
        faults.add_with_hint(
            "providers[1].clock_skews",
            "unknown field",
            "did you mean `clock_skew`?",
        );
        assert_eq!(
            faults.to_string(),
            "error: providers[0].issuer: expected a non-empty text\n\
             error: providers[1].clock_skews: unknown field\n  hint: did you mean `clock_skew`?\n\
             2 faults; policy refused"
        );
    }
}
