//! Where signatures are looked for: names and values of the query, captures of the
//! path, strings and names of a body, all decoded.

use super::{Category, prose};
use crate::api::Operation;
use crate::budget::{Budget, Exhausted};
use crate::parameter::Location;
use crate::parameters;
use crate::settings::{Settings, Where};
use crate::validator::{Step, Trail};
use tollgate_kit::json::{Node, Value};
use tollgate_kit::pairs::{self, Encoding, Pairs};
use tollgate_kit::verdict::{Mode, Place};

/// What speaks against a message.
#[derive(Debug)]
pub struct Suspicion {
    /// What it is.
    pub cause: Cause,
    /// Whether the message is refused for it.
    pub mode: Mode,
}

/// Why a message is suspicious.
#[derive(Debug)]
pub enum Cause {
    /// A text has a signature of this. A name that has is part of no place: it is
    /// the client's text.
    Signature(Category, Place),
    /// The look at it had to end early.
    Exhausted(Exhausted),
}

/// A look for signatures. The first that is refused counts, else the first that is
/// only reported.
#[derive(Debug)]
pub struct Scan<'s> {
    settings: &'s Settings,
    budget: Budget,
    found: Option<Suspicion>,
}

impl<'s> Scan<'s> {
    /// What is found by the settings of an operation, within a budget of its own.
    pub fn run(
        settings: &'s Settings,
        look: impl FnOnce(&mut Self) -> Result<(), Exhausted>,
    ) -> Option<Suspicion> {
        let mut scan = Self {
            settings,
            budget: Budget::new(settings.limits.work),
            found: None,
        };
        let looked = look(&mut scan);
        let mode = scan.open_mode();
        match (looked, mode) {
            (Err(exhausted), Some(mode)) => Some(Suspicion {
                cause: Cause::Exhausted(exhausted),
                mode,
            }),
            (Ok(()), _) | (_, None) => scan.found,
        }
    }

    /// Looks at a query.
    ///
    /// # Errors
    /// As all looks: where the budget ends first.
    pub fn query(&mut self, query: Option<&[u8]>) -> Result<(), Exhausted> {
        if !self.looks(Where::Query) {
            return Ok(());
        }
        for (name, value) in Pairs::of_query(query) {
            let place = || Place::Parameter("query".to_owned());
            self.text(&pairs::decode_loosely(name, Encoding::Form), place)?;
            let place = || Place::Parameter(parameters::label(Location::Query, name));
            self.text(&pairs::decode_loosely(value, Encoding::Form), place)?;
        }
        Ok(())
    }

    /// Looks at what the path of an operation captured.
    ///
    /// # Errors
    /// Where the budget ends first.
    pub fn captures(&mut self, operation: &Operation, captures: &[&[u8]]) -> Result<(), Exhausted> {
        let parameters = operation.parameters.iter();
        let in_path = parameters.filter(|parameter| parameter.location == Location::Path);
        let mut pairs = captures.iter().zip(in_path);
        pairs.try_for_each(|(capture, parameter)| self.segment(capture, &parameter.label))
    }

    /// Looks at a path that isn't documented.
    ///
    /// # Errors
    /// Where the budget ends first.
    pub fn path(&mut self, path: &[u8]) -> Result<(), Exhausted> {
        let mut segments = path.split(|byte| *byte == b'/');
        segments.try_for_each(|segment| self.segment(segment, "path"))
    }

    fn segment(&mut self, segment: &[u8], label: &str) -> Result<(), Exhausted> {
        if !self.looks(Where::Path) {
            return Ok(());
        }
        let text = pairs::decode_loosely(segment, Encoding::Percent);
        self.text(&text, || Place::Parameter(label.to_owned()))
    }

    /// Looks at a body.
    ///
    /// # Errors
    /// Where the budget ends first.
    pub fn body(&mut self, root: Node<'_>) -> Result<(), Exhausted> {
        if !self.looks(Where::Body) {
            return Ok(());
        }
        self.budget.spend_on_text(root.source().len())?;
        // Most bodies have nothing that needs a place.
        match root.texts().all(|text| prose::is_harmless(text.as_bytes())) {
            true => Ok(()),
            false => self.node(root, &Trail::root(Step::Body)),
        }
    }

    /// A value and what is in it, which is no deeper than documents may be.
    fn node(&mut self, node: Node<'_>, trail: &Trail<'_>) -> Result<(), Exhausted> {
        match node.value() {
            Value::Null | Value::Bool(_) | Value::Number(_) => Ok(()),
            Value::String(text) => self.text(text.as_bytes(), || trail.place()),
            Value::Array(array) => {
                let mut elements = array.iter().enumerate();
                elements.try_for_each(|(at, element)| {
                    self.node(element, &trail.then(Step::Element(at)))
                })
            }
            Value::Object(object) => object.iter().try_for_each(|(name, value)| {
                self.text(name.as_bytes(), || trail.place())?;
                self.node(value, &trail.then(Step::Member(name)))
            }),
        }
    }

    /// A text. Its place is made where something was found only.
    fn text(&mut self, text: &[u8], place: impl Fn() -> Place) -> Result<(), Exhausted> {
        self.budget.spend_on_text(text.len())?;
        if prose::is_harmless(text) {
            return Ok(());
        }
        for category in Category::ALL {
            let Some(mode) = self.wanted(category) else {
                continue;
            };
            if category.matches(text, &mut self.budget)? {
                self.found = Some(Suspicion {
                    cause: Cause::Signature(category, place()),
                    mode,
                });
            }
        }
        Ok(())
    }

    /// The mode of a category that is still worth looking for.
    fn wanted(&self, category: Category) -> Option<Mode> {
        let mode = self.settings.injection_mode(category)?;
        let known = self.found.as_ref().map(|finding| finding.mode);
        match (known, mode) {
            (None, _) | (Some(Mode::Report), Mode::Enforce) => Some(mode),
            (Some(Mode::Enforce), _) | (Some(Mode::Report), Mode::Report) => None,
        }
    }

    /// The strictest mode of what is still worth looking for.
    fn open_mode(&self) -> Option<Mode> {
        let modes = Category::ALL.into_iter();
        let wanted = modes.filter_map(|category| self.wanted(category));
        wanted.reduce(|one, other| match one {
            Mode::Enforce => one,
            Mode::Report => other,
        })
    }

    fn looks(&self, place: Where) -> bool {
        self.settings.injection.places.contains(&place) && self.open_mode().is_some()
    }
}
