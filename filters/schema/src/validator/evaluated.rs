//! Which members of an object, or elements of an array, the keywords of a schema
//! were applied to (2020-12 core §11). Kept only where `unevaluatedProperties` or
//! `unevaluatedItems` asks for it.

/// Places by their order in the value.
#[derive(Debug)]
pub struct Evaluated {
    marks: Vec<bool>,
    all: bool,
}

impl Evaluated {
    /// None of `count`.
    #[must_use]
    pub fn none_of(count: usize) -> Self {
        Self {
            marks: vec![false; count],
            all: false,
        }
    }

    /// Adds the one at `place`.
    pub fn add(&mut self, place: usize) {
        if let Some(mark) = self.marks.get_mut(place) {
            *mark = true;
        }
    }

    /// Adds the first `count`.
    pub fn add_first(&mut self, count: usize) {
        self.marks
            .iter_mut()
            .take(count)
            .for_each(|mark| *mark = true);
    }

    /// Adds every one.
    pub fn add_all(&mut self) {
        self.all = true;
    }

    /// Whether the one at `place` is among them.
    #[must_use]
    pub fn has(&self, place: usize) -> bool {
        self.all || self.marks.get(place).copied().unwrap_or(false)
    }

    /// Whether nothing can be added.
    #[must_use]
    pub fn has_all(&self) -> bool {
        self.all
    }
}
