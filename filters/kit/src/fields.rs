//! A header map as the host hands it over: names and values are bytes.
//!
//! The wire form of the proxy-wasm ABI is kept as it came and read through
//! spans, so that a map of twenty fields costs one allocation to look at. Edits
//! go to the end of the buffer.

use crate::verdict::{Edit, Edits};

/// The fields of a request, a response or their trailers, in order.
#[derive(Debug, Clone, Default)]
pub struct Fields {
    bytes: Vec<u8>,
    spans: Vec<Span>,
}

#[derive(Debug, Clone, Copy)]
struct Span {
    name: (usize, usize),
    value: (usize, usize),
}

impl Fields {
    /// Reads the ABI's form: a count, a pair of lengths for each field, then each
    /// name and value with a NUL behind it, all numbers 32 bits little-endian.
    /// `None` where the bytes don't add up.
    #[must_use]
    pub fn from_wire(bytes: Vec<u8>) -> Option<Self> {
        if bytes.is_empty() {
            return Some(Self::default());
        }
        let count = number(&bytes, 0)?;
        let mut lengths_at = 4usize;
        let mut at = count.checked_mul(8)?.checked_add(4)?;
        let mut spans = Vec::with_capacity(count.min(256));
        for _ in 0..count {
            let name = number(&bytes, lengths_at)?;
            let value = number(&bytes, lengths_at.checked_add(4)?)?;
            lengths_at = lengths_at.checked_add(8)?;
            let name = (at, at.checked_add(name)?);
            let value_at = name.1.checked_add(1)?;
            let value = (value_at, value_at.checked_add(value)?);
            at = value.1.checked_add(1)?;
            spans.push(Span { name, value });
        }
        (at <= bytes.len()).then_some(Self { bytes, spans })
    }

    /// Fields from names and values, for replies and tests.
    pub fn from_pairs<N: AsRef<[u8]>, V: AsRef<[u8]>>(
        pairs: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        let mut fields = Self::default();
        for (name, value) in pairs {
            fields.append(name.as_ref(), value.as_ref());
        }
        fields
    }

    /// The ABI's form of the fields as they are.
    #[must_use]
    pub fn to_wire(&self) -> Vec<u8> {
        // A pair of lengths and two NULs for each, which appended fields don't have yet.
        let more = self.spans.len().saturating_mul(10).saturating_add(4);
        let mut wire = Vec::with_capacity(self.bytes.len().saturating_add(more));
        push_number(&mut wire, self.spans.len());
        for (name, value) in self.iter() {
            push_number(&mut wire, name.len());
            push_number(&mut wire, value.len());
        }
        for (name, value) in self.iter() {
            wire.extend_from_slice(name);
            wire.push(0);
            wire.extend_from_slice(value);
            wire.push(0);
        }
        wire
    }

    /// Names and values in order.
    pub fn iter(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.spans
            .iter()
            .map(|span| (self.slice(span.name), self.slice(span.value)))
    }

    /// The first value of `name` (lower case).
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&[u8]> {
        let span = self
            .spans
            .iter()
            .find(|span| same(self.slice(span.name), name.as_bytes()))?;
        Some(self.slice(span.value))
    }

    /// The first value of `name` as text; `None` also where it isn't UTF-8.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name)
            .and_then(|value| std::str::from_utf8(value).ok())
    }

    /// The elements of a field that is a list, over all its lines (RFC 9110 §5.6.1).
    pub fn elements<'f>(&'f self, name: &'f str) -> impl Iterator<Item = &'f [u8]> {
        let lines = self.get_all(name);
        let elements = lines.flat_map(|line| line.split(|byte| *byte == b','));
        elements.map(<[u8]>::trim_ascii)
    }

    /// Every value of `name` (lower case), in order.
    pub fn get_all<'f>(&'f self, name: &'f str) -> impl Iterator<Item = &'f [u8]> {
        self.spans
            .iter()
            .filter(move |span| same(self.slice(span.name), name.as_bytes()))
            .map(|span| self.slice(span.value))
    }

    /// Whether there is a field `name`.
    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// How many fields there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.spans.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// Puts a field behind the others.
    pub fn append(&mut self, name: &[u8], value: &[u8]) {
        let name = self.keep(name);
        let value = self.keep(value);
        self.spans.push(Span { name, value });
    }

    /// Makes `value` the only value of `name`, in the place of the first.
    pub fn set(&mut self, name: &[u8], value: &[u8]) {
        let value = self.keep(value);
        let mut found = false;
        let bytes = &self.bytes;
        self.spans.retain_mut(|span| {
            if !same(
                bytes.get(span.name.0..span.name.1).unwrap_or_default(),
                name,
            ) {
                return true;
            }
            span.value = value;
            !std::mem::replace(&mut found, true)
        });
        if !found {
            let name = self.keep(name);
            self.spans.push(Span { name, value });
        }
    }

    /// Takes every field `name` out.
    pub fn remove(&mut self, name: &[u8]) {
        let bytes = &self.bytes;
        self.spans.retain(|span| {
            !same(
                bytes.get(span.name.0..span.name.1).unwrap_or_default(),
                name,
            )
        });
    }

    /// Does what `edits` say, in their order.
    pub fn apply(&mut self, edits: &Edits) {
        // Once for all, rather than a little more for each.
        self.spans.reserve(edits.len());
        self.bytes.reserve(edits.text_len());
        for edit in edits.iter() {
            match edit {
                Edit::Set(name, value) => self.set(name.as_bytes(), value),
                Edit::Append(name, value) => self.append(name.as_bytes(), value),
                Edit::Remove(name) => self.remove(name.as_bytes()),
            }
        }
    }

    fn slice(&self, (from, to): (usize, usize)) -> &[u8] {
        self.bytes.get(from..to).unwrap_or_default()
    }

    fn keep(&mut self, text: &[u8]) -> (usize, usize) {
        let from = self.bytes.len();
        self.bytes.extend_from_slice(text);
        (from, self.bytes.len())
    }
}

/// Equality by words, of which the last may overlap the one before: wasi-libc's
/// `memcmp` goes byte by byte.
#[must_use]
pub fn same(left: &[u8], right: &[u8]) -> bool {
    if left.len() != right.len() {
        return false;
    }
    match left.len() {
        0..4 => left.iter().zip(right).all(|(l, r)| l == r),
        4..8 => {
            word(left.first_chunk()) == word(right.first_chunk())
                && word(left.last_chunk()) == word(right.last_chunk())
        }
        _ => {
            let (words, others) = (left.as_chunks::<8>().0, right.as_chunks::<8>().0);
            let long = |bytes: &[u8; 8]| u64::from_le_bytes(*bytes);
            left.last_chunk().map(long) == right.last_chunk().map(long)
                && words.iter().zip(others).all(|(l, r)| long(l) == long(r))
        }
    }
}

fn word(bytes: Option<&[u8; 4]>) -> Option<u32> {
    bytes.map(|bytes| u32::from_le_bytes(*bytes))
}

/// Whether `byte` is in `text`, which may be as long as a token: by words of
/// eight bytes, of which one is zero where the byte is.
#[must_use]
pub fn has_byte(text: &[u8], byte: u8) -> bool {
    let pattern = u64::from_le_bytes([byte; 8]);
    let (words, tail) = text.as_chunks::<8>();
    let zeros = words.iter().fold(0, |found, word| {
        let word = u64::from_le_bytes(*word) ^ pattern;
        found | (word.wrapping_sub(ONES) & !word & HIGHS)
    });
    zeros != 0 || tail.contains(&byte)
}

const ONES: u64 = u64::from_le_bytes([1; 8]);
const HIGHS: u64 = u64::from_le_bytes([0x80; 8]);

/// Whether `name` is `known` (which has no `_`) with `_` and `-` taken as one.
/// Gateways that follow CGI make one of the other.
#[must_use]
pub fn is_spelled(name: &[u8], known: &[u8]) -> bool {
    let dash = |byte: u8| if byte == b'_' { b'-' } else { byte };
    name.len() == known.len()
        && name
            .iter()
            .zip(known)
            .all(|(own, other)| dash(*own) == *other)
}

fn number(bytes: &[u8], at: usize) -> Option<usize> {
    let four = bytes.get(at..at.checked_add(4)?)?;
    usize::try_from(u32::from_le_bytes(four.try_into().ok()?)).ok()
}

fn push_number(wire: &mut Vec<u8>, value: usize) {
    let value = u32::try_from(value).unwrap_or(u32::MAX);
    wire.extend_from_slice(&value.to_le_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(fields: &Fields) -> Vec<(&[u8], &[u8])> {
        fields.iter().collect()
    }

    #[test]
    fn the_wire_form_comes_back_as_it_was() {
        let fields = Fields::from_pairs([("a", &b"1"[..]), ("b", b"\xff\x00"), ("a", b"")]);
        let again = Fields::from_wire(fields.to_wire()).unwrap();
        assert_eq!(pairs(&fields), pairs(&again));
    }

    #[test]
    fn a_cut_wire_form_is_refused() {
        let wire = Fields::from_pairs([("name", "value")]).to_wire();
        for len in 1..wire.len() {
            assert!(Fields::from_wire(wire[..len].to_vec()).is_none(), "{len}");
        }
    }

    #[test]
    fn set_leaves_one_in_the_first_place() {
        let mut fields = Fields::from_pairs([("a", "1"), ("b", "2"), ("a", "3")]);
        fields.set(b"a", b"4");
        assert_eq!(pairs(&fields), [(&b"a"[..], &b"4"[..]), (b"b", b"2")]);
        fields.set(b"c", b"5");
        fields.remove(b"a");
        assert_eq!(pairs(&fields), [(&b"b"[..], &b"2"[..]), (b"c", b"5")]);
    }

    #[test]
    fn a_byte_is_found_wherever_it_stands() {
        for length in 0..40 {
            let mut text = vec![b'-'; length];
            assert!(!has_byte(&text, b','));
            for at in 0..length {
                text[at] = b',';
                assert!(has_byte(&text, b','), "{at} of {length}");
                text[at] = 0xff;
                assert!(!has_byte(&text, b','), "{at} of {length}");
            }
        }
    }

    #[test]
    fn every_byte_counts_for_equality() {
        for length in 0..40 {
            let text: Vec<u8> = (0..length).collect();
            assert!(same(&text, &text.clone()));
            assert!(!same(&text, &[&text[..], b"x"].concat()));
            for at in 0..text.len() {
                let mut other = text.clone();
                other[at] ^= 1;
                assert!(!same(&text, &other), "{at} of {length}");
            }
        }
    }
}
