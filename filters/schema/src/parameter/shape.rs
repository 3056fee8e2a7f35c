//! What the values of a schema can look like, as far as it decides how a text is
//! read. A schema with choices may have several shapes at once.

use crate::validator::Types;

/// Some shapes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shape {
    /// The primitives that it may be.
    pub scalar: Types,
    /// What the elements are, where it may be an array.
    pub items: Option<Box<Shape>>,
    /// What the members are, where it may be an object.
    pub members: Option<Box<Members>>,
}

/// The members of an object.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Members {
    /// Those that are documented by name.
    pub named: Vec<(Box<str>, Shape)>,
    /// What others are, where the schema says that there may be any.
    pub others: Option<Shape>,
}

// === impl Shape ===

impl Shape {
    /// A text, or what looks like another primitive.
    pub const ANY_SCALAR: Self = Self::scalar(SCALARS);

    /// A text.
    pub const TEXT: Self = Self::scalar(Types::STRING);

    /// A primitive of these types.
    #[must_use]
    pub const fn scalar(types: Types) -> Self {
        Self {
            scalar: types,
            items: None,
            members: None,
        }
    }

    /// Whether it may be a primitive.
    #[must_use]
    pub const fn is_scalar(&self) -> bool {
        !self.scalar.is_empty()
    }

    /// Whether it may be an array of primitives.
    #[must_use]
    pub fn is_list(&self) -> bool {
        self.items.as_ref().is_some_and(|items| items.is_scalar())
    }

    /// The shapes of either.
    #[must_use]
    pub fn or(mut self, other: Self) -> Self {
        self.scalar = self.scalar.or(other.scalar);
        self.items = match (self.items, other.items) {
            (Some(own), Some(other)) => Some(Box::new(own.or(*other))),
            (own, other) => own.or(other),
        };
        self.members = match (self.members, other.members) {
            (Some(own), Some(other)) => Some(Box::new(own.or(*other))),
            (own, other) => own.or(other),
        };
        self
    }
}

// === impl Members ===

impl Members {
    /// Any, of which nothing is said.
    #[must_use]
    pub fn any() -> Self {
        Self {
            named: Vec::new(),
            others: Some(Shape::TEXT),
        }
    }

    /// Whether a member of this name is documented by it.
    #[must_use]
    pub fn names(&self, name: &str) -> bool {
        self.named.iter().any(|(known, _)| **known == *name)
    }

    /// What the member of a name is.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Shape> {
        let named = self.named.iter().find(|(known, _)| **known == *name);
        named.map(|(_, shape)| shape).or(self.others.as_ref())
    }

    /// The members of either.
    #[must_use]
    pub fn or(mut self, other: Self) -> Self {
        for (name, shape) in other.named {
            self.add(&name, shape);
        }
        self.others = match (self.others, other.others) {
            (Some(own), Some(other)) => Some(own.or(other)),
            (own, other) => own.or(other),
        };
        self
    }

    /// Says what members that aren't named may be besides.
    pub fn add_others(&mut self, shape: Shape) {
        self.others = Some(match self.others.take() {
            Some(known) => known.or(shape),
            None => shape,
        });
    }

    /// Says what a member may be besides.
    pub fn add(&mut self, name: &str, shape: Shape) {
        match self.named.iter_mut().find(|(known, _)| **known == *name) {
            Some((_, known)) => *known = std::mem::take(known).or(shape),
            None => self.named.push((name.into(), shape)),
        }
    }
}

/// The types of primitives.
pub const SCALARS: Types = Types::ALL.without(Types::ARRAY.or(Types::OBJECT));
