//! Names within one object: whether one comes twice, and where one stands.
//! Up to 32 members are compared one by one, behind a 64-bit mask that most new
//! names pass at once. Larger objects are sorted when they end, without a
//! hash table that chosen names could flood, and stay searchable by that order.

use std::cmp::Ordering;

use super::node::Node;
use super::slots::{Slot, Store, Tag};
use super::tape::Tape;
use crate::fields::same;

/// Objects with more members than this are sorted.
pub(super) const FEW: u32 = 32;

/// Summary of a name: two names with different ones differ.
#[inline]
pub(super) fn mix(name: &[u8]) -> u32 {
    let ends = match (name.first_chunk::<4>(), name.last_chunk::<4>()) {
        (Some(first), Some(last)) => {
            let spread = u32::from_le_bytes(*first).wrapping_mul(0x9E37_79B1);
            spread ^ u32::from_le_bytes(*last)
        }
        _ => name
            .iter()
            .fold(0, |word, byte| word << 8 | u32::from(*byte)),
    };
    // The upper bits, which choose the bit of the mask, depend on all others.
    (ends ^ name.len() as u32).wrapping_mul(0x85EB_CA6B)
}

/// The bit of a mix in an object's mask.
#[inline]
pub(super) fn bit(mix: u32) -> u64 {
    1_u64.wrapping_shl(mix >> 26)
}

/// The value of the member called `name`.
pub(super) fn find<'a>(object: Node<'a>, name: &str) -> Option<Node<'a>> {
    let slot = object.slot();
    let tape = object.tape;
    let end = tape.slot(slot.link.wrapping_sub(1));
    if end.len > 0 {
        return find_sorted(tape, tape.order(end.link, end.len), name);
    }
    let wanted = mix(name.as_bytes());
    let mut index = object.index.wrapping_add(1);
    let mut members = tape.slots(index, slot.link.wrapping_sub(1));
    while let [entry, value, ..] = members {
        if could_be(*entry, wanted, name) && same(tape.string(*entry).as_bytes(), name.as_bytes()) {
            return Some(Node::new(tape, index.wrapping_add(1)));
        }
        let taken = if value.tag.nests() {
            value.link.wrapping_sub(index)
        } else {
            2
        };
        index = index.wrapping_add(taken);
        members = members.get(taken as usize..).unwrap_or_default();
    }
    None
}

fn find_sorted<'a>(tape: &'a Tape, order: &[u32], name: &str) -> Option<Node<'a>> {
    let wanted = (mix(name.as_bytes()), name);
    let key = |index: &u32| {
        let text = tape.string(tape.slot(*index));
        (mix(text.as_bytes()), text)
    };
    let at = order
        .binary_search_by(|index| key(index).cmp(&wanted))
        .ok()?;
    let index = order.get(at)?;
    Some(Node::new(tape, index.wrapping_add(1)))
}

/// Whether the name in `slot` isn't ruled out by what the slot itself says.
#[inline]
fn could_be(slot: Slot, mix: u32, name: &str) -> bool {
    let plain = slot.tag == Tag::Plain && slot.link == mix;
    (plain || slot.tag == Tag::Escaped) && slot.len as usize == name.len()
}

impl Store {
    /// The slot of the name that the last slot repeats, in the object at `open`.
    pub(super) fn earlier(&self, text: &str, open: u32) -> Option<u32> {
        let last = self.next().wrapping_sub(1);
        let name = self.string(text, self.slot(last));
        let wanted = mix(name.as_bytes());
        let mut index = open.wrapping_add(1);
        while index < last {
            let entry = self.slot(index);
            if could_be(entry, wanted, name)
                && same(self.string(text, entry).as_bytes(), name.as_bytes())
            {
                return Some(index);
            }
            index = self.after_member(index);
        }
        None
    }

    /// Marks the name at `index` as replaced.
    pub(super) fn shadow(&mut self, index: u32) {
        if let Some(slot) = self.slots.get_mut(index as usize) {
            slot.tag = Tag::Shadowed;
        }
    }

    /// Appends the order of the object at `open`, which has all its members.
    pub(super) fn sort(&mut self, text: &str, open: u32) {
        let start = self.order.len();
        let mut index = open.wrapping_add(1);
        while index < self.next() {
            if self.slot(index).tag != Tag::Shadowed {
                self.order.push(index);
            }
            index = self.after_member(index);
        }
        // Taken out, so that the comparison can read the store.
        let mut order = std::mem::take(&mut self.order);
        if let Some(names) = order.get_mut(start..) {
            names.sort_unstable_by(|left, right| {
                self.compare(text, *left, *right).then(left.cmp(right))
            });
        }
        self.order = order;
    }

    /// Removes from the order from `start` on all but the last of each name,
    /// and gives the first one that was repeated, with how many were removed.
    pub(super) fn deduplicate(&mut self, text: &str, start: usize) -> Option<(u32, u32)> {
        let mut order = std::mem::take(&mut self.order);
        let mut removed: u32 = 0;
        let mut repeated: Option<u32> = None;
        let mut kept = start;
        for at in start..order.len() {
            let Some(index) = order.get(at).copied() else {
                break;
            };
            let next = order.get(at.wrapping_add(1)).copied();
            match next.filter(|next| self.compare(text, index, *next) == Ordering::Equal) {
                Some(next) => {
                    repeated = Some(repeated.map_or(next, |first| first.min(next)));
                    removed = removed.wrapping_add(1);
                    self.shadow(index);
                }
                None => {
                    if let Some(place) = order.get_mut(kept) {
                        *place = index;
                    }
                    kept = kept.wrapping_add(1);
                }
            }
        }
        order.truncate(kept);
        self.order = order;
        repeated.map(|index| (index, removed))
    }

    fn compare(&self, text: &str, left: u32, right: u32) -> Ordering {
        let key = |index: u32| {
            let name = self.string(text, self.slot(index));
            (mix(name.as_bytes()), name)
        };
        key(left).cmp(&key(right))
    }

    /// The slot after the member whose name is at `index`.
    fn after_member(&self, index: u32) -> u32 {
        let value = index.wrapping_add(1);
        let slot = self.slot(value);
        if slot.tag.nests() {
            slot.link
        } else {
            value.wrapping_add(1)
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::json::{DuplicateKeys, ErrorKind, Limits, Tape};

    const LAST_WINS: Limits = Limits {
        duplicate_keys: DuplicateKeys::LastWins,
        ..Limits::DEFAULT
    };

    /// An object with the members `"k0":0`, `"k1":1`, and so on, and then `more`.
    fn object(members: usize, more: &str) -> String {
        let numbered: String = (0..members).map(|at| format!("\"k{at}\":{at},")).collect();
        format!("{{{numbered}{more}}}")
    }

    #[test]
    fn a_second_member_of_a_name_is_refused_at_its_offset() {
        for members in [1, 2, 30, 31, 32, 33, 34, 64, 65, 300] {
            for name in ["\"k0\"", "\"\\u006b0\"", "\"\\u006B\\u0030\""] {
                let source = object(members, &format!("{name}:null"));
                let error = Tape::new()
                    .parse(source.as_bytes(), &Limits::DEFAULT)
                    .unwrap_err();
                assert_eq!(error.kind, ErrorKind::DuplicateKey);
                assert_eq!(error.offset, source.len() - name.len() - 6);
            }
        }
    }

    #[test]
    fn the_first_repetition_of_a_large_object_is_the_one_reported() {
        let tail = "\"k5\":0,\"k1\":0,\"k5\":0,\"k3\":0";
        let source = object(50, tail);
        let error = Tape::new()
            .parse(source.as_bytes(), &Limits::DEFAULT)
            .unwrap_err();
        assert_eq!(error.offset, source.len() - tail.len() - 1);
    }

    #[test]
    fn names_are_told_apart_within_one_object_only() {
        let source = r#"{"a":{"a":[{"a":1},{"a":2}]},"b":{"a":3}}"#;
        assert!(
            Tape::new()
                .parse(source.as_bytes(), &Limits::DEFAULT)
                .is_ok()
        );
    }

    #[test]
    fn the_last_of_a_name_wins_once_in_every_size() {
        for members in [1, 31, 32, 33, 40, 100] {
            let source = object(members, r#""k0":"x","\u006b0":["y"],"z":1,"k0":"last""#);
            let mut tape = Tape::new();
            let root = tape.parse(source.as_bytes(), &LAST_WINS).unwrap().root();
            let object = root.as_object().unwrap();
            assert_eq!(object.len(), members + 1);
            assert_eq!(object.iter().len(), members + 1);
            let names: Vec<&str> = object.iter().map(|(name, _)| name).collect();
            assert_eq!(names.len(), members + 1);
            assert_eq!(names[members..], ["k0"]);
            assert_eq!(names.iter().filter(|name| **name == "k0").count(), 1);
            assert_eq!(object.get("k0").unwrap().as_str(), Some("last"));
            for (name, value) in object {
                assert!(object.get(name).unwrap().equals(value));
            }
        }
    }

    #[test]
    fn look_ups_find_what_is_there_and_nothing_else() {
        for members in [0, 1, 32, 33, 500] {
            let source = object(
                members,
                "\"\":-1,\"nested\":{\"inner\":[{}]},\"\\u00e9t\\u00e9\":-2",
            );
            let mut tape = Tape::new();
            let root = tape
                .parse(source.as_bytes(), &Limits::DEFAULT)
                .unwrap()
                .root();
            for at in 0..members {
                let number = root.get(&format!("k{at}")).unwrap().as_number().unwrap();
                assert_eq!(number.as_u64(), Some(at as u64));
            }
            assert_eq!(root.get("").unwrap().source(), "-1");
            assert_eq!(root.get("\u{e9}t\u{e9}").unwrap().source(), "-2");
            for absent in ["k", "K0", "inner", "k00", "nested ", &format!("k{members}")] {
                assert!(root.get(absent).is_none(), "{absent}");
            }
        }
    }
}
