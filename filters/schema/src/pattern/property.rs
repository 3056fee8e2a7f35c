//! What `\p{…}` stands for (ECMA-262 §22.2.1, tables 69 to 71): the general category,
//! the script and its extensions, and what characters have or have not.

use super::class::Class;

// The tables are sorted by name; what they name begins in `SETS`.
include!(concat!(env!("OUT_DIR"), "/properties.rs"));

/// A property whose name is known.
pub(super) enum Property {
    /// The characters between two, both ends in.
    Range(u32, u32),
    /// Those of general categories, a bit a category.
    Categories(u32),
    /// Where their set begins.
    Set(u16),
}

impl Property {
    /// What stands between the braces: names are told apart by case.
    pub(super) fn named(text: &str) -> Option<Self> {
        match text.split_once('=') {
            None => Self::lone(text),
            Some(("General_Category" | "gc", value)) => {
                find(CATEGORIES, value).map(Self::Categories)
            }
            Some(("Script" | "sc", value)) => find(SCRIPTS, value).map(|(own, _)| Self::Set(own)),
            Some(("Script_Extensions" | "scx", value)) => {
                find(SCRIPTS, value).map(|(_, extended)| Self::Set(extended))
            }
            Some(_) => None,
        }
    }

    fn lone(name: &str) -> Option<Self> {
        match name {
            "Any" => Some(Self::Range(0, u32::from(char::MAX))),
            "ASCII" => Some(Self::Range(0, 0x7F)),
            "Assigned" => find(CATEGORIES, "Cn").map(|none| Self::Categories(!none)),
            _ => find(CATEGORIES, name)
                .map(Self::Categories)
                .or_else(|| find(BINARY, name).map(Self::Set)),
        }
    }

    /// The characters that have it.
    pub(super) fn class(&self) -> Class {
        match self {
            Self::Range(from, to) => Class::range(*from, *to),
            Self::Categories(bits) => {
                let sets = CATEGORY_SETS.iter().enumerate();
                let sets = sets.filter(|(at, _)| bits >> at & 1 == 1);
                Class::union(sets.flat_map(|(_, set)| ranges(*set)).collect())
            }
            Self::Set(set) => Class::union(ranges(*set)),
        }
    }
}

fn find<T: Copy>(table: &[(&str, T)], name: &str) -> Option<T> {
    let at = table.binary_search_by_key(&name, |(known, _)| known);
    at.ok()
        .and_then(|at| table.get(at))
        .map(|(_, found)| *found)
}

/// The ranges of a set, as `build.rs` writes them.
fn ranges(set: u16) -> Vec<(u32, u32)> {
    let mut bytes = SETS.get(usize::from(set)..).unwrap_or_default();
    let mut next = 0_u32;
    let count = number(&mut bytes);
    let range = |_| {
        let both = byte(&mut bytes);
        let from = next.saturating_add(part(both >> 4, &mut bytes));
        let to = from.saturating_add(part(both & 15, &mut bytes));
        next = to.saturating_add(1);
        (from, to)
    };
    (0..count).map(range).collect()
}

/// Half a byte, or a number that is none of one.
fn part(half: u8, bytes: &mut &[u8]) -> u32 {
    match half {
        15 => number(bytes),
        part => part.into(),
    }
}

/// Seven bits a byte, the lowest first; all but the last byte have the eighth.
fn number(bytes: &mut &[u8]) -> u32 {
    let mut value = 0;
    for shift in [0, 7, 14, 21] {
        let byte = byte(bytes);
        value |= u32::from(byte & 0x7F) << shift;
        if byte < 0x80 {
            break;
        }
    }
    value
}

fn byte(bytes: &mut &[u8]) -> u8 {
    let Some((first, rest)) = bytes.split_first() else {
        return 0;
    };
    *bytes = rest;
    *first
}
