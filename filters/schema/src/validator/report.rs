//! What is said of a value that isn't valid: places and constraints, never
//! values (RFC 9457 §3.1.5 calls such members extensions).

use std::fmt::Write;
use tollgate_kit::json::escape_token;
use tollgate_kit::problem::MAX_ERRORS;
use tollgate_kit::verdict::{Place, Violation};

/// The violations found so far.
#[derive(Debug, Default)]
pub struct Report {
    violations: Vec<Violation>,
}

/// The way from the root of a value to a part of it.
#[derive(Debug, Clone, Copy)]
pub struct Trail<'t> {
    parent: Option<&'t Trail<'t>>,
    step: Step<'t>,
}

/// One step of the way.
#[derive(Debug, Clone, Copy)]
pub enum Step<'t> {
    /// The root of a body.
    Body,
    /// The root of a parameter, by its name: `query.limit`.
    Parameter(&'t str),
    /// A member of an object.
    Member(&'t str),
    /// An element of an array.
    Element(usize),
}

// === impl Report ===

impl Report {
    /// Adds a violation at the end of `trail`.
    pub fn add(&mut self, trail: &Trail<'_>, keyword: &'static str, message: impl Into<String>) {
        if self.is_full() {
            return;
        }
        self.violations.push(Violation {
            place: trail.place(),
            keyword,
            message: message.into(),
        });
    }

    /// Adds what was found elsewhere.
    pub fn extend(&mut self, violations: Vec<Violation>) {
        self.violations.extend(violations);
        self.violations.truncate(MAX_ERRORS);
    }

    /// Whether nothing was found.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.violations.is_empty()
    }

    /// Whether no more will be shown.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.violations.len() >= MAX_ERRORS
    }

    /// The violations by place, then keyword.
    #[must_use]
    pub fn finish(self) -> Vec<Violation> {
        // So few that a sort is longer than what it saves.
        let mut sorted = Vec::with_capacity(self.violations.len());
        for violation in self.violations {
            if let Err(at) = sorted.binary_search(&violation) {
                sorted.insert(at, violation);
            }
        }
        sorted
    }
}

// === impl Trail ===

impl<'t> Trail<'t> {
    /// The root.
    #[must_use]
    pub const fn root(step: Step<'t>) -> Self {
        Self { parent: None, step }
    }

    /// One step on.
    #[must_use]
    pub const fn then<'s>(&'s self, step: Step<'s>) -> Trail<'s>
    where
        't: 's,
    {
        Trail {
            parent: Some(self),
            step,
        }
    }

    /// The place in words. Names that the client chose could be of any length,
    /// so that a pointer ends early where it would grow too long.
    #[must_use]
    pub fn place(&self) -> Place {
        let mut steps = Vec::new();
        let mut here = Some(self);
        while let Some(trail) = here {
            steps.push(trail.step);
            here = trail.parent;
        }
        let mut pointer = String::new();
        for step in steps.into_iter().rev() {
            let before = pointer.len();
            match step {
                Step::Body => {}
                Step::Parameter(name) => return Place::Parameter(name.to_owned()),
                Step::Member(name) => {
                    pointer.push('/');
                    pointer.push_str(&escape_token(name));
                }
                // Writing to a `String` cannot fail.
                Step::Element(index) => drop(write!(pointer, "/{index}")),
            }
            if pointer.len() > MAX_POINTER {
                pointer.truncate(before);
                break;
            }
        }
        Place::Pointer(pointer)
    }
}

const MAX_POINTER: usize = 256;
