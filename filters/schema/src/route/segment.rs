//! One segment of a template, and what it takes of a path's. Text is found however
//! it is escaped, and captures stay as they came.

use tollgate_kit::path::{escape, percent_decode};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    /// Decoded.
    Text(Box<[u8]>),
    Name,
}

pub(super) enum Segment {
    Literal(Box<[u8]>),
    Mixed(Vec<Part>),
    Any,
}

// === impl Segment ===

impl Segment {
    pub(super) fn of(text: &str) -> Self {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((literal, tail)) = rest.split_once('{') {
            if !literal.is_empty() {
                parts.push(Part::Text(percent_decode(literal.as_bytes()).into()));
            }
            parts.push(Part::Name);
            rest = tail.split_once('}').map_or("", |(_, after)| after);
        }
        if parts.is_empty() {
            return Self::Literal(percent_decode(text.as_bytes()).into());
        }
        if !rest.is_empty() {
            parts.push(Part::Text(percent_decode(rest.as_bytes()).into()));
        }
        match parts.as_slice() {
            [Part::Name] => Self::Any,
            _ => Self::Mixed(parts),
        }
    }
}

/// How many bytes of a segment are text.
pub(super) fn text_len(parts: &[Part]) -> usize {
    let len = |part: &Part| match part {
        Part::Text(text) => text.len(),
        Part::Name => 0,
    };
    parts.iter().map(len).sum()
}

/// Takes a segment apart: each parameter gets as little as it can, and never
/// nothing. Text is found however it is escaped, as it is in whole segments.
pub(super) fn capture<'p>(
    parts: &[Part],
    segment: &'p [u8],
    captures: &mut Vec<&'p [u8]>,
) -> Option<()> {
    let mut rest = segment;
    let mut open = false;
    let mut parts = parts.iter().peekable();
    while let Some(part) = parts.next() {
        let Part::Text(text) = part else {
            open = true;
            continue;
        };
        if open {
            let (value, after) = split_at_text(rest, text, parts.peek().is_none())?;
            captures.push(value);
            rest = after;
        } else {
            rest = after_text(rest, text)?;
        }
        open = false;
    }
    if open {
        captures.push(Some(rest).filter(|rest| !rest.is_empty())?);
        return Some(());
    }
    rest.is_empty().then_some(())
}

/// What stands before the first `text`, at least one character, and behind it;
/// that is nothing where the text `ends` the segment.
fn split_at_text<'p>(raw: &'p [u8], text: &[u8], ends: bool) -> Option<(&'p [u8], &'p [u8])> {
    let (_, mut here) = first(raw)?;
    loop {
        if let Some(after) = after_text(here, text).filter(|after| !ends || after.is_empty()) {
            let before = raw.len().saturating_sub(here.len());
            return Some((raw.get(..before)?, after));
        }
        (_, here) = first(here)?;
    }
}

/// What follows `text` at the front.
fn after_text<'p>(raw: &'p [u8], text: &[u8]) -> Option<&'p [u8]> {
    text.iter().try_fold(raw, |rest, wanted| {
        let (byte, rest) = first(rest)?;
        (byte == *wanted).then_some(rest)
    })
}

/// The byte at the front, or the one that an escape there stands for.
fn first(raw: &[u8]) -> Option<(u8, &[u8])> {
    let (byte, tail) = raw.split_first()?;
    match escape(tail).filter(|_| *byte == b'%') {
        Some(escaped) => Some((escaped, tail.get(2..)?)),
        None => Some((*byte, tail)),
    }
}
