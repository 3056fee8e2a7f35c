//! The types of JSON Schema (2020-12 validation §6.1.1) as a set.

use tollgate_kit::json::{Kind, Node};

/// Some of the seven types.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Types(u8);

impl Types {
    /// None: no value is valid.
    pub const NONE: Self = Self(0);
    /// `null`
    pub const NULL: Self = Self(1);
    /// `boolean`
    pub const BOOLEAN: Self = Self(2);
    /// `number`, whole or not.
    pub const NUMBER: Self = Self(4);
    /// `string`
    pub const STRING: Self = Self(8);
    /// `array`
    pub const ARRAY: Self = Self(16);
    /// `object`
    pub const OBJECT: Self = Self(32);
    /// `integer`: numbers that are whole, `1.0` included.
    pub const INTEGER: Self = Self(64);
    /// Every value.
    pub const ALL: Self = Self(127);

    /// The names, in the order in which a message lists them.
    pub const NAMES: &'static [(&'static str, Self)] = &[
        ("null", Self::NULL),
        ("boolean", Self::BOOLEAN),
        ("integer", Self::INTEGER),
        ("number", Self::NUMBER),
        ("string", Self::STRING),
        ("array", Self::ARRAY),
        ("object", Self::OBJECT),
    ];

    /// The type that a kind of value has by itself.
    #[must_use]
    pub const fn of(kind: Kind) -> Self {
        match kind {
            Kind::Null => Self::NULL,
            Kind::Bool => Self::BOOLEAN,
            Kind::Number => Self::NUMBER,
            Kind::String => Self::STRING,
            Kind::Array => Self::ARRAY,
            Kind::Object => Self::OBJECT,
        }
    }

    /// Whether `value` is of one of them.
    #[inline]
    #[must_use]
    pub fn admit(self, value: Node<'_>) -> bool {
        self.meet(Self::of(value.kind()))
            || (self.meet(Self::INTEGER)
                && value.as_number().is_some_and(|number| number.is_integer()))
    }

    /// Whether they have one in common.
    #[inline]
    #[must_use]
    pub const fn meet(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Those of either.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Those of both; a number is the integers too.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.whole().0 & other.whole().0)
    }

    /// Those that are not in `other`.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// What a value has to be.
    #[must_use]
    pub fn message(self) -> String {
        let names: Vec<&str> = Self::NAMES
            .iter()
            .filter(|(_, types)| self.meet(*types))
            .map(|(name, _)| *name)
            .collect();
        match names.as_slice() {
            [] => "no value is allowed here".to_owned(),
            [one] => format!("must be of type {one}"),
            _ => format!("must be of type {}", names.join(" or ")),
        }
    }

    const fn whole(self) -> Self {
        if self.meet(Self::NUMBER) {
            self.or(Self::INTEGER)
        } else {
            self
        }
    }
}

impl Default for Types {
    fn default() -> Self {
        Self::ALL
    }
}
